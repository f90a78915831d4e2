import type { WorkflowExecutionInfo, WorkflowExecutionStatusName } from '@temporalio/client';

import type { TaskStatus } from '../../domain/task/task-status';
import { parseTaskWorkflowId } from '../../domain/task/workflow-id';
import { readTrigger } from './start-metadata';
import { searchAttributes } from '../../workflows/search-attributes';

/** What Temporal's visibility knows of one task, without asking the task itself. */
export interface TaskSummary {
  readonly studio: string;
  readonly taskId: string;
  readonly workflowId: string;
  readonly runId: string;
  readonly product?: string | undefined;
  /** Product code and name; absent until the task has been read. */
  readonly title?: string | undefined;
  /** `ecom` or `editorial`; absent until the task has been read. */
  readonly flavour?: string | undefined;
  /** Absent while a run has just been started. */
  readonly stage?: string | undefined;
  readonly cause?: string | undefined;
  readonly round: number;
  /** ISO 8601, when its run began. */
  readonly since: string;
  /** ISO 8601, when its stage began. */
  readonly stageSince: string;
  /** ISO 8601, the earliest known deadline. */
  readonly due?: string | undefined;
  /** It needs attention, and is being tried again just now. */
  readonly isTryingAgain: boolean;
  /** ISO 8601; absent while it runs. */
  readonly ended?: string | undefined;
  /** How its run ended, when not by itself: `cancelled`, `terminated`, … */
  readonly endedBy?: string | undefined;
  /** The sweep has started its run, and no webhook had come for the task until then. */
  readonly foundBySweep: boolean;
}

/** A summary with the status that the task itself answered; without it when the task could not be queried. */
export interface TaskSummaryWithStatus extends TaskSummary {
  readonly status?: TaskStatus | undefined;
}

/** What a list and a description of a run have in common. */
type FoundRun = Pick<
  WorkflowExecutionInfo,
  'workflowId' | 'runId' | 'startTime' | 'typedSearchAttributes' | 'status'
> & {
  readonly closeTime?: Date | undefined;
  readonly memo?: Record<string, unknown> | undefined;
};

export function toTaskSummary(run: FoundRun): TaskSummary {
  const { workflowId, runId, startTime, closeTime, typedSearchAttributes: shown } = run;
  const named = parseTaskWorkflowId(workflowId);
  return {
    studio: named?.studio ?? shown.get(searchAttributes.studio) ?? '',
    taskId: named?.taskId ?? shown.get(searchAttributes.taskId) ?? '',
    workflowId,
    runId,
    product: shown.get(searchAttributes.product),
    title: shown.get(searchAttributes.title),
    flavour: shown.get(searchAttributes.flavour),
    stage: shown.get(searchAttributes.stage),
    cause: shown.get(searchAttributes.cause),
    round: shown.get(searchAttributes.round) ?? 0,
    since: startTime.toISOString(),
    stageSince: (shown.get(searchAttributes.since) ?? startTime).toISOString(),
    due: shown.get(searchAttributes.due)?.toISOString(),
    isTryingAgain: shown.get(searchAttributes.tryingAgain) ?? false,
    ended: closeTime?.toISOString(),
    endedBy: endStatusText(run.status.name),
    foundBySweep: readTrigger(run.memo)?.isFound === true,
  };
}

/** How people name a task in a list: studio, the beginning of its id, product. */
export function taskLabel({ studio, taskId, product }: Pick<TaskSummary, 'studio' | 'taskId' | 'product'>): string {
  return [studio, shortId(taskId), product].filter((part) => part !== undefined).join(' ');
}

/** As much of a task's id as tells it from the others of a list. */
export function shortId(taskId: string): string {
  return taskId.slice(0, 8);
}

/** The stage in words, with how the run ended when it did not end by itself. */
export function stageText({ stage, endedBy, ended }: Pick<TaskSummary, 'stage' | 'endedBy' | 'ended'>): string {
  const shown = stage ?? 'Brief';
  if (endedBy !== undefined) return shown.toLowerCase() === endedBy ? shown : `${shown}, ${endedBy}`;
  return ended === undefined ? shown : `${shown}, ended`;
}

const endStatusTexts: Readonly<Partial<Record<WorkflowExecutionStatusName, string>>> = {
  CANCELLED: 'cancelled',
  TERMINATED: 'terminated',
  FAILED: 'failed',
  TIMED_OUT: 'timed out',
  PAUSED: 'paused',
};

/** How a run ended, in a word, when it did not end by itself; nothing while it runs. */
export function endStatusText(status: WorkflowExecutionStatusName): string | undefined {
  return endStatusTexts[status];
}

/** Whether a run can still be asked to do something. */
export function isRunOpen(status: WorkflowExecutionStatusName): boolean {
  return status === 'RUNNING' || status === 'PAUSED' || status === 'CONTINUED_AS_NEW';
}

/** Where a task stands, in one line: stage, cause, and what happens there. */
export function statusLine({ stage, attention, tryingAgain, sentence }: TaskStatus): string {
  if (tryingAgain !== undefined) return `${tryingAgain.stage} (${tryingAgain.cause}), trying again: ${sentence}`;
  return `${stage}${attention === undefined ? '' : ` (${attention.cause})`}: ${sentence}`;
}
