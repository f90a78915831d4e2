import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';

import { listed } from '../../domain/words';
import { parseTaskWorkflowId, taskWorkflowId } from '../../domain/workflow-id';
import { searchAttributes } from '../../workflows/search-attributes';
import { CommandError, exitCodes } from '../exit-codes';
import { listTasks } from './list-tasks';
import { listQuery, quoted } from './task-filter';
import { rowName, stageText, taskRow, type TaskRow } from './task-row';

/** Shorter beginnings of an id would too often fit by chance. */
const SHORTEST_BEGINNING = 4;
const MOST_CANDIDATES = 50;

/** What a person said to name a task: a studio and a name, or a workflow id alone. */
export interface NamedTask {
  readonly studio: string;
  readonly task: string;
}

/** The words of a command that name a task. Throws CommandError when they do not. */
export function namedTask(studio: string, task: string | undefined): NamedTask {
  const alone = parseTaskWorkflowId(studio);
  if (alone !== undefined && task === undefined) return { studio: alone.studio, task: alone.taskId };
  if (task === undefined) {
    throw new CommandError('Say which task: its studio and its id, or its workflow id alone.', exitCodes.wrongUse);
  }
  const named = parseTaskWorkflowId(task);
  if (named === undefined) return { studio, task };
  if (named.studio !== studio) {
    throw new CommandError(`${task} is a task of ${named.studio}, not of ${studio}.`, exitCodes.wrongUse);
  }
  return { studio, task: named.taskId };
}

/**
 * Finds a task by its id, a unique beginning of it (four letters or more) or its product code; the newest run of it. Throws
 * CommandError, with a list when the name fits several.
 */
export async function findTask(client: Client, { studio, task }: NamedTask): Promise<TaskRow> {
  const exact = await describe(client, taskWorkflowId({ studio, taskId: task }));
  if (exact !== undefined) return exact;
  const beginning = task.toLowerCase();
  const ways = [
    `${searchAttributes.product.name} = ${quoted(task)}`,
    ...(beginning.length >= SHORTEST_BEGINNING
      ? [`${searchAttributes.taskId.name} STARTS_WITH ${quoted(beginning)}`]
      : []),
  ];
  const query = listQuery({ studio, all: true, query: ways.join(' OR ') });
  const { rows } = await listTasks(client, query, MOST_CANDIDATES);
  const newest = new Map([...rows].reverse().map((row) => [row.workflowId, row]));
  const found = [...newest.values()].reverse();
  const byProduct = found.filter(({ product }) => product === task);
  // Products come again season after season; the task that is open is the one that is meant.
  const open = byProduct.filter(({ ended }) => ended === undefined);
  const [only, ...others] = byProduct.length === found.length && open.length === 1 ? open : found;
  if (only !== undefined && others.length === 0) return only;
  if (only === undefined) {
    const short =
      beginning.length < SHORTEST_BEGINNING ? ` A beginning of an id has at least ${SHORTEST_BEGINNING} letters.` : '';
    throw new CommandError(
      `${studio} has no task "${task}" here.${short} See "extpost tasks --studio ${studio} --all".`,
      exitCodes.wrongUse,
    );
  }
  const candidates = found.map(
    (row) => `  ${rowName({ ...row, taskId: row.taskId })}  ${row.taskId}  ${stageText(row)}`,
  );
  throw new CommandError(
    `"${task}" fits ${found.length} tasks of ${studio}; say more of the id:\n${listed(candidates, '\n', 20)}`,
    exitCodes.wrongUse,
  );
}

async function describe(client: Client, workflowId: string): Promise<TaskRow | undefined> {
  try {
    return taskRow(await client.workflow.getHandle(workflowId).describe());
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}
