import type { Client } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';

import type { TaskReference } from '../../domain/task/task';
import { taskWorkflowId } from '../../domain/task/workflow-id';
import { readable } from '../../temporal';
import type { TaskSummary } from './task-summary';

/** Which calls of Creative Force a task is read by. */
type Flavour = Pick<TaskReference, 'contentCreationType' | 'isFlavourGuessed'>;

/** Nobody has told: the first read tries both. */
export const unknownFlavour: Flavour = { contentCreationType: 'ecom', isFlavourGuessed: true };

/** What the task's last run was started with; `unknownFlavour` when Temporal does not know. */
export async function flavourOfLastRun(
  client: Client,
  { studio, taskId, runId }: Pick<TaskSummary, 'studio' | 'taskId'> & { readonly runId?: string | undefined },
): Promise<Flavour> {
  if (runId === undefined) return unknownFlavour;
  const { history } = await client.workflowService.getWorkflowExecutionHistory({
    namespace: client.options.namespace,
    execution: { workflowId: taskWorkflowId({ studio, taskId }), runId },
    maximumPageSize: 1,
  });
  const payload = history?.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0];
  if (!payload) return unknownFlavour;
  const input = defaultPayloadConverter.fromPayload<Partial<Record<keyof Flavour, unknown>>>(
    await readable(client, payload),
  );
  const { contentCreationType, isFlavourGuessed } = input;
  const isKnown = contentCreationType === 'ecom' || contentCreationType === 'editorial';
  return isKnown && isFlavourGuessed !== true ? { contentCreationType } : unknownFlavour;
}
