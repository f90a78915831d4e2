import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';

import type { TaskReference } from '../domain/task';
import type { TaskEvent } from '../domain/task-event';
import type { TaskStatus } from '../domain/task-status';

/** The name under which the workflow is registered: starters name it, they never import its code. */
export const EXTERNAL_POST_TASK = 'externalPostTask';
export const LISTING_SWEEP = 'listingSweep';

/** What starts a task's workflow. Everything else is read from the task itself. */
export type ExternalPostTaskInput = TaskReference;

export const taskEventSignal = defineSignal<[TaskEvent]>('taskEvent');

/** An operator's word to go on with a task that needs attention. */
export interface ResumeRequest {
  readonly by: string;
  readonly reason?: string | undefined;
}
export const resumeUpdate = defineUpdate<string, [ResumeRequest]>('resume');

export const statusQuery = defineQuery<TaskStatus, []>('status');

export interface ListingSweepInput {
  readonly studio: string;
}
