import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';

import type { TaskReference } from '../domain/task';
import type { TaskStatus } from '../domain/task-status';

/** The name under which the workflow is registered: starters name it, they never import its code. */
export const EXTERNAL_POST_TASK = 'externalPostTask';
export const LISTING_SWEEP = 'listingSweep';

/** What starts a task's workflow. Everything else is read from the task itself. */
export type ExternalPostTaskInput = TaskReference;

/** A hint that something happened to the task; the workflow re-reads the task and acts on what it says now (DESIGN §4). */
export interface TaskEvent {
  readonly kind: 'ready' | 'rejected';
  /** Where the hint came from. */
  readonly source: 'webhook' | 'sweep';
  /** Creative Force's `PayloadId`, or an id the sweep made: the same id twice is the same event. */
  readonly eventId: string;
  /** Unix milliseconds, when Creative Force says it happened. */
  readonly happenedAt?: number | undefined;
}

export const taskEventSignal = defineSignal<[TaskEvent]>('taskEvent');

/** An operator's word to go on with a task that needs attention. */
export interface ResumeRequest {
  readonly by: string;
  readonly reason?: string | undefined;
}
export const resumeUpdate = defineUpdate<string, [ResumeRequest]>('resume');

export const statusQuery = defineQuery<TaskStatus>('status');

export interface ListingSweepInput {
  readonly studio: string;
}
