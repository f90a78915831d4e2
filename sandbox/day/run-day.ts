import { writeEvent, type WebhookEvent } from '../creative-force/webhook-event';
import type { DeliveryAttempt, WebhookSender } from '../creative-force/webhook-sender';
import type { World } from '../world';
import { isGone, newRound, presentRound, type Task } from './model';
import type { DayEvents } from './run-events';

/** What happens by itself in the day. */
export interface RunningDay {
  /** Makes the early tasks ready and announces them now, whoever listens. Answers with the first attempt of each. */
  early(): Promise<({ readonly taskId: string } & DeliveryAttempt)[]>;
  /** Lets the tasks become ready over the day's spread. False when the day had begun before. */
  begin(): boolean;
  /** A submission was accepted: the verdict comes after a while. */
  accepted(task: Task): void;
}

export function createDay(world: World, sender: WebhookSender, events: DayEvents): RunningDay {
  world.unsentAnnouncements = world.tasks.length;

  const makeReady = (task: Task): void => {
    task.status = 'to do';
    task.readyAt = world.now();
    task.rounds.push(newRound(task.readyAt, 'first'));
    note(task, 'ready');
  };
  const note = (task: Task, kind: 'ready' | 'done'): void => {
    world.chronicle.record({ at: world.now(), kind, taskId: task.taskId, round: Math.max(0, task.rounds.length - 1) });
  };
  const sendCounted = (event: WebhookEvent): Promise<DeliveryAttempt> =>
    sender.send(event).finally(() => {
      world.unsentAnnouncements -= 1;
    });

  /** Makes a task ready and announces it as its part in the day wants it. */
  const open = (task: Task): Promise<DeliveryAttempt> | undefined => {
    makeReady(task);
    if (task.announcement === 'lost') {
      world.unsentAnnouncements -= 1;
      world.chronicle.record({
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
      world.agenda.after(world.settings.webhooks.duplicateAfterMs, () => void sendCounted(event));
    }
    return sendCounted(event);
  };
  const isNotReady = (task: Task): boolean => task.status === 'not ready';

  return {
    early: () =>
      Promise.all(
        world.tasks
          .filter((task) => isNotReady(task) && task.announcement === 'early')
          .map(async (task) => ({ taskId: task.taskId, status: undefined, problem: undefined, ...(await open(task)) })),
      ),
    begin() {
      if (world.begunAt !== undefined) return false;
      world.begunAt = world.now();
      for (const task of world.tasks.filter(isNotReady)) {
        world.agenda.after(task.readyAfterMs, () => {
          if (isNotReady(task)) void open(task);
        });
      }
      return true;
    },
    accepted(task) {
      const round = presentRound(task);
      world.agenda.after(world.settings.day.verdictAfterMs, () => {
        // A person came first: with a rejection, a reset, a deletion.
        if (task.rounds.at(-1) !== round || isGone(task) || task.status === 'done') return;
        if (events.reject(task)) return;
        task.status = 'done';
        task.doneAt = world.now();
        note(task, 'done');
      });
    },
  };
}
