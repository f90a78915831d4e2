import type { Client } from '@temporalio/client';

import { undoableActions } from '../../domain/operator/operator-action';
import type { TaskReference } from '../../domain/task/task';
import type { TaskStatus } from '../../domain/task/task-status';
import { taskWorkflowId } from '../../domain/task/workflow-id';
import { queryStatus } from './query-status';

/** What an operator has decided to deliver. */
export interface OperatorChoice {
  /** The requested file names it is about; none are all. */
  readonly outputs: readonly string[];
  /** The id of a Celtra output; absent when another recipe, a file of their own or the same files again were chosen. */
  readonly creative?: string | undefined;
}

/** The choices that hold for a task, and its revision with the last of them. Throws TaskProblem. */
export async function readOperatorChoices(
  client: Client,
  task: Pick<TaskReference, 'studio' | 'taskId'>,
): Promise<{ readonly revision: number; readonly choices: readonly OperatorChoice[] }> {
  const status = await queryStatus(client, { workflowId: taskWorkflowId(task) });
  return { revision: status.revision ?? 0, choices: operatorChoices(status) };
}

/** The choices that hold; those about all outputs come first, so that later ones about single outputs count. */
export function operatorChoices({
  actions = [],
  outputs = [],
}: Pick<TaskStatus, 'actions' | 'outputs'>): OperatorChoice[] {
  const isForced = actions.some((action) => action.isForced === true && action.revision !== undefined);
  const decisions = undoableActions(actions);
  const isOfAll = isForced || decisions.some(({ kind }) => kind === 'replace recipe');
  return [
    ...(isOfAll ? [{ outputs: [] }] : []),
    ...decisions.flatMap(({ kind, expectedKey, outputId }) => {
      const name = outputs.find((output) => output.expectedKey === expectedKey)?.fileName;
      const isChoice = kind === 'use output' || kind === 'deliver file';
      return isChoice && name !== undefined ? [{ outputs: [name], ...(outputId && { creative: outputId }) }] : [];
    }),
  ];
}
