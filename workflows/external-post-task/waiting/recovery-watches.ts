import { sleep } from '@temporalio/workflow';

import { recoveriesFor } from '../../../domain/operator/attention';
import { outputsToExport } from '../../../domain/operator/decisions';
import type { PixelIdentity } from '../../../domain/render/pixel-comparison';
import type { CorrectionProgress } from '../../../domain/render/correction-progress';
import { backoffDelay } from '../../../domain/shared/backoff';
import { formatDuration, formatTime } from '../../../domain/shared/text';
import { expectedOutputKey } from '../../../domain/task/expected-output';
import type { LifecyclePolicy } from '../../../domain/task/studio-settings';
import { taskFingerprint } from '../../../domain/task/task-fingerprint';
import type { Waiting } from '../../../domain/task/task-status';
import { creativeWatch, gatewayWatch } from '../../activity-options';
import type { NeedsAttention } from '../steps/step';
import type { Brief } from '../state/round-state';
import type { StatusReporter } from '../state/status-reporter';
import type { TaskState } from '../state/task-state';

export interface RecoveryWatch {
  readonly waitingFor: Waiting;
  /** Ends when the cause has visibly gone; a failure means that this way is closed. */
  readonly wait: () => Promise<unknown>;
  /** Tells after the wait which outputs have changed, so that they may go out. */
  readonly corrected?: () => readonly string[];
}

/** How this wait ends by itself: each cause has its ways, and a task that changes in Creative Force always ends it. */
export function recoveryWatches(
  state: TaskState,
  lifecycle: LifecyclePolicy,
  reporter: StatusReporter,
  { attention, pixels, reviseAt }: NeedsAttention,
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
    // A rejection that is told again is looked after at once; what was just looked at and did not do, after a while.
    const isTold = attention.cause === 'rejected' || attention.cause === 'unclear rejection';
    const firstWaitMs = times === 0 || isTold ? 0 : backoffDelay(lifecycle.corrections, times);
    watches.push(correctionWatch(state, reporter, brief, lifecycle, firstWaitMs, pixels));
  } else if (brief !== undefined && recoveries.includes('creatives')) {
    watches.push(creativesWatch(state, brief, lifecycle, times));
  }
  if (recoveries.includes('again')) watches.push(retryWatch(backoffDelay(lifecycle.retries, times)));
  if (reviseAt !== undefined) watches.push(revisionTimer(reviseAt));
  if (brief !== undefined) watches.push(taskChangeWatch(state, brief, lifecycle));
  return watches;
}

function retryWatch(delayMs: number): RecoveryWatch {
  return {
    waitingFor: { what: `the next attempt at ${formatTime(Date.now() + delayMs)}` },
    wait: () => sleep(delayMs, { summary: `Try again in ${formatDuration(delayMs)}` }),
  };
}

function revisionTimer(reviseAt: number): RecoveryWatch {
  return {
    waitingFor: { what: `details of the rejection, until ${formatTime(reviseAt)}` },
    wait: () => sleep(Math.max(1, reviseAt - Date.now()), { summary: 'Wait for details of the rejection' }),
  };
}

function correctionWatch(
  state: TaskState,
  reporter: StatusReporter,
  brief: Brief,
  { corrections, correctionWindowMs, settlingMs }: LifecyclePolicy,
  firstWaitMs: number,
  pixels: readonly PixelIdentity[],
): RecoveryWatch {
  const request = { ...watchRequest(state, brief), pace: corrections, pixels, settlingMs };
  const labelOf = new Map(state.knownOutputs.map(({ expectedKey, label }) => [expectedKey, label]));
  const until = Date.now() + correctionWindowMs;
  let corrected: readonly string[] = [];
  return {
    waitingFor: { what: 'changed pixels in Celtra', until },
    wait: async () => {
      let progress: CorrectionProgress | undefined;
      const labels = (keys: readonly string[]) => keys.map((key) => labelOf.get(key) ?? key);
      reporter.showCorrections({ changed: [], unchanged: labels(pixels.map(({ expectedKey }) => expectedKey)) });
      do {
        const summary = 'Check Celtra for corrections';
        progress = await creativeWatch(state.task.studio, summary, Math.max(1, until - Date.now())).awaitCorrection({
          ...request,
          firstWaitMs: progress === undefined ? firstWaitMs : 0,
          corrected,
          memory: progress?.memory,
        });
        corrected = progress.changed;
        reporter.showCorrections({
          changed: labels(corrected),
          unchanged: labels([...progress.rendering, ...progress.unchanged]),
        });
      } while (!progress.isReady);
    },
    corrected: () => corrected,
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
    waitingFor: { what: 'creatives in Celtra, or another recipe', until: Date.now() + correctionWindowMs },
    wait: () =>
      creativeWatch(state.task.studio, 'Check Celtra for the creatives', correctionWindowMs).awaitCreatives(request),
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
  // Where nothing says what was rejected, a note may still say it.
  const notes = brief.inferred.length > 0 ? brief.annotations.map(({ annotationId }) => annotationId) : undefined;
  return {
    waitingFor: { what: 'a change to the task', until },
    wait: () =>
      gatewayWatch(task.studio, 'Check whether the task has changed', until, 'watch').awaitTaskChange({
        task,
        seen,
        notes,
      }),
  };
}
