import { randomUUID } from 'node:crypto';
import { writeEvent } from '../creative-force/webhook-event';
import type { WebhookSender } from '../creative-force/webhook-sender';
import type { World } from '../world';
import { isGone, newRound, type Annotation, type ExpectedOutput, type Task } from './model';

/** The task's state does not allow an action; the message says why. */
export class ActionRejectedError extends Error {
  override readonly name = 'ImpossibleAct';
}

/**
 * What people at the studio do to a task; each throws {@link ActionRejectedError} when the task's state does not allow
 * it.
 */
export interface StudioActions {
  /** A quality controller sends outputs back: next round, annotations, event. */
  reject(task: Task, outputs: readonly ExpectedOutput[], comment: string): void;
  /** External Post is skipped: no event (docs/reference/creative-force.md#silent-changes). */
  bypass(task: Task, force: boolean): void;
  /** Another vendor gets the task: no event. */
  changeVendor(task: Task): void;
  /**
   * The same task becomes ready again, for all outputs: event. Also brings back a task that another vendor had, or that
   * was bypassed.
   */
  reset(task: Task): void;
  remove(task: Task): void;
  /** Somebody else finishes the step: no event. */
  finish(task: Task): void;
  /** Adds an annotation to outputs, or to the first shot if none is named. */
  annotate(
    task: Task,
    outputs: readonly ExpectedOutput[],
    kind: Annotation['kind'],
    comment: string,
  ): readonly Annotation[];
  /** Moves the deadline of the task's job, in Unix milliseconds. */
  moveDeadline(task: Task, deadline: number): void;
}

export function createStudioActions(world: World, sender: WebhookSender): StudioActions {
  const note = (task: Task, kind: StudioActionKind): void => {
    world.eventLog.record({ at: world.now(), kind, taskId: task.taskId, round: Math.max(0, task.rounds.length - 1) });
  };
  /** A task that is not ready yet will not be announced any more. */
  const vanish = (task: Task, status: 'deleted' | 'bypassed' | 'vendor changed'): void => {
    if (task.status === 'not ready') world.unsentAnnouncements -= 1;
    task.status = status;
    note(task, status);
  };
  const assertOpen = (task: Task): void => {
    if (isGone(task)) throw new ActionRejectedError(`The task is ${task.status}; reset it first.`);
    if (task.status === 'done')
      throw new ActionRejectedError('The step is Done; reset the task or reject outputs first.');
  };
  const reopen = (task: Task, kind: 'correction' | 'reset', corrects?: readonly ExpectedOutput[]): void => {
    task.rounds.push(newRound(world.now(), kind, corrects));
    task.status = 'to do';
    task.startedAt = undefined;
    task.doneAt = undefined;
  };

  return {
    reject(task, outputs, comment) {
      if (isGone(task) || task.rounds.at(-1)?.submittedAt === undefined)
        throw new ActionRejectedError('Only what was delivered can be rejected.');
      for (const expected of outputs) {
        expected.rejected = true;
        task.annotations.push(annotationOf(world, expected, 'rejection', comment));
      }
      reopen(task, 'correction', outputs);
      note(task, 'reject');
      void sender.send(writeEvent(world, task, 'ExternalPostTaskRejected'));
    },
    bypass(task, force) {
      assertOpen(task);
      if (!force && task.shots.some((shot) => shot.expected.length > 1)) {
        throw new ActionRejectedError(
          'A position has several variants, and then Creative Force does not allow a bypass. Say "force" to do it all the same.',
        );
      }
      vanish(task, 'bypassed');
    },
    changeVendor(task) {
      assertOpen(task);
      vanish(task, 'vendor changed');
    },
    reset(task) {
      if (task.status === 'not ready') throw new ActionRejectedError('The task is not ready yet.');
      if (task.status === 'deleted') throw new ActionRejectedError('The task is deleted, which cannot be undone.');
      task.readyAt ??= world.now();
      for (const expected of task.shots.flatMap((shot) => shot.expected)) {
        expected.assetId = undefined;
        expected.rejected = false;
      }
      reopen(task, 'reset');
      note(task, 'reset');
      const instant = world.now();
      for (let event = 0; event < world.settings.webhooks.eventsPerReset; event += 1) {
        void sender.send(writeEvent(world, task, 'ExternalPostTaskReadyToWork', instant));
      }
    },
    remove(task) {
      if (task.status === 'deleted') throw new ActionRejectedError('The task is deleted already.');
      vanish(task, 'deleted');
    },
    finish(task) {
      assertOpen(task);
      if (task.status === 'not ready') throw new ActionRejectedError('The task is not ready yet.');
      task.status = 'done';
      task.doneAt = world.now();
      note(task, 'done');
    },
    annotate(task, outputs, kind, comment) {
      const [firstShot] = task.shots;
      const annotations =
        outputs.length > 0
          ? outputs.map((expected) => annotationOf(world, expected, kind, comment))
          : [
              {
                annotationId: randomUUID(),
                kind,
                comment,
                createdAt: world.now(),
                shotId: firstShot?.shotId ?? '',
                specId: undefined,
                variant: undefined,
                assetId: undefined,
              },
            ];
      task.annotations.push(...annotations);
      note(task, 'annotated');
      return annotations;
    },
    moveDeadline(task, deadline) {
      task.job.deadline = deadline;
      note(task, 'deadline moved');
    },
  };
}

/** Actions as the event log calls them. */
type StudioActionKind =
  'done' | 'reject' | 'deleted' | 'bypassed' | 'vendor changed' | 'reset' | 'annotated' | 'deadline moved';

function annotationOf(world: World, expected: ExpectedOutput, kind: Annotation['kind'], comment: string): Annotation {
  return {
    annotationId: randomUUID(),
    kind,
    comment,
    createdAt: world.now(),
    shotId: expected.shot.shotId,
    specId: expected.preset?.specId,
    variant: expected.variant,
    assetId: expected.assetId,
  };
}

/**
 * Finds outputs by file name, name, shot id, position or `position/size`; without names all outputs, `undefined` for an
 * unknown name.
 */
export function findOutputsByName(task: Task, names: readonly string[]): ExpectedOutput[] | undefined {
  const all = task.shots.flatMap((shot) => shot.expected);
  if (names.length === 0) return all;
  const found = names.map((name) =>
    all.filter(({ fileName, name: stem, shot, preset }) =>
      [fileName, stem, shot.shotId, shot.position, `${shot.position}/${preset?.name ?? 'Original'}`].includes(name),
    ),
  );
  return found.some((outputs) => outputs.length === 0) ? undefined : [...new Set(found.flat())];
}
