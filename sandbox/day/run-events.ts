import type { World } from '../world';
import { awaitsCreative, awaitsRejection } from './events';
import { isGone, type Task } from './model';
import type { StudioActions } from './studio-actions';
import { editDesign, makeMissing } from './write-design';

/** The day's events, as they come up. */
export interface DayEvents {
  /** The first verdict on this task is a rejection: carries it out. False when the task is to be accepted. */
  reject(task: Task): boolean;
}

/**
 * Lets the day's events happen, each on its condition: a submission that was accepted, a vendor that has looked for what
 * is missing, a creative that is asked for while its task is under way. Those switched off by then do not happen.
 */
export function createDayEvents(world: World, people: StudioActions): DayEvents {
  const { chronicle, agenda, settings } = world;
  const expecting = new Set<string>();

  const bringCreative = (task: Task): void => {
    if (!awaitsCreative(task, settings.day) || isGone(task)) return;
    makeMissing(task.job.design, task, world.now());
    chronicle.record({ at: world.now(), kind: 'creative made', taskId: task.taskId, round: task.rounds.length - 1 });
  };
  const correct = (task: Task): void => {
    const outputs = task.shots.flatMap((shot) =>
      shot.expected.flatMap(({ rejected, creative }) => (rejected && creative ? [creative.outputId] : [])),
    );
    // A person may have reset the task meanwhile: then nothing is to be corrected.
    if (outputs.length === 0) return;
    editDesign(task.job.design, { outputs, removed: [], newOutputIds: false }, world.now());
    chronicle.record({ at: world.now(), kind: 'design edited', taskId: task.taskId, round: task.rounds.length - 1 });
  };

  chronicle.watch((entry) => {
    if (settings.day.events.length === 0 || (entry.kind !== 'celtra' && entry.kind !== 'gateway')) return;
    for (const task of world.tasks) {
      if (
        awaitsCreative(task, settings.day) &&
        chronicle.hasReadTaskAndCreatives(task.taskId) &&
        !expecting.has(task.taskId)
      ) {
        expecting.add(task.taskId);
        agenda.after(settings.day.creativeAfterMs, () => {
          bringCreative(task);
        });
      }
      if (entry.kind === 'celtra' && entry.taskIds.includes(task.taskId) && isToBeBypassed(task, world)) {
        people.bypass(task, true);
      }
    }
  });

  return {
    reject(task) {
      const [rejected] = task.shots.flatMap((shot) => shot.expected);
      if (rejected === undefined || !awaitsRejection(task, settings.day)) return false;
      people.reject(task, [rejected], 'The logo stands too close to the edge: see the marking.');
      agenda.after(settings.day.correctedAfterMs, () => {
        correct(task);
      });
      return true;
    },
  };
}

/** Mid-way: the vendor has started the task, and has submitted nothing. */
function isToBeBypassed(task: Task, { settings }: World): boolean {
  return (
    task.event === 'bypass' &&
    settings.day.events.includes('bypass') &&
    task.status === 'in progress' &&
    task.rounds.at(-1)?.kind === 'first' &&
    task.rounds.at(-1)?.submittedAt === undefined
  );
}
