import { sleep } from '@temporalio/workflow';

import { waysOutOf, type WayOut } from '../domain/attention';
import { toExport } from '../domain/decisions';
import { expectedOutputKey } from '../domain/expected-output';
import { lifeOf } from '../domain/life';
import { timeInWords, waitBefore } from '../domain/pace';
import type { PixelFacts } from '../domain/pixels';
import type { StudioSettings } from '../domain/studio-settings';
import type { Attention } from '../domain/task-status';
import { taskFingerprint } from '../domain/task-fingerprint';
import { clockTime } from '../domain/words';
import type { WatchForHealing } from './parking';
import { creativeWatch, gatewayWatch } from './profiles';
import type { RoundMemory } from './round-memory';
import type { TaskStory } from './task-story';

/** How this wait ends by itself: each cause has its ways, and a task that changes in Creative Force always ends it. */
export function waysOut(
  story: TaskStory,
  settings: Partial<Pick<StudioSettings, 'life'>>,
  attention: Attention,
  memory: RoundMemory,
  pixels: readonly PixelFacts[],
): WatchForHealing[] {
  const ways = waysOutOf(attention.cause).flatMap((way) => wayOut(way, story, settings, attention, memory, pixels));
  return [...ways, ...changeOfTask(story, settings, memory)];
}

function wayOut(
  way: WayOut,
  story: TaskStory,
  settings: Partial<Pick<StudioSettings, 'life'>>,
  { cause }: Attention,
  memory: RoundMemory,
  pixels: readonly PixelFacts[],
): WatchForHealing[] {
  const { corrections, correctionsForMs, retries } = lifeOf(settings);
  const now = Date.now();
  const times = memory.parking?.cause === cause ? memory.parking.times : 0;
  if (way === 'again') {
    const waitMs = waitBefore(retries, times);
    return [
      {
        waitingFor: { what: `the next try at ${clockTime(now + waitMs)}` },
        wait: () => sleep(waitMs, { summary: `Try again in ${timeInWords(waitMs)}` }),
      },
    ];
  }
  const { brief } = memory;
  if (way === 'person' || brief === undefined) return [];
  const { studio } = story.task;
  const until = now + correctionsForMs;
  const due = toExport(brief.due, story.inbox.decisions);
  const request = {
    taskId: story.task.taskId,
    facts: brief.facts,
    dueKeys: due.map(({ expected }) => expectedOutputKey(expected)),
    decisions: story.inbox.decisions,
    pace: corrections,
    firstWaitMs: times === 0 ? 0 : waitBefore(corrections, times),
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
          firstWaitMs: waitBefore(corrections, times),
        }),
    },
  ];
}

/** Nobody tells of a task that was bypassed, deleted or given away, so a waiting one is read from time to time. */
function changeOfTask(
  story: TaskStory,
  settings: Partial<Pick<StudioSettings, 'life'>>,
  { brief }: RoundMemory,
): WatchForHealing[] {
  if (brief === undefined) return [];
  const until = Date.now() + lifeOf(settings).correctionsForMs;
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
