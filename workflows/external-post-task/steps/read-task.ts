import { sleep } from '@temporalio/workflow';

import type { LastSubmission } from '../../../domain/delivery/last-submission';
import { isReturnedByOthers, returnedSince } from '../../../domain/delivery/returned-files';
import { isDone } from '../../../domain/delivery/verdict';
import { dueSet } from '../../../domain/task/due-set';
import { type ShotOutput, expectedOutputKey } from '../../../domain/task/expected-output';
import type { LifecyclePolicy } from '../../../domain/task/studio-settings';
import type { Task, TaskReference } from '../../../domain/task/task';
import { gatewayRead } from '../../activity-options';
import type { Brief, RoundState } from '../state/round-state';
import { isWorkerLost } from './activity-failure';
import type { Gone, StepContext } from './step';

type Urgency = 'begin' | 'finish';

export async function readTask(
  { task: reference, reporter }: Pick<StepContext, 'task' | 'reporter'>,
  summary: string,
  urgency: Urgency = 'begin',
): Promise<Task> {
  const task = await gatewayRead(reference.studio, summary, urgency).readTask(reference);
  reporter.taskRead(task);
  return task;
}

/** The task's flavour is known from now on. */
export interface FlavourKnown {
  readonly kind: 'flavourKnown';
  readonly task: TaskReference;
}

/** Reads a task whose flavour nobody has told: the read tries both, and what answered counts for all later calls. */
export async function settleFlavour(context: StepContext): Promise<FlavourKnown> {
  const { contentCreationType } = await readTask(context, 'Find out whether the task is ecom or editorial');
  const { studio, taskId } = context.task;
  return { kind: 'flavourKnown', task: { studio, taskId, contentCreationType } };
}

/** A result when the task says that it is bypassed, or names another vendor than us. */
export function givenAway({ vendorId }: LifecyclePolicy, task: Task): Gone | undefined {
  if (task.status === 'bypassed') {
    return {
      kind: 'gone',
      sentence: `Creative Force shows this task as “${task.statusText}”, so extpost no longer touches it.`,
    };
  }
  if (vendorId === undefined || task.vendorId === undefined) return undefined;
  if (vendorId.toLowerCase() === task.vendorId.toLowerCase()) return undefined;
  return {
    kind: 'gone',
    sentence: 'Creative Force gave this task to another vendor, so extpost no longer touches it.',
  };
}

/** Somebody has returned files for some of what is due. */
interface ReturnedMeanwhile {
  readonly kind: 'returned';
  readonly outputs: readonly ShotOutput[];
}

/** Reads an outdated task again: nobody tells of a bypass, another vendor, a deletion or a reset. */
export async function recheckTask(
  context: StepContext,
  brief: Brief,
  mustLook: boolean,
  { round, submission }: { readonly round: RoundState; readonly submission: LastSubmission | undefined },
): Promise<'unchanged' | 'done' | 'changed' | ReturnedMeanwhile | Gone> {
  const { freshForMs, lifecycle } = context.settings;
  if (Date.now() - brief.readAt <= freshForMs && !mustLook) return 'unchanged';
  const task = await readTask(context, 'Check whether the task has changed');
  const gone = givenAway(lifecycle, task);
  if (gone !== undefined) return gone;
  const { rejection, returnedByOthers } = round;
  if (isDone(task) && rejection?.wasDone !== true) return 'done';
  const returned = returnedSince(brief.due, task);
  if (returned.length > 0) return { kind: 'returned', outputs: returned };
  const isRejectionTold = rejection !== undefined;
  const due = dueSet(task, brief.annotations, { submission, isRejectionTold }).filter(
    (output) => !isReturnedByOthers(output, returnedByOthers),
  );
  return keysOf(due) === keysOf(brief.due) ? 'unchanged' : 'changed';
}

/** For so long a request of a killed worker may be in flight: as long as the heartbeat timeout would have given it. */
const IN_FLIGHT_GRACE_MS = 5_000;

/** How a write whose outcome is unknown shows in the task. */
export interface WriteCheck {
  readonly summary: string;
  readonly urgency?: Urgency;
  readonly hasEffect: (task: Task) => boolean;
}

/** A killed worker's request may still be in flight, so before it counts as lost the task is read once more. */
export async function checkEffect(
  context: StepContext,
  error: unknown,
  { summary, urgency = 'begin', hasEffect }: WriteCheck,
): Promise<{ hasEffect: boolean; task: Task }> {
  const task = await readTask(context, summary, urgency);
  if (hasEffect(task) || !isWorkerLost(error)) return { hasEffect: hasEffect(task), task };
  const graceMs = context.settings.lifecycle.inFlightGraceMs ?? IN_FLIGHT_GRACE_MS;
  await sleep(graceMs, { summary: 'Wait for what the killed worker may have sent' });
  const later = await readTask(context, summary, urgency);
  return { hasEffect: hasEffect(later), task: later };
}

function keysOf(due: readonly ShotOutput[]): string {
  return due
    .map(({ expected }) => expectedOutputKey(expected))
    .sort()
    .join(' ');
}
