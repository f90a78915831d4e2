import { randomUUID } from 'node:crypto';
import { writeEvent, type WebhookAction } from '../creative-force/webhook-event';
import type { WebhookSender } from '../creative-force/webhook-sender';
import { hasNotes, keepsStatus, nextRejectionForm } from '../creative-force/rejection-form';
import type { TaskEventKind } from '../event-log';
import { formOf } from './task-form';
import type { World } from '../world';
import { isGone, newRound, type Annotation, type ExpectedOutput, type Round, type Task } from './model';

/** The task's state does not allow an action; the message says why. */
export class ActionRejectedError extends Error {
  override readonly name = 'ActionRejectedError';
}

/**
 * What people at the studio do to a task; each throws {@link ActionRejectedError} when the task's state does not allow
 * it.
 */
export interface StudioActions {
  /**
   * A quality controller sends outputs back: next round, and flags, status, annotations, event as the settings say.
   * Returns the rejected outputs, which are whole shots where only shots are flagged.
   */
  reject(task: Task, outputs: readonly ExpectedOutput[], comment: string): readonly ExpectedOutput[];
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
  const note = (task: Task, kind: TaskEventKind, form?: string): void => {
    const round = Math.max(0, task.rounds.length - 1);
    world.eventLog.record({ at: world.now(), kind, taskId: task.taskId, round, form });
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
  const reopen = (
    task: Task,
    kind: 'correction' | 'reset',
    more: Partial<Pick<Round, 'corrects' | 'told'>> = {},
  ): void => {
    task.rounds.push(newRound(world.now(), kind, more));
    task.status = 'to do';
    if (!keepsStatus(more.told)) task.startedAt = undefined;
    task.doneAt = undefined;
  };
  const announce = (task: Task, action: WebhookAction, isNeeded: boolean, instant = world.now()): void => {
    if (isNeeded || formOf(task, 'later event', world.settings.webhooks.laterEvents) === 'sent') {
      void sender.send(writeEvent(world, task, action, instant));
      return;
    }
    const { studio, taskId } = task;
    world.eventLog.record({ at: world.now(), kind: 'webhook lost on purpose', studio: studio.name, taskId });
  };

  return {
    reject(task, outputs, comment) {
      if (isGone(task) || task.rounds.at(-1)?.submittedAt === undefined)
        throw new ActionRejectedError('Only what was delivered can be rejected.');
      const told = nextRejectionForm(world, task);
      const corrects =
        told === 'shot flags'
          ? task.shots.flatMap(({ expected }) => (expected.some((one) => outputs.includes(one)) ? expected : []))
          : outputs;
      for (const expected of corrects) expected.rejected = true;
      if (hasNotes(told)) task.annotations.push(...rejectionNotes(world, task, corrects, comment));
      reopen(task, 'correction', { corrects, told });
      note(task, 'reject', told);
      // A rejection that only its event tells of would never be known without it.
      announce(task, 'ExternalPostTaskRejected', told === 'event');
      return corrects;
    },
    bypass(task, force) {
      assertOpen(task);
      if (!force && task.shots.some((shot) => shot.expected.length > 1)) {
        throw new ActionRejectedError(
          'A position has several variants, and then Creative Force does not allow a bypass. Say "force" to do it anyway.',
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
        announce(task, 'ExternalPostTaskReadyToWork', false, instant);
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
          : [shotAnnotation(world, firstShot?.shotId ?? '', kind, comment)];
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

/** The annotations of a rejection: one for each output, or one for each shot. */
function rejectionNotes(
  world: World,
  task: Task,
  corrects: readonly ExpectedOutput[],
  comment: string,
): readonly Annotation[] {
  if (formOf(task, 'rejection notes', world.settings.creativeForce.rejectionNotes) === 'output')
    return corrects.map((expected) => annotationOf(world, expected, 'rejection', comment));
  const shotIds = new Set(corrects.map(({ shot }) => shot.shotId));
  return [...shotIds].map((shotId) => shotAnnotation(world, shotId, 'rejection', comment));
}

/** An annotation that names a shot and none of its outputs. */
function shotAnnotation(world: World, shotId: string, kind: Annotation['kind'], comment: string): Annotation {
  return {
    annotationId: randomUUID(),
    kind,
    comment,
    createdAt: world.now(),
    shotId,
    specId: undefined,
    variant: undefined,
    assetId: undefined,
  };
}

function annotationOf(world: World, expected: ExpectedOutput, kind: Annotation['kind'], comment: string): Annotation {
  return {
    ...shotAnnotation(world, expected.shot.shotId, kind, comment),
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
    all.filter(({ fileName, name: stem, shot, size }) =>
      [fileName, stem, shot.shotId, shot.position, `${shot.position}/${size}`].includes(name),
    ),
  );
  return found.some((outputs) => outputs.length === 0) ? undefined : [...new Set(found.flat())];
}
