import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';

import type { Actor } from '../../../domain/operator/identity';
import type { Step, SuppliedFile } from '../../../domain/operator/decisions';
import type { Recipe } from '../../../domain/recipe/recipe';
import type { TaskReference } from '../../../domain/task/task';
import type { TaskEvent } from '../../../domain/task/task-event';
import type { TaskStatus } from '../../../domain/task/task-status';
import type { TaskState } from '../state/task-state';

/** The name under which the workflow is registered: starters name it, they never import its code. */
export const EXTERNAL_POST_TASK = 'externalPostTask';

/** What starts a task's workflow. Everything else is read from the task itself. */
export interface ExternalPostTaskInput extends TaskReference {
  /** The state of the run that continued as this one; nobody else gives it. */
  readonly snapshot?: TaskState | undefined;
}

/** The memo key for the event that started a run; absent when a person did. A memo needs no registration. */
export const TRIGGER_MEMO = 'extpostTrigger';

/** The memo key for the ids of the events that an ended run had received: a repeated webhook then starts no new one. */
export const SEEN_EVENTS_MEMO = 'extpostSeenEvents';

export const taskEventSignal = defineSignal<[TaskEvent]>('taskEvent');

/** Who does something to a task, and why: both stand in its record. Only programs of ours set `identity`. */
export interface OperatorNotice extends Actor {
  readonly reason?: string | undefined;
}

export interface OperatorRequest extends OperatorNotice {
  /** The `revision` of the status that they had seen: refused when somebody has decided something since then. */
  readonly expectedRevision?: number | undefined;
}

/** An operator's request to go on with a task that needs attention. */
export interface ResumeRequest extends OperatorRequest {
  /** What was made before this step is kept; absent means to begin again with reading the task. */
  readonly from?: Step | undefined;
  /** Deliver even what Creative Force has rejected in the very same bytes. */
  readonly force?: boolean | undefined;
}

export interface ReplaceRecipeRequest extends OperatorRequest {
  /** The name of a configured recipe, or a complete one as in extpost.yaml. */
  readonly recipe: string | Recipe;
}

/** `expected`: the label, the file name or the key of an expected output. */
export interface UseOutputRequest extends OperatorRequest {
  readonly expected: string;
  readonly outputId: string;
}

export interface SkipOutputRequest extends OperatorRequest {
  readonly expected: string;
  /** Also where Creative Force takes the other outputs only together with this one. */
  readonly force?: boolean | undefined;
}

/** Takes back a decision: about this expected output, or without one the recipe of the whole task. */
export interface UndoRequest extends OperatorRequest {
  readonly expected?: string | undefined;
}

/** `extpost task deliver-file` seals an address that is a secret, and stores a file, as the board does. */
export interface DeliverFileRequest extends OperatorRequest, SuppliedFile {
  readonly expected: string;
}

export const resumeUpdate = defineUpdate<string, [ResumeRequest]>('resume');
export const replaceRecipeUpdate = defineUpdate<string, [ReplaceRecipeRequest]>('replaceRecipe');
export const useOutputUpdate = defineUpdate<string, [UseOutputRequest]>('useOutput');
export const skipOutputUpdate = defineUpdate<string, [SkipOutputRequest]>('skipOutput');
export const deliverFileUpdate = defineUpdate<string, [DeliverFileRequest]>('deliverFile');
export const undoUpdate = defineUpdate<string, [UndoRequest]>('undo');
export const abandonUpdate = defineUpdate<string, [OperatorRequest]>('abandon');

/** Who cancels the task and why: Temporal's own cancel does not tell the workflow. */
export const cancelNoticeSignal = defineSignal<[OperatorNotice]>('cancelNotice');

export const statusQuery = defineQuery<TaskStatus, []>('status');
