import type { World } from '../world';
import { awaitsCreative, isRejection, pendingVerdict } from './events';
import { isGone, type Task } from './model';
import type { AssignedEvent } from './options';
import type { StudioActions } from './studio-actions';
import { editDesign, makeMissing } from './write-design';

/** Triggers the day's events. */
export interface DayEvents {
  /** A task was announced. */
  announced(task: Task): void;
  /** Rejects or resets the task's first delivery if the day has that for it; false if it is to be accepted. */
  refuse(task: Task): boolean;
  /** A task is Done: a late rejection or reset may follow. */
  done(task: Task): void;
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

  const carryOut = (task: Task, event: AssignedEvent): void => {
    if (!isRejection(event)) {
      studioActions.reset(task);
      return;
    }
    const [rejected] = task.shots.flatMap((shot) => shot.expected);
    if (rejected === undefined) return;
    studioActions.reject(task, [rejected], 'The logo is too close to the edge: see the marking.');
    if (event === 'uncorrected rejection') return;
    scheduler.after(settings.day.correctedAfterMs, () => {
      correct(task);
    });
  };

  return {
    announced(task) {
      if (task.event === 'deletion' && settings.day.events.includes('deletion')) studioActions.remove(task);
    },
    refuse(task) {
      const pending = pendingVerdict(task, settings.day);
      if (pending === undefined || pending.isLate) return false;
      carryOut(task, pending.event);
      return true;
    },
    done(task) {
      scheduler.after(settings.day.lateAfterMs, () => {
        const pending = pendingVerdict(task, settings.day);
        if (pending?.isLate === true) carryOut(task, pending.event);
      });
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
