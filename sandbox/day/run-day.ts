import { writeEvent, type DeliveryAttempt, type WebhookEvent } from '../creative-force/webhook-event';
import type { WebhookSender } from '../creative-force/webhook-sender';
import type { World } from '../world';
import { isGone, newRound, presentRound, type Task } from './model';
import type { DayEvents } from './run-events';

/** The running day. */
export interface RunningDay {
  /** Makes the early tasks ready and sends their webhooks now. Returns the first delivery attempt of each. */
  early(): Promise<FirstAttempt[]>;
  /** The same with the task that would become ready next, also before the day has begun; `undefined`: none is left. */
  next(): Promise<FirstAttempt> | undefined;
  /** Makes the tasks ready one after another over `spreadMs`. False if the day has already begun. */
  begin(): boolean;
  /** Call after an accepted submission: the verdict follows after `verdictAfterMs`. */
  accepted(task: Task): void;
}

type FirstAttempt = { readonly taskId: string } & DeliveryAttempt;

export function createDay(world: World, sender: WebhookSender, events: DayEvents): RunningDay {
  world.unsentAnnouncements = world.tasks.length;

  const makeReady = (task: Task): void => {
    task.status = 'to do';
    task.readyAt = world.now();
    task.rounds.push(newRound(task.readyAt, 'first'));
    note(task, 'ready');
  };
  const note = (task: Task, kind: 'ready' | 'done'): void => {
    world.eventLog.record({ at: world.now(), kind, taskId: task.taskId, round: Math.max(0, task.rounds.length - 1) });
  };
  const sendCounted = (event: WebhookEvent): Promise<DeliveryAttempt> =>
    sender.send(event).finally(() => {
      world.unsentAnnouncements -= 1;
    });

  /** Makes a task ready and sends its webhook as its scenario says. */
  const open = (task: Task): Promise<DeliveryAttempt> | undefined => {
    makeReady(task);
    if (task.announcement === 'lost') {
      world.unsentAnnouncements -= 1;
      world.eventLog.record({
        at: world.now(),
        kind: 'webhook lost on purpose',
        studio: task.studio.name,
        taskId: task.taskId,
      });
      return undefined;
    }
    const event = writeEvent(world, task, 'ExternalPostTaskReadyToWork');
    if (task.announcement === 'duplicate') {
      world.unsentAnnouncements += 1;
      world.scheduler.after(world.settings.webhooks.duplicateAfterMs, () => void sendCounted(event));
    }
    const sent = sendCounted(event);
    events.announced(task);
    return sent;
  };
  const openNow = async (task: Task): Promise<FirstAttempt> => ({
    taskId: task.taskId,
    status: undefined,
    problem: undefined,
    ...(await open(task)),
  });
  const isNotReady = (task: Task): boolean => task.status === 'not ready';

  return {
    early: () =>
      Promise.all(
        world.tasks.filter((task) => isNotReady(task) && task.announcement === 'early').map((task) => openNow(task)),
      ),
    next() {
      const [task] = world.tasks.filter(isNotReady).sort((one, other) => one.readyAfterMs - other.readyAfterMs);
      return task && openNow(task);
    },
    begin() {
      if (world.begunAt !== undefined) return false;
      world.begunAt = world.now();
      for (const task of world.tasks.filter(isNotReady)) {
        world.scheduler.after(task.readyAfterMs, () => {
          if (isNotReady(task)) void open(task);
        });
      }
      return true;
    },
    accepted(task) {
      const round = presentRound(task);
      world.scheduler.after(world.settings.day.verdictAfterMs, () => {
        // The task was rejected, reset or removed meanwhile.
        if (task.rounds.at(-1) !== round || isGone(task) || task.status === 'done') return;
        if (events.refuse(task)) return;
        task.status = 'done';
        task.doneAt = world.now();
        note(task, 'done');
        events.done(task);
      });
    },
  };
}
