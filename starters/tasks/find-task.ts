import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';

import { summariseList } from '../../domain/shared/text';
import { parseTaskWorkflowId, taskWorkflowId } from '../../domain/task/workflow-id';
import { searchAttributes } from '../../workflows/search-attributes';
import { listQuery, listTasks, quoted } from './list-tasks';
import { stageText, taskLabel, type TaskSummary, toTaskSummary } from './task-summary';
import { TaskProblem } from './task-problem';

/** Shorter beginnings of an id would too often fit by chance. */
const MIN_ID_PREFIX = 4;
const MAX_CANDIDATES = 50;

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
    throw new TaskProblem('wrong request', 'Say which task: its studio and its id, or its workflow id alone.');
  }
  const named = parseTaskWorkflowId(task);
  if (named === undefined) return { studio, task };
  if (named.studio !== studio) {
    throw new TaskProblem('wrong request', `${task} is a task of ${named.studio}, not of ${studio}.`);
  }
  return { studio, task: named.taskId };
}

/** By its id, a unique beginning of it, or its product code; the newest run. Throws TaskProblem. */
export async function findTask(client: Client, { studio, task }: TaskName): Promise<TaskSummary> {
  const exact = await describeTask(client, taskWorkflowId({ studio, taskId: task }));
  if (exact !== undefined) return exact;
  const beginning = task.toLowerCase();
  const ways = [
    `${searchAttributes.product.name} = ${quoted(task)}`,
    ...(beginning.length >= MIN_ID_PREFIX ? [`${searchAttributes.taskId.name} STARTS_WITH ${quoted(beginning)}`] : []),
  ];
  const query = listQuery({ studio, all: true, query: ways.join(' OR ') });
  const { rows } = await listTasks(client, query, MAX_CANDIDATES);
  const newest = new Map([...rows].reverse().map((row) => [row.workflowId, row]));
  const found = [...newest.values()].reverse();
  const byProduct = found.filter(({ product }) => product === task);
  // Products come again season after season; the task that is open is the one that is meant.
  const open = byProduct.filter(({ ended }) => ended === undefined);
  const [only, ...others] = byProduct.length === found.length && open.length === 1 ? open : found;
  if (only !== undefined && others.length === 0) return only;
  if (only === undefined) {
    const short =
      beginning.length < MIN_ID_PREFIX ? ` A beginning of an id has at least ${MIN_ID_PREFIX} letters.` : '';
    throw new TaskProblem(
      'wrong request',
      `${studio} has no task "${task}" here.${short} See "extpost tasks --studio ${studio} --all".`,
    );
  }
  const candidates = found.map(
    (row) => `  ${taskLabel({ ...row, taskId: row.taskId })}  ${row.taskId}  ${stageText(row)}`,
  );
  throw new TaskProblem(
    'wrong request',
    `"${task}" fits ${found.length} tasks of ${studio}; say more of the id:\n${summariseList(candidates, '\n', 20)}`,
  );
}

/** The newest run of a task's workflow; nothing when Temporal knows none. */
export async function describeTask(client: Client, workflowId: string): Promise<TaskSummary | undefined> {
  try {
    return toTaskSummary(await client.workflow.getHandle(workflowId).describe());
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}
