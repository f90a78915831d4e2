import { ActivityFailure, isCancellation } from '@temporalio/workflow';

import type { DeliveryRecord } from '../../../domain/delivery/delivery-record';
import { isGoneStatus } from '../../../domain/delivery/refusals';
import { attentionForFailure } from '../../../domain/operator/attention';
import type { Step } from '../../../domain/operator/decisions';
import type { PixelIdentity } from '../../../domain/render/pixel-comparison';
import { failureTypes } from '../../../domain/shared/failure-type';
import { withoutTrailing } from '../../../domain/shared/text';
import type { StudioSettings } from '../../../domain/task/studio-settings';
import type { TaskReference } from '../../../domain/task/task';
import type { Attention } from '../../../domain/task/task-status';
import type { StatusReporter } from '../state/status-reporter';
import { applicationFailureOf, failureTypeOf, remoteDetailsOf } from './activity-failure';

export interface StepContext {
  readonly task: TaskReference;
  readonly settings: StudioSettings;
  readonly reporter: StatusReporter;
  /** The run in which the settings were read: writes are refused in another one. */
  readonly runId: string;
  /** The workflow was reset before it read its settings, so Creative Force may know more than its history. */
  readonly isAfterReset: boolean;
}

/** The task cannot go on before its cause has gone, or a person has decided. */
export interface NeedsAttention {
  readonly kind: 'needsAttention';
  readonly attention: Attention;
  /** The pixels that did not do: the task goes on once Celtra shows others. */
  readonly pixels: readonly PixelIdentity[];
  /** When the wait has to be looked at again, whatever happens; Unix milliseconds. */
  readonly reviseAt?: number | undefined;
}

/** Creative Force no longer gives us the task. */
export interface Gone {
  readonly kind: 'gone';
  readonly sentence: string;
}

/** The task was cancelled or abandoned while the step ran. */
export interface Cancelled {
  readonly kind: 'cancelled';
}

/** An operator had stopped the task before this run, and nothing new has happened. */
export interface Stopped {
  readonly kind: 'stopped';
  readonly sentence: string;
}

export interface Finished {
  readonly kind: 'finished';
  readonly outcome: Exclude<DeliveryRecord['outcome'], 'gone' | 'abandoned'>;
  readonly sentence: string;
}

/** Something has changed meanwhile, so a step and those after it are run again. */
export interface RestartFrom {
  readonly kind: 'restartFrom';
  readonly step: Step;
  readonly reason: string;
}

/** The workflow was reset since this run prepared a write, so nothing was sent. */
export interface WasReset {
  readonly kind: 'wasReset';
}

/** Creative Force does not know the task, and never showed it to this run. */
export interface UnknownTask {
  readonly kind: 'unknownTask';
  readonly attention: Attention;
}

export type StepFailure = NeedsAttention | Gone | Cancelled | WasReset | UnknownTask;

export const cancelled: Cancelled = { kind: 'cancelled' };

export function needsAttention(attention: Attention, pixels: readonly PixelIdentity[] = []): NeedsAttention {
  return { kind: 'needsAttention', attention, pixels };
}

type Work<T> = () => Promise<T>;

/** Runs a step; an activity that failed in it for good becomes a result. */
export async function attempt<T>(state: { readonly lastStatus?: unknown }, step: Work<T>): Promise<T | StepFailure> {
  try {
    return await step();
  } catch (error) {
    return toStepFailure(error, state.lastStatus !== undefined);
  }
}

/** What an error of a step means for its task. `wasRead`: Creative Force has shown us the task before. Rethrows our own bugs. */
export function toStepFailure(error: unknown, wasRead: boolean): StepFailure {
  if (isCancellation(error)) return cancelled;
  if (!(error instanceof ActivityFailure)) throw error;
  if (failureTypeOf(error) === failureTypes.otherRun) return { kind: 'wasReset' };
  const details = remoteDetailsOf(error);
  // Its notes may be refused although the task is there.
  const isOfTask = READS_OF_TASK.includes(error.activityType) && details?.endpoint.includes('annotation') !== true;
  if (isOfTask && isGoneStatus(details?.status)) {
    // Before the task was read once, the same answer may as well mean a wrong address or a missing permission.
    if (!wasRead) return { kind: 'unknownTask', attention: attentionOf(error) };
    return {
      kind: 'gone',
      sentence: 'Creative Force no longer knows this task: it was probably deleted, reset or given to another vendor.',
    };
  }
  return needsAttention(attentionOf(error));
}

const READS_OF_TASK = ['readTaskAndNotes', 'readTask', 'awaitVerdict'];

/** What people are told of an activity that failed for good. */
export function attentionOf(error: ActivityFailure): Attention {
  const failure = applicationFailureOf(error);
  return attentionForFailure({
    type: failure?.type ?? undefined,
    message: failure?.message ?? unfinished(error),
    details: remoteDetailsOf(error),
  });
}

/** What has gone wrong beside the delivery, in a sentence: such an error is a warning, also when it is a fault of ours. */
export function errorText(error: unknown): string {
  return error instanceof ActivityFailure ? attentionOf(error).message : String(error);
}

/** What is said of an activity that ended without an error of its own. */
function unfinished({ activityType, cause, message }: ActivityFailure): string {
  const reason = withoutTrailing(cause?.message ?? message, '.');
  return `The activity ${activityType} was not done in time, because no worker took it or because it took too long (${reason}).`;
}
