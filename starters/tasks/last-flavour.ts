import type { Client } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';

import type { ContentCreationType } from '../../domain/task/task';
import { taskWorkflowId } from '../../domain/task/workflow-id';
import { readable } from '../../temporal';
import type { TaskSummary } from './task-summary';

/** What the task's last run was started with; `undefined` when Temporal does not know. */
export async function flavourOfLastRun(
  client: Client,
  { studio, taskId, runId }: Pick<TaskSummary, 'studio' | 'taskId'> & { readonly runId?: string | undefined },
): Promise<ContentCreationType | undefined> {
  if (runId === undefined) return undefined;
  const { history } = await client.workflowService.getWorkflowExecutionHistory({
    namespace: client.options.namespace,
    execution: { workflowId: taskWorkflowId({ studio, taskId }), runId },
    maximumPageSize: 1,
  });
  const payload = history?.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0];
  if (!payload) return undefined;
  const input = defaultPayloadConverter.fromPayload<{ contentCreationType?: unknown }>(await readable(client, payload));
  const { contentCreationType } = input;
  return contentCreationType === 'ecom' || contentCreationType === 'editorial' ? contentCreationType : undefined;
}
