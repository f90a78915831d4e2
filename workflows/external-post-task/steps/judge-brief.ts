import { eventsSince, type LastSubmission } from '../../../domain/delivery/last-submission';
import { isReturnedByOthers, partlyReturned, toReturnedFiles } from '../../../domain/delivery/returned-files';
import { isEmptied, rejectionEvidence } from '../../../domain/delivery/verdict';
import { readDue } from '../../../domain/task/due-set';
import { expectedOutputs } from '../../../domain/task/expected-output';
import type { Task, TaskReference } from '../../../domain/task/task';
import type { TaskEvent } from '../../../domain/task/task-event';
import type { Brief, RoundRejection, RoundState } from '../state/round-state';
import type { TaskState } from '../state/task-state';
import { deliveredSoFar, readEarlierDeliveries } from './earlier-deliveries';
import { lastSubmission } from './last-submission';
import type { BriefRead } from './read-brief';

const MAX_EVIDENCE = 10;

/** A brief, with what it means for the round and for the record of what was delivered. */
interface JudgedBrief {
  readonly brief: Brief;
  readonly round: Pick<RoundState, 'number' | 'isCorrection' | 'rejection' | 'returnedByOthers'>;
  /** What was delivered before, if it had to be looked up. */
  readonly looked?: Pick<TaskState, 'deliveredRounds' | 'earlierRounds'> | undefined;
}

/**
 * What is due, by what the task, its notes and these events say since the last submission; and whether the round answers
 * a rejection.
 */
export async function judgeBrief(
  reference: TaskReference,
  state: Readonly<TaskState>,
  read: BriefRead,
  events: readonly TaskEvent[],
): Promise<JudgedBrief> {
  const { facts, annotations } = read;
  const { task } = facts;
  const looked = await lookUpEarlierRounds(reference, state, task, events);
  const { round } = state;
  const delivered = { ...state, ...looked };
  const submission = lastSubmission(delivered);
  const newEvents = eventsSince(events, submission, task);
  const { isCorrection, rejection } = answered(round, task, newEvents);
  const isReturned = expectedOutputs(task).some(({ expected }) => expected.assetId !== undefined);
  const isRejectionTold = isCorrection && (isReturned || submission !== undefined);
  const due = readDue(task, annotations, { submission, isRejectionTold });
  const isAnswer = due.saidBy !== 'first delivery';
  // What others have returned meanwhile is not due; in a correction what is shown is what was rejected.
  const held = isAnswer ? [] : partlyReturned(task);
  const returnedByOthers = { ...round.returnedByOthers, ...toReturnedFiles(held) };
  const outputs = due.outputs.filter((output) => !isReturnedByOthers(output, returnedByOthers));
  return {
    brief: { ...read, due: outputs, saidBy: due.saidBy, inferred: due.inferred },
    round: {
      number: looked === undefined ? round.number : Math.max(round.number, deliveredSoFar(delivered).length),
      isCorrection,
      rejection: isAnswer ? describeRejection(rejection, read, newEvents, submission) : undefined,
      returnedByOthers,
    },
    looked,
  };
}

/** What was delivered before a run that finds a task returned or rejected, unless it knows already. */
async function lookUpEarlierRounds(
  reference: TaskReference,
  { deliveredRounds, earlierRounds }: Readonly<TaskState>,
  task: Task,
  events: readonly TaskEvent[],
): Promise<JudgedBrief['looked']> {
  if (deliveredRounds.length > 0 || earlierRounds !== undefined) return undefined;
  const isNew = expectedOutputs(task).every(({ expected }) => !expected.assetId && expected.isRejected !== true);
  if (isNew && task.status !== 'rejected' && events.every(({ kind }) => kind !== 'rejected')) return undefined;
  const { own, earlier } = await readEarlierDeliveries(reference);
  // A run that was reset has delivered what it does not remember.
  return { deliveredRounds: own, earlierRounds: earlier };
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
