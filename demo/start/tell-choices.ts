import type { Client } from '@temporalio/client';

import { type OperatorAction, undoableActions } from '../../domain/operator/operator-action';
import type { TaskStatus } from '../../domain/task/task-status';
import { taskWorkflowId } from '../../domain/task/workflow-id';
import { queryStatus, TaskProblem } from '../../starters';
import type { Ledger, SandboxControl } from '../sandbox-control';

/** What an operator has decided, as the sandbox's ledger takes it: no outputs are all, no creative is whatever was delivered. */
export interface ToldChoice {
  readonly outputs: readonly string[];
  readonly creative?: string | undefined;
}

/**
 * Tells the sandbox what operators have decided, because its ledger calls wrong what the studio did not ask for. The function
 * that is returned takes a ledger; it asks only the tasks that are wrong in it, and each decision is told once.
 */
export function choiceTeller(
  client: Client,
  control: Pick<SandboxControl, 'tellChoice'>,
): (ledger: Pick<Ledger, 'tasks'>) => Promise<void> {
  const told = new Map<string, number>();
  return async ({ tasks }) => {
    for (const { studio, taskId } of tasks.filter(({ verdict }) => verdict === 'wrong')) {
      const status = await statusOf(client, taskWorkflowId({ studio, taskId }));
      const { revision = 0 } = status ?? {};
      if (status === undefined || told.get(taskId) === revision) continue;
      for (const choice of choicesOf(status)) await control.tellChoice(taskId, choice);
      told.set(taskId, revision);
    }
  };
}

/** The decisions that hold; those about all outputs come first, so that later ones about single outputs count. */
export function choicesOf({ actions = [], outputs = [] }: Pick<TaskStatus, 'actions' | 'outputs'>): ToldChoice[] {
  const isForced = actions.some((action) => action.isForced === true && action.revision !== undefined);
  const decisions = undoableActions(actions);
  const isOfAll = isForced || decisions.some(({ kind }) => kind === 'replace recipe');
  return [
    ...(isOfAll ? [{ outputs: [] }] : []),
    ...decisions.flatMap(({ kind, expectedKey, outputId }: OperatorAction) => {
      const name = outputs.find((output) => output.expectedKey === expectedKey)?.fileName;
      const isChoice = kind === 'use output' || kind === 'deliver file';
      return isChoice && name !== undefined ? [{ outputs: [name], ...(outputId && { creative: outputId }) }] : [];
    }),
  ];
}

/** Nothing while no worker answers: the next look asks again. */
async function statusOf(client: Client, workflowId: string): Promise<TaskStatus | undefined> {
  try {
    return await queryStatus(client, { workflowId });
  } catch (error) {
    if (error instanceof TaskProblem) return undefined;
    throw error;
  }
}
