import type { World } from '../world';
import { awaitsCreative, awaitsRejection } from './events';
import { isGone, type Task } from './model';
import type { StudioActions } from './studio-actions';
import { editDesign, makeMissing } from './write-design';

/** Triggers the day's events. */
export interface DayEvents {
  /** Rejects the task's first delivery if the day has a rejection for it; false if it is to be accepted. */
  reject(task: Task): boolean;
}

/**
 * Triggers each event of the day on its condition: an accepted submission, a request for a missing creative, a request
 * for a creative of a started task. Events that are switched off by then do not happen.
 */
export function createDayEvents(world: World, studioActions: StudioActions): DayEvents {
  const { eventLog, scheduler, settings } = world;
  const expecting = new Set<string>();

  const bringCreative = (task: Task): void => {
    if (!awaitsCreative(task, settings.day) || isGone(task)) return;
    makeMissing(task.job.design, task, world.now());
    eventLog.record({ at: world.now(), kind: 'creative made', taskId: task.taskId, round: task.rounds.length - 1 });
  };
  const correct = (task: Task): void => {
    const outputs = task.shots.flatMap((shot) =>
      shot.expected.flatMap(({ rejected, creative }) => (rejected && creative ? [creative.outputId] : [])),
    );
    // After a reset there is nothing to correct.
    if (outputs.length === 0) return;
    editDesign(task.job.design, { outputs, removed: [], newOutputIds: false }, world.now());
    eventLog.record({ at: world.now(), kind: 'design edited', taskId: task.taskId, round: task.rounds.length - 1 });
  };

  eventLog.watch((entry) => {
    if (settings.day.events.length === 0 || (entry.kind !== 'celtra' && entry.kind !== 'gateway')) return;
    for (const task of world.tasks) {
      if (
        awaitsCreative(task, settings.day) &&
        eventLog.hasReadTaskAndCreatives(task.taskId) &&
        !expecting.has(task.taskId)
      ) {
        expecting.add(task.taskId);
        scheduler.after(settings.day.creativeAfterMs, () => {
          bringCreative(task);
        });
      }
      if (entry.kind === 'celtra' && entry.taskIds.includes(task.taskId) && isToBeBypassed(task, world)) {
        studioActions.bypass(task, true);
      }
    }
  });

  return {
    reject(task) {
      const [rejected] = task.shots.flatMap((shot) => shot.expected);
      if (rejected === undefined || !awaitsRejection(task, settings.day)) return false;
      studioActions.reject(task, [rejected], 'The logo stands too close to the edge: see the marking.');
      scheduler.after(settings.day.correctedAfterMs, () => {
        correct(task);
      });
      return true;
    },
  };
}

/** Whether the vendor has started the task and submitted nothing yet. */
function isToBeBypassed(task: Task, { settings }: World): boolean {
  return (
    task.event === 'bypass' &&
    settings.day.events.includes('bypass') &&
    task.status === 'in progress' &&
    task.rounds.at(-1)?.kind === 'first' &&
    task.rounds.at(-1)?.submittedAt === undefined
  );
}
