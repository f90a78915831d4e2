import { activityInfo } from '@temporalio/activity';

import type { CreativeWatchActivities, VerdictActivities } from '../../activities';
import { pollAgain } from '../../activities/runtime/failures';
import { resolvePlan, type PlanRequest } from '../../activities/planning/planning-activities';
import type { Candidate } from '../../domain/plan/candidate';
import { matchGroup } from '../../domain/plan/matching';
import { backoffDelay } from '../../domain/shared/backoff';
import { comparePixels } from '../../domain/render/pixel-comparison';
import type { Recipe } from '../../domain/recipe/recipe';
import type { StudioSettings } from '../../domain/task/studio-settings';
import type { Task } from '../../domain/task/task';
import { taskFingerprint } from '../../domain/task/task-fingerprint';
import { readVerdict } from '../../domain/delivery/verdict';

/** What the polling activities look at. */
interface WatchedWorld {
  readonly candidates: readonly Candidate[];
  readonly recipes: readonly Recipe[];
  readonly settings: Pick<StudioSettings, 'polls'>;
  blobOf(outputId: string): string;
  call(name: string, argument: unknown): Promise<unknown>;
}

/**
 * The polling activities of a fake world: each attempt is one look, and the server keeps the waits, as in production.
 */
export function fakeWatches(world: WatchedWorld): CreativeWatchActivities & VerdictActivities {
  const paired = (watch: PlanRequest) => {
    const { groups, problems } = resolvePlan(world, watch);
    const matched = groups.map((group) => matchGroup(group, world.candidates));
    return {
      pairings: matched.flatMap(({ pairings }) => pairings),
      problems: [...problems, ...matched.flatMap((one) => one.problems)],
    };
  };
  const readTask = async (task: unknown): Promise<Task> => (await world.call('readTask', task)) as Task;
  const isFirst = (): boolean => activityInfo().attempt === 1;

  return {
    awaitCreatives: (watch) =>
      failingSoftly(() => {
        if (isFirst()) throw pollAgain('Not polled yet', watch.firstWaitMs);
        if (paired(watch).problems.length > 0) throw pollAgain('Still missing', watch.pace.firstMs);
      }),

    awaitCorrection: (watch) =>
      failingSoftly(() => {
        if (isFirst() && watch.firstWaitMs > 0) throw pollAgain('Not polled yet', watch.firstWaitMs);
        const found = new Map(paired(watch).pairings.map(({ expected, output }) => [expected.expectedKey, output]));
        const areChanged = watch.pixels.every((before) => {
          const output = found.get(before.expectedKey);
          if (output === undefined) return false;
          const { outputId, contentHash } = output;
          return (
            comparePixels(before, { outputId, contentHash, blobHash: world.blobOf(outputId), isRendered: true }) ===
            'changed'
          );
        });
        if (!areChanged) throw pollAgain('No other pixels yet', watch.pace.firstMs);
      }),

    awaitTask: async ({ task, until }) => {
      const { polls: looks } = world.settings;
      if (isFirst()) throw pollAgain('Not polled yet', looks.firstMs);
      try {
        await readTask(task);
        return true;
      } catch {
        if (Date.now() >= until) return false;
      }
      throw pollAgain(
        'Creative Force does not know the task',
        Math.max(1, Math.min(looks.firstMs, until - Date.now())),
      );
    },

    awaitTaskChange: async ({ task, seen }) => {
      const { polls: looks } = world.settings;
      if (isFirst()) throw pollAgain('Not polled yet', looks.maxMs);
      try {
        if (taskFingerprint(await readTask(task)) !== seen) return;
      } catch {
        return;
      }
      throw pollAgain('The task is as it was', looks.maxMs);
    },

    awaitVerdict: async ({ task, until, isDone, pollNow, isRejectionReported }) => {
      const { polls: looks } = world.settings;
      const { attempt } = activityInfo();
      if (pollNow || attempt > 1) {
        const now = await readTask(task);
        const verdict = readVerdict(now);
        if (verdict.kind === 'rejected') return verdict;
        if ((isDone || isRejectionReported) && now.status === 'to do') return { kind: 'reopened' };
        if (Date.now() >= until) return { kind: 'window over', isDone: verdict.kind === 'done' };
        if (verdict.kind === 'done' && !isDone) return { kind: 'done' };
      }
      const pause = isDone ? looks.maxMs : backoffDelay(looks, attempt - 1);
      throw pollAgain('No verdict yet', Math.max(0, Math.min(pause, until - Date.now())));
    },
  };
}

function failingSoftly(look: () => void): Promise<void> {
  return new Promise((resolve) => {
    look();
    resolve();
  });
}
