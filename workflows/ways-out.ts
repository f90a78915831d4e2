import { sleep } from '@temporalio/workflow';

import { recoveriesFor, type RecoveryKind } from '../domain/operator/attention';
import { outputsToExport } from '../domain/operator/decisions';
import { expectedOutputKey } from '../domain/task/expected-output';
import { lifecycleOf } from '../domain/task/lifecycle-policy';
import { backoffDelay } from '../domain/shared/backoff';
import { formatDuration, formatTime } from '../domain/shared/text';
import type { PixelIdentity } from '../domain/render/pixel-comparison';
import type { StudioSettings } from '../domain/task/studio-settings';
import type { Attention } from '../domain/task/task-status';
import { taskFingerprint } from '../domain/task/task-fingerprint';
import type { WatchForHealing } from './parking';
import { creativeWatch, gatewayWatch } from './profiles';
import type { RoundMemory } from './round-memory';
import type { TaskStory } from './task-story';

/** How this wait ends by itself: each cause has its ways, and a task that changes in Creative Force always ends it. */
export function waysOut(
  story: TaskStory,
  settings: Partial<Pick<StudioSettings, 'lifecycle'>>,
  attention: Attention,
  memory: RoundMemory,
  pixels: readonly PixelIdentity[],
): WatchForHealing[] {
  const ways = recoveriesFor(attention.cause).flatMap((way) => wayOut(way, story, settings, attention, memory, pixels));
  return [...ways, ...changeOfTask(story, settings, memory)];
}

function wayOut(
  way: RecoveryKind,
  story: TaskStory,
  settings: Partial<Pick<StudioSettings, 'lifecycle'>>,
  { cause }: Attention,
  memory: RoundMemory,
  pixels: readonly PixelIdentity[],
): WatchForHealing[] {
  const { corrections, correctionWindowMs: correctionsForMs, retries } = lifecycleOf(settings);
  const now = Date.now();
  const times = memory.parking?.cause === cause ? memory.parking.times : 0;
  if (way === 'again') {
    const waitMs = backoffDelay(retries, times);
    return [
      {
        waitingFor: { what: `the next try at ${formatTime(now + waitMs)}` },
        wait: () => sleep(waitMs, { summary: `Try again in ${formatDuration(waitMs)}` }),
      },
    ];
  }
  const { brief } = memory;
  if (way === 'person' || brief === undefined) return [];
  const { studio } = story.task;
  const until = now + correctionsForMs;
  const due = outputsToExport(brief.due, story.inbox.decisions);
  const request = {
    taskId: story.task.taskId,
    facts: brief.facts,
    dueKeys: due.map(({ expected }) => expectedOutputKey(expected)),
    decisions: story.inbox.decisions,
    pace: corrections,
    firstWaitMs: times === 0 ? 0 : backoffDelay(corrections, times),
  };
  // What was fetched and did not do is judged by its pixels, not by its key.
  if (pixels.length > 0) {
    return [
      {
        waitingFor: { what: 'other pixels in Celtra', until },
        wait: () =>
          creativeWatch(studio, 'Look for the corrections', correctionsForMs).awaitCorrection({ ...request, pixels }),
        freesCorrections: true,
      },
    ];
  }
  if (way === 'correction') return [];
  return [
    {
      waitingFor: { what: 'the creatives in Celtra, or another recipe', until },
      wait: () =>
        creativeWatch(studio, 'Look for the creatives', correctionsForMs).awaitCreatives({
          ...request,
          // What was there a moment ago and did not do is looked at after a while, not at once.
          firstWaitMs: backoffDelay(corrections, times),
        }),
    },
  ];
}

/** Nobody tells of a task that was bypassed, deleted or given away, so a waiting one is read from time to time. */
function changeOfTask(
  story: TaskStory,
  settings: Partial<Pick<StudioSettings, 'lifecycle'>>,
  { brief }: RoundMemory,
): WatchForHealing[] {
  if (brief === undefined) return [];
  const until = Date.now() + lifecycleOf(settings).correctionWindowMs;
  const seen = taskFingerprint(brief.facts.task);
  return [
    {
      waitingFor: { what: 'a change of the task', until },
      wait: () =>
        gatewayWatch(story.task.studio, 'See whether the task is still as it was', until).awaitTaskChange({
          task: story.task,
          seen,
        }),
    },
  ];
}
