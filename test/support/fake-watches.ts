import { activityInfo, Context } from '@temporalio/activity';

import type { CeltraActivities, CreativeWatchActivities, VerdictActivities } from '../../activities';
import { pollAgain } from '../../activities/runtime/failures';
import { resolvePlan, type PlanRequest } from '../../activities/planning/planning-work';
import type { Candidate } from '../../domain/plan/candidate';
import { matchGroup } from '../../domain/plan/matching';
import { backoffDelay } from '../../domain/shared/backoff';
import { judgeCorrections, type CorrectionMemory } from '../../domain/render/correction-progress';
import type { Recipe } from '../../domain/recipe/recipe';
import type { StudioSettings } from '../../domain/task/studio-settings';
import type { Annotation, Task } from '../../domain/task/task';
import { taskFingerprint } from '../../domain/task/task-fingerprint';
import { lookForVerdict } from '../../domain/delivery/verdict-watch';

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
export function fakeWatches(
  world: WatchedWorld,
): CreativeWatchActivities & VerdictActivities & Pick<CeltraActivities, 'checkChoice'> {
  const paired = (watch: PlanRequest) => {
    const { groups, problems } = resolvePlan(world.recipes, watch);
    const matched = groups.map((group) => matchGroup(group, world.candidates));
    return {
      pairings: matched.flatMap(({ pairings }) => pairings),
      problems: [...problems, ...matched.flatMap((one) => one.problems)],
    };
  };
  const readTask = async (task: unknown): Promise<Task> => (await world.call('readTask', task)) as Task;
  const isFirst = (): boolean => activityInfo().attempt === 1;

  return {
    checkChoice: (check) => Promise.resolve(paired(check).problems[0]?.message),

    awaitCreatives: (watch) =>
      failingSoftly(() => {
        if (isFirst()) throw pollAgain('Not polled yet', watch.firstWaitMs);
        if (paired(watch).problems.length > 0) throw pollAgain('Still missing', watch.pace.firstMs);
      }),

    awaitCorrection: (watch) =>
      failingSoftly(() => {
        if (isFirst() && watch.firstWaitMs > 0) throw pollAgain('Not polled yet', watch.firstWaitMs);
        const shown = new Map(
          paired(watch).pairings.map(({ expected, output: { outputId, contentHash } }) => [
            expected.expectedKey,
            { outputId, contentHash, blobHash: world.blobOf(outputId), isRendered: true },
          ]),
        );
        const before = (activityInfo().heartbeatDetails as CorrectionMemory | undefined) ?? watch.memory;
        const now = Date.now();
        const progress = judgeCorrections(watch.pixels, shown, { now, settlingMs: watch.settlingMs, before });
        if (progress.isReady || progress.changed.join(' ') !== watch.corrected.join(' ')) return progress;
        Context.current().heartbeat(progress.memory);
        throw pollAgain('No other pixels yet', watch.pace.firstMs);
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

    awaitTaskChange: async ({ task, seen, notes }) => {
      const { polls: looks } = world.settings;
      if (isFirst()) throw pollAgain('Not polled yet', looks.maxMs);
      try {
        if (taskFingerprint(await readTask(task)) !== seen) return;
        const annotations = notes && ((await world.call('readAnnotations', task)) as Annotation[]);
        if (annotations?.some(({ annotationId }) => !notes?.includes(annotationId)) === true) return;
      } catch {
        return;
      }
      throw pollAgain('The task has not changed', looks.maxMs);
    },

    awaitVerdict: async (watch) => {
      const { task: reference, until, isDone, pollNow } = watch;
      const { polls: looks } = world.settings;
      const { attempt } = activityInfo();
      if (pollNow || attempt > 1) {
        const task = await readTask(reference);
        const annotations = (await world.call('readAnnotations', reference)) as Annotation[];
        const look = lookForVerdict(watch, { task, annotations, now: Date.now() });
        if (look.kind !== 'again') return look;
      }
      const pause = isDone ? looks.maxMs : backoffDelay(looks, attempt - 1);
      throw pollAgain('No verdict yet', Math.max(0, Math.min(pause, until - Date.now())));
    },
  };
}

function failingSoftly<T>(look: () => T): Promise<T> {
  return new Promise((resolve) => {
    resolve(look());
  });
}
