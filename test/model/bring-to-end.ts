import type { TaskEvent } from '../../domain/task/task-event';
import type { AttentionCause } from '../../domain/task/task-status';
import { abandonUpdate, resumeUpdate } from '../../workflows/external-post-task/messages/messages';
import { sweepOnce, tell } from './commands';
import { SUPPLIED } from './decided';
import { creativeOf, decide, keyOf, replaceRecipe } from './deciding';
import type { Extpost } from './extpost';
import { outputs, type Outside } from './outside';

/** A task that nobody holds up any more has ended within this time. */
const ENDS_WITHIN_MS = 45_000;
/** How often the sweep comes by, at most. */
const MOST_SWEEPS = 4;

/**
 * Lets everything turn out well: creatives are made and corrected, people answer, Creative Force accepts, and the sweep
 * comes by. Every task that is not stopped must end with that; throws with where it stands when it does not.
 */
export async function bringToEnd(outside: Outside, extpost: Extpost): Promise<void> {
  const until = Date.now() + ENDS_WITHIN_MS;
  let sweeps = 0;
  for (const name of outputs) outside.setCreative(name, true);
  outside.isForbidden = false;
  outside.isSlow = false;
  for (;;) {
    const isRunning = await extpost.isRunning();
    if (!isRunning) {
      const isUnfinished = outside.isOpen && !outside.isStopped && outside.told.length > 0;
      if (!isUnfinished) return;
      if (sweeps++ >= MOST_SWEEPS) throw new Error(`The task is lost: ${JSON.stringify(outside.task)}`);
      await sweepOnce(outside, extpost);
      // Creative Force tells at least once of what it wants, and again what it does not show.
      if (sweeps === MOST_SWEEPS - 1) {
        if (outside.isVague) outside.askAgain();
        if (!outside.told.includes(outside.newestEvent())) await tell(outside, extpost);
      }
    } else {
      if (await isWatched(outside, extpost)) return;
      await help(outside, extpost);
    }
    if (outside.violations.length > 0) throw new Error(outside.violations.join(' '));
    if (Date.now() > until) throw new Error(`The task does not end: ${JSON.stringify(await extpost.status())}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Whether Creative Force has accepted everything, and the task is only watched for the rest of its review window. */
async function isWatched(outside: Outside, extpost: Extpost): Promise<boolean> {
  return outside.isOurs && outside.task.status === 'done' && (await extpost.status()).stage === 'Done';
}

/** What people and Creative Force do for a task that waits for them. */
async function help(outside: Outside, extpost: Extpost): Promise<void> {
  if (outside.isOurs && outside.round.taken !== undefined) outside.accept();
  const { attention, stage } = await extpost.status();
  const isWatched = stage === 'Awaiting verdict' || stage === 'Done';
  if (isWatched && outside.isOpen && outside.isVague && isOld(outside.newestEvent())) {
    // A run that was resumed or reset may hold the rejection for settled, and Creative Force does not show it.
    outside.askAgain();
    await tell(outside, extpost);
  }
  if (attention === undefined) return;
  if (!outside.isOurs) {
    // A task that vanished before it was ever read may as well be a wrong address, so a person has to say so.
    await extpost.attempt((handle) => handle.executeUpdate(abandonUpdate, { args: [{ by: 'Ha' }] }));
    return;
  }
  for (const name of outputs) {
    outside.correct(creativeOf(name));
    outside.correct(`${SUPPLIED}${keyOf(outside, name)}`);
  }
  if (decidedBadly.has(attention.cause)) await decideWell(outside, extpost);
  await extpost.attempt((handle) => handle.executeUpdate(resumeUpdate, { args: [{ by: 'Ha' }] }));
}

/** Longer than a run needs to act on an event. */
const ASKED_AGAIN_AFTER_MS = 3_000;

function isOld({ happenedAt = 0 }: TaskEvent): boolean {
  return Date.now() - happenedAt > ASKED_AGAIN_AFTER_MS;
}

/** What a bad decision of people leads to. */
const decidedBadly: ReadonlySet<AttentionCause> = new Set([
  'no recipe',
  'no creative',
  'ambiguous',
  'spec mismatch',
  'creative force error',
]);

/** Takes back what cannot work: each output gets the creative that is meant for it, by the recipe of the studio. */
async function decideWell(outside: Outside, extpost: Extpost): Promise<void> {
  await insisting(() => replaceRecipe(extpost, 'Ha', 'the configured one'));
  for (const name of outputs) {
    await insisting(() => decide(outside, extpost, 'Ha', name, { kind: 'use', outputId: creativeOf(name) }));
  }
}

/** Says it once more after a no, since somebody may have decided otherwise just before. */
async function insisting(say: () => Promise<boolean>): Promise<void> {
  if (!(await say())) await say();
}

/** What must hold once everything has ended. */
export async function judge(outside: Outside, extpost: Extpost): Promise<void> {
  const { records, failures } = await extpost.records();
  expect(outside.violations).toEqual([]);
  expect(failures).toEqual([]);
  const assetIds = (files: readonly { readonly assetId: string }[]): string =>
    files
      .map(({ assetId }) => assetId)
      .sort()
      .join(' ');
  const taken = outside.taken.map(assetIds);
  const recorded = records.flatMap(({ rounds }) => rounds.map(({ files }) => assetIds(files)));
  const audited = outside.audit.map(({ files }) => assetIds(files));
  // Nothing is recorded that was not taken, nothing twice, and nothing that was taken stands nowhere.
  expect(recorded.filter((round) => !taken.includes(round))).toEqual([]);
  if (!outside.isReset) expect(new Set(recorded).size).toBe(recorded.length);
  const unrecorded = taken.filter((round) => !recorded.includes(round) && !audited.includes(round));
  expect(unrecorded.slice(outside.interruptions)).toEqual([]);
}
