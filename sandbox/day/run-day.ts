import { randomUUID } from 'node:crypto';
import { writeEvent, type Attempt, type WebhookEvent, type WebhookSender } from '../creative-force/webhook-sender';
import type { World } from '../world';
import { newRound, presentRound, type ExpectedOutput, type Task } from './model';

const DUPLICATE_AFTER_MS = 1_500;

/** What happens by itself in the day, and what a person makes happen through the control service. */
export interface RunningDay {
  /** Makes the early tasks ready and announces them now, whoever listens. Answers with the first attempt of each. */
  early(): Promise<({ readonly taskId: string } & Attempt)[]>;
  /** Lets the tasks become ready over the day's spread. False when the day had begun before. */
  begin(): boolean;
  /** A quality controller sends outputs back; none named means all. */
  reject(task: Task, outputs: readonly ExpectedOutput[], comment: string): void;
  remove(task: Task): void;
  /** A submission was accepted: the verdict comes after a while. */
  accepted(task: Task): void;
}

export function createDay(world: World, sender: WebhookSender): RunningDay {
  world.unsentAnnouncements = world.tasks.length;

  const makeReady = (task: Task): void => {
    task.status = 'to do';
    task.readyAt = world.now();
    task.rounds.push(newRound(task.readyAt));
    note(task, 'ready');
  };
  const note = (task: Task, kind: 'ready' | 'done' | 'reject' | 'deleted'): void => {
    world.chronicle.record({ at: world.now(), kind, taskId: task.taskId, round: Math.max(0, task.rounds.length - 1) });
  };
  const sendCounted = (event: WebhookEvent): Promise<Attempt> =>
    sender.send(event).finally(() => {
      world.unsentAnnouncements -= 1;
    });

  /** Makes a task ready and announces it as its part in the day wants it. */
  const open = (task: Task): Promise<Attempt> | undefined => {
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
      world.agenda.after(DUPLICATE_AFTER_MS, () => void sendCounted(event));
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
    reject(task, outputs, comment) {
      for (const expected of outputs) {
        expected.rejected = true;
        task.annotations.push({
          annotationId: randomUUID(),
          kind: 'rejection',
          comment,
          createdAt: world.now(),
          shotId: expected.shot.shotId,
          specId: expected.preset?.specId,
          variant: expected.variant,
          assetId: expected.assetId,
        });
      }
      task.rounds.push(newRound(world.now()));
      task.status = 'to do';
      task.startedAt = undefined;
      task.doneAt = undefined;
      note(task, 'reject');
      void sender.send(writeEvent(world, task, 'ExternalPostTaskRejected'));
    },
    remove(task) {
      // A task that was never to become ready any more is not announced either.
      if (isNotReady(task)) world.unsentAnnouncements -= 1;
      task.status = 'deleted';
      note(task, 'deleted');
    },
    accepted(task) {
      const round = presentRound(task);
      world.agenda.after(world.settings.day.verdictAfterMs, () => {
        // A rejection or a deletion came first.
        if (task.rounds.at(-1) !== round || task.status === 'deleted') return;
        task.status = 'done';
        task.doneAt = world.now();
        note(task, 'done');
      });
    },
  };
}

/** Finds the outputs that a person names by file name, by name, by position or by `position/size`; nothing named means all. */
export function namedOutputs(task: Task, names: readonly string[]): ExpectedOutput[] | undefined {
  const all = task.shots.flatMap((shot) => shot.expected);
  if (names.length === 0) return all;
  const found = names.map((name) =>
    all.filter(({ fileName, name: stem, shot, preset }) =>
      [fileName, stem, shot.shotId, shot.position, `${shot.position}/${preset?.name ?? 'Original'}`].includes(name),
    ),
  );
  return found.some((outputs) => outputs.length === 0) ? undefined : [...new Set(found.flat())];
}

/** The task was delivered in its present round, so that it can be judged by a person. */
export function canBeRejected(task: Task): boolean {
  return task.status !== 'deleted' && task.rounds.at(-1)?.submittedAt !== undefined;
}
