import { eventsSince, type LastSubmission } from '../../../domain/delivery/last-submission';
import { isReturnedByOthers, partlyReturned, toReturnedFiles } from '../../../domain/delivery/returned-files';
import { isEmptied, rejectionEvidence } from '../../../domain/delivery/verdict';
import { readDue } from '../../../domain/task/due-set';
import { expectedOutputs } from '../../../domain/task/expected-output';
import type { Task, TaskReference } from '../../../domain/task/task';
import type { TaskEvent } from '../../../domain/task/task-event';
import type { Brief, RoundRejection, RoundState } from '../state/round-state';
import type { TaskState } from '../state/task-state';
import { readEarlierDeliveries } from './earlier-deliveries';
import { lastSubmission } from './last-submission';
import type { BriefRead } from './read-brief';
import type { StepContext } from './step';

const MAX_EVIDENCE = 10;

/**
 * What is due, by what the task, its notes and these events say since the last submission; and whether the round answers
 * a rejection. The state's round gets what belongs to it.
 */
export async function judgeBrief(
  { task: reference }: StepContext,
  state: TaskState,
  read: BriefRead,
  events: readonly TaskEvent[],
): Promise<Brief> {
  const { facts, annotations } = read;
  const { task } = facts;
  await lookUpEarlierRounds(reference, state, task, events);
  const submission = lastSubmission(state);
  const newEvents = eventsSince(events, submission, task);
  const { isCorrection, rejection } = answered(state.round, task, newEvents);
  const isReturned = expectedOutputs(task).some(({ expected }) => expected.assetId !== undefined);
  const isRejectionTold = isCorrection && (isReturned || submission !== undefined);
  const due = readDue(task, annotations, { submission, isRejectionTold });
  const isAnswer = due.saidBy !== 'first delivery';
  // What others have returned meanwhile is not due; in a correction what is shown is what was rejected.
  const held = isAnswer ? [] : partlyReturned(task);
  const returnedByOthers = { ...state.round.returnedByOthers, ...toReturnedFiles(held) };
  state.round = {
    ...state.round,
    isCorrection,
    rejection: isAnswer ? describeRejection(rejection, read, newEvents, submission) : undefined,
    returnedByOthers,
  };
  const outputs = due.outputs.filter((output) => !isReturnedByOthers(output, returnedByOthers));
  return { ...read, due: outputs, saidBy: due.saidBy, inferred: due.inferred };
}

/** A run that finds a task returned or rejected takes up what an earlier run has delivered. */
async function lookUpEarlierRounds(
  reference: TaskReference,
  state: TaskState,
  task: Task,
  events: readonly TaskEvent[],
): Promise<void> {
  if (state.deliveredRounds.length > 0 || state.earlierRounds !== undefined) return;
  const isNew = expectedOutputs(task).every(({ expected }) => !expected.assetId && expected.isRejected !== true);
  if (isNew && task.status !== 'rejected' && events.every(({ kind }) => kind !== 'rejected')) return;
  const { own, earlier } = await readEarlierDeliveries(reference);
  // A run that was reset has delivered what it does not remember.
  state.deliveredRounds = own;
  state.earlierRounds = earlier;
  state.round = { ...state.round, number: Math.max(state.round.number, own.length + earlier.length) };
}

/** Whether the round still answers a rejection, and which. A reset ends it; an event can begin it. */
function answered(
  { isCorrection, rejection }: RoundState,
  task: Task,
  events: readonly TaskEvent[],
): Pick<RoundState, 'isCorrection' | 'rejection'> {
  const isTold = events.some(({ kind }) => kind === 'rejected');
  const newest = events.at(-1)?.kind;
  const isFlagged = expectedOutputs(task).some(({ expected }) => expected.isRejected === true);
  if (isEmptied(task) && !isFlagged) {
    const isReset = newest === 'ready' || (!isTold && rejection?.wasEmptied !== true);
    if (isReset) return { isCorrection: false, rejection: undefined };
  }
  return { isCorrection: isCorrection || isTold, rejection };
}

function describeRejection(
  known: RoundRejection | undefined,
  { facts: { task }, annotations, readAt }: BriefRead,
  events: readonly TaskEvent[],
  submission: LastSubmission | undefined,
): RoundRejection {
  const { flags, status, notes, told } = rejectionEvidence({ task, annotations, events, now: readAt }, submission);
  const evidence = [...(known?.evidence ?? []), ...flags, ...status, ...notes, ...told];
  const isDone = task.status === 'done';
  return {
    since: known?.since ?? Date.now(),
    isNoted: known?.isNoted === true || notes.length > 0,
    evidence: [...new Set(evidence)].slice(0, MAX_EVIDENCE),
    isShown: flags.length + status.length + notes.length > 0 || task.status === 'to do' || task.status === 'open',
    // A task that is Done again after it was open was finished by somebody else.
    wasDone: isDone && (known?.wasDone ?? true),
    wasEmptied: isEmptied(task),
  };
}
