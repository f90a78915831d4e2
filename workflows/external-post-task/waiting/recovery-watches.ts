import { sleep } from '@temporalio/workflow';

import { recoveriesFor } from '../../../domain/operator/attention';
import { outputsToExport } from '../../../domain/operator/decisions';
import type { PixelIdentity } from '../../../domain/render/pixel-comparison';
import { backoffDelay } from '../../../domain/shared/backoff';
import { formatDuration, formatTime } from '../../../domain/shared/text';
import { expectedOutputKey } from '../../../domain/task/expected-output';
import type { LifecyclePolicy } from '../../../domain/task/studio-settings';
import { taskFingerprint } from '../../../domain/task/task-fingerprint';
import type { Waiting } from '../../../domain/task/task-status';
import { creativeWatch, gatewayWatch } from '../../activity-options';
import type { NeedsAttention } from '../steps/step';
import type { Brief } from '../state/round-state';
import type { TaskState } from '../state/task-state';

export interface RecoveryWatch {
  readonly waitingFor: Waiting;
  /** Ends when the cause has visibly gone; a failure means that this way is closed. */
  readonly wait: () => Promise<unknown>;
  /** Its end means that the pixels have changed, so that corrections may go out. */
  readonly allowsCorrections: boolean;
}

/** How this wait ends by itself: each cause has its ways, and a task that changes in Creative Force always ends it. */
export function recoveryWatches(
  state: TaskState,
  lifecycle: LifecyclePolicy,
  { attention, pixels }: NeedsAttention,
): RecoveryWatch[] {
  const { brief, wait } = state.round;
  const times = wait?.cause === attention.cause ? wait.times : 0;
  const recoveries = recoveriesFor(attention.cause);
  const watches: RecoveryWatch[] = [];
  if (
    brief !== undefined &&
    pixels.length > 0 &&
    recoveries.some((kind) => kind === 'creatives' || kind === 'correction')
  ) {
    // What was fetched and did not do is judged by its pixels, not by its key.
    watches.push(correctionWatch(state, brief, lifecycle, times, pixels));
  } else if (brief !== undefined && recoveries.includes('creatives')) {
    watches.push(creativesWatch(state, brief, lifecycle, times));
  }
  if (recoveries.includes('again')) watches.push(retryWatch(backoffDelay(lifecycle.retries, times)));
  if (brief !== undefined) watches.push(taskChangeWatch(state, brief, lifecycle));
  return watches;
}

function retryWatch(delayMs: number): RecoveryWatch {
  return {
    waitingFor: { what: `the next try at ${formatTime(Date.now() + delayMs)}` },
    wait: () => sleep(delayMs, { summary: `Try again in ${formatDuration(delayMs)}` }),
    allowsCorrections: false,
  };
}

function correctionWatch(
  state: TaskState,
  brief: Brief,
  { corrections, correctionWindowMs }: LifecyclePolicy,
  times: number,
  pixels: readonly PixelIdentity[],
): RecoveryWatch {
  const firstWaitMs = times === 0 ? 0 : backoffDelay(corrections, times);
  const request = { ...watchRequest(state, brief), pace: corrections, firstWaitMs, pixels };
  return {
    waitingFor: { what: 'other pixels in Celtra', until: Date.now() + correctionWindowMs },
    wait: () =>
      creativeWatch(state.task.studio, 'Look for the corrections', correctionWindowMs).awaitCorrection(request),
    allowsCorrections: true,
  };
}

function creativesWatch(
  state: TaskState,
  brief: Brief,
  { corrections, correctionWindowMs }: LifecyclePolicy,
  times: number,
): RecoveryWatch {
  // What was there a moment ago and did not do is looked at after a while, not at once.
  const firstWaitMs = backoffDelay(corrections, times);
  const request = { ...watchRequest(state, brief), pace: corrections, firstWaitMs };
  return {
    waitingFor: { what: 'the creatives in Celtra, or another recipe', until: Date.now() + correctionWindowMs },
    wait: () => creativeWatch(state.task.studio, 'Look for the creatives', correctionWindowMs).awaitCreatives(request),
    allowsCorrections: false,
  };
}

function watchRequest({ task, decisions }: TaskState, { facts, due }: Brief) {
  const dueKeys = outputsToExport(due, decisions).map(({ expected }) => expectedOutputKey(expected));
  return { taskId: task.taskId, facts, dueKeys, decisions };
}

/** Nobody tells of a task that was bypassed, deleted or given away, so a waiting one is read from time to time. */
function taskChangeWatch({ task }: TaskState, brief: Brief, { correctionWindowMs }: LifecyclePolicy): RecoveryWatch {
  const until = Date.now() + correctionWindowMs;
  const seen = taskFingerprint(brief.facts.task);
  return {
    waitingFor: { what: 'a change of the task', until },
    wait: () =>
      gatewayWatch(task.studio, 'See whether the task is still as it was', until).awaitTaskChange({ task, seen }),
    allowsCorrections: false,
  };
}
