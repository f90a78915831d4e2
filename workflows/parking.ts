import { CancellationScope, condition, isCancellation, sleep } from '@temporalio/workflow';

import { resumeInstructions } from '../domain/operator/attention';
import { lifecycleOf } from '../domain/task/lifecycle-policy';
import type { StudioSettings } from '../domain/task/studio-settings';
import type { Attention, Waiting } from '../domain/task/task-status';
import { formatDuration } from '../domain/shared/text';
import type { CarriedRound, Parking } from './round-memory';
import type { Word } from './task-inbox';
import type { TaskStory } from './task-story';
import { tellPeople } from './tell-people';

/** Before the settings have been read, the usual ones hold. */
type Life = Partial<Pick<StudioSettings, 'lifecycle'>>;

/** One way in which a parked task leaves by itself. */
export interface WatchForHealing {
  readonly waitingFor: Waiting;
  /** Ends when the cause has visibly gone; a failure means that this way is closed. */
  readonly wait: () => Promise<unknown>;
  /** Whether its end means that the pixels have changed, so that corrections may go out. */
  readonly freesCorrections?: boolean;
}

/** Why a parked task goes on. */
export type Unparked =
  | { readonly by: 'healing'; readonly freesCorrections: boolean }
  | { readonly by: 'event' }
  | { readonly by: 'person'; readonly word: Word };

/**
 * Parks the task: shows why, what it waits for and what can be done, tells people once, and waits until the cause has
 * visibly gone, Creative Force tells of a change, or a person says to go on.
 */
export async function park(
  story: TaskStory,
  settings: Life,
  attention: Attention,
  ways: readonly WatchForHealing[],
  memory: CarriedRound,
): Promise<Unparked> {
  const parking = enterParking(memory, attention);
  const shown = { ...attention, nextActions: [...attention.nextActions, ...resumeInstructions(story.task)] };
  const stage = attention.cause === 'rejected' || attention.cause === 'unchanged' ? 'Rejected' : 'Needs attention';
  story.enter(stage, attention.message, {}, attention.cause);
  story.attend(shown, togetherWaiting(ways));

  const around = new CancellationScope();
  const healed = { isHealed: false, freesCorrections: false };
  const watches = around.run(async () => {
    await Promise.all([
      ...(parking.times === 1 ? [tellPeople(story, settings, { ...told(shown), kind: 'needs attention' })] : []),
      escalate(story, settings, shown, memory),
      ...ways.map(async ({ wait, waitingFor, freesCorrections: frees = false }) => {
        try {
          await wait();
          healed.isHealed = true;
          healed.freesCorrections ||= frees;
        } catch (error) {
          if (isCancellation(error)) return;
          story.remark(
            `Nobody looks any longer for ${waitingFor.what}: only an event or a person lets the task go on.`,
          );
        }
      }),
    ]);
  });
  // Awaited below; until then its failure must not count as unhandled.
  watches.catch(() => undefined);
  try {
    await condition(() => healed.isHealed || story.inbox.hasNews);
  } finally {
    around.cancel();
    await watches.catch(() => undefined);
  }
  const word = story.inbox.takeWord();
  story.attend(undefined);
  if (word !== undefined) return { by: 'person', word };
  return story.inbox.hasEvent && !healed.isHealed
    ? { by: 'event' }
    : { by: 'healing', freesCorrections: healed.freesCorrections };
}

/** The same cause once more is the same wait, only looked at less often; another one begins anew. */
function enterParking(memory: CarriedRound, { cause, message }: Attention): Parking {
  const before = memory.parking;
  const isSame = before?.cause === cause && before.message === message;
  const parking: Parking = isSame
    ? { ...before, times: before.times + 1 }
    : { cause, message, since: Date.now(), times: 1, isEscalated: false };
  memory.parking = parking;
  return parking;
}

/** Tells people once more when nobody has done anything for long. */
async function escalate(story: TaskStory, settings: Life, attention: Attention, memory: CarriedRound): Promise<void> {
  const { notifies, escalateAfterMs } = lifecycleOf(settings);
  const { parking } = memory;
  if (!notifies || parking === undefined || parking.isEscalated) return;
  try {
    const left = parking.since + escalateAfterMs - Date.now();
    if (left > 0) await sleep(left, { summary: 'Tell people once more when nobody has helped' });
  } catch (error) {
    if (isCancellation(error)) return;
    throw error;
  }
  memory.parking = { ...parking, isEscalated: true };
  story.remark(`Nobody has helped for ${formatDuration(escalateAfterMs)}; people were told once more.`);
  await tellPeople(story, settings, { ...told(attention), kind: 'still needs attention' });
}

function told({ cause, message, nextActions }: Attention) {
  return { cause, sentence: message, nextActions };
}

function togetherWaiting(ways: readonly WatchForHealing[]): Waiting {
  const whats = [...ways.map(({ waitingFor }) => waitingFor.what), 'an event of Creative Force', 'a person'];
  const untils = ways.flatMap(({ waitingFor }) => waitingFor.until ?? []);
  const until = untils.length > 0 && untils.length === ways.length ? Math.max(...untils) : undefined;
  return { what: `${whats.slice(0, -1).join(', ')} or ${whats.at(-1) ?? ''}`, until };
}
