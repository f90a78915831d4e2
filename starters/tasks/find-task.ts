import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';

import { summariseList } from '../../domain/shared/text';
import { taskIdInAddress, tasksNamed } from '../../domain/task/task-name';
import { parseTaskWorkflowId, taskWorkflowId } from '../../domain/task/workflow-id';
import { searchAttributes } from '../../workflows/search-attributes';
import { listQuery, listTasks, quoted } from './list-tasks';
import { TaskProblem } from './task-problem';
import { stageText, taskLabel, type TaskSummary, toTaskSummary } from './task-summary';

/** More runs of one product, or tasks of one beginning, are not told apart. */
const MAX_CANDIDATES = 200;
/** Titles are compared here, because Temporal's SQL databases cannot search in them. */
const MAX_TITLES = 5_000;

/** What a person said to name a task: a studio and a name, or a workflow id alone. */
export interface TaskName {
  readonly studio: string;
  readonly task: string;
}

/** The words of a command that name a task. Throws TaskProblem when they do not. */
export function parseTaskName(studio: string, task: string | undefined): TaskName {
  const alone = parseTaskWorkflowId(studio);
  if (alone !== undefined && task === undefined) return { studio: alone.studio, task: alone.taskId };
  if (task === undefined) {
    throw new TaskProblem(
      'wrong request',
      'Name a task: a studio and a task id, the beginning of one, or a product; or a workflow id alone.',
    );
  }
  const named = parseTaskWorkflowId(task);
  if (named === undefined) return { studio, task: taskIdInAddress(task) ?? task };
  if (named.studio !== studio) {
    throw new TaskProblem('wrong request', `${task} is a task of ${named.studio}, not of ${studio}.`);
  }
  return { studio, task: named.taskId };
}

/**
 * The newest run of the task that a name fits (domain/task/task-name.ts). Throws TaskProblem when it fits none, or several,
 * which are then listed.
 */
export async function findTask(client: Client, name: TaskName): Promise<TaskSummary> {
  const found = await findTaskIfKnown(client, name);
  if (found !== undefined) return found;
  const { studio, task } = name;
  throw new TaskProblem(
    'wrong request',
    `${studio} has no task "${task}" here. Name a task by its id, four letters or more of its beginning, or its product. ` +
      `See "extpost tasks --studio ${studio} --all".`,
  );
}

/** The same, but `undefined` when the name fits no task that Temporal knows. */
export async function findTaskIfKnown(client: Client, name: TaskName): Promise<TaskSummary | undefined> {
  const { studio, task } = name;
  const exact = await describeTask(client, taskWorkflowId({ studio, taskId: task }));
  if (exact !== undefined) return exact;
  const named = await searchTasks(client, name);
  // Products come again season after season; the task that is open is the one that is meant.
  const open = named.filter(({ ended }) => ended === undefined);
  const [only, ...others] = open.length === 1 ? open : named;
  if (only === undefined) return undefined;
  if (others.length > 0) throw several(name, named);
  // The search may find an older run: the newest one may not yet be known by its product.
  const newest = await describeTask(client, only.workflowId);
  return newest === undefined ? only : { ...newest, product: newest.product ?? only.product };
}

/** The newest run that the search finds of each task. */
async function searchTasks(client: Client, { studio, task }: TaskName): Promise<readonly TaskSummary[]> {
  const { product, title, taskId } = searchAttributes;
  const ways = [
    `${product.name} = ${quoted(task)}`,
    `${title.name} = ${quoted(task)}`,
    `${taskId.name} STARTS_WITH ${quoted(task.toLowerCase())}`,
  ];
  const query = listQuery({ studio, all: true, query: ways.join(' OR ') });
  const { rows } = await listTasks(client, query, MAX_CANDIDATES);
  const found = tasksNamed(task, newestRuns(rows));
  if (found.length > 0) return found;
  const all = await listTasks(client, listQuery({ studio, all: true }), MAX_TITLES);
  return tasksNamed(task, newestRuns(all.rows));
}

function newestRuns(rows: readonly TaskSummary[]): readonly TaskSummary[] {
  const newest = new Map([...rows].reverse().map((row) => [row.workflowId, row]));
  return [...newest.values()].reverse();
}

function several({ studio, task }: TaskName, found: readonly TaskSummary[]): TaskProblem {
  const lines = found.map((row) => `  ${taskLabel(row)}  ${row.taskId}  ${stageText(row)}`);
  return new TaskProblem(
    'wrong request',
    `"${task}" matches ${found.length} tasks of ${studio}; choose one by its id:\n${summariseList(lines, '\n', 20)}`,
  );
}

/** The newest run of a task's workflow; nothing when Temporal knows none. */
export async function describeTask(client: Client, workflowId: string): Promise<TaskSummary | undefined> {
  const description = await describeRun(client, workflowId);
  return description && toTaskSummary(description);
}

/** The same as Temporal gives it. */
export async function describeRun(
  client: Client,
  workflowId: string,
): Promise<WorkflowExecutionDescription | undefined> {
  try {
    return await client.workflow.getHandle(workflowId).describe();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}
