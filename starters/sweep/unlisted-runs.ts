import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';

import { unlistedEvent, type UnlistedRunsResult, type CompleteListing } from '../../domain/sweep/sweep';
import { workingStages } from '../../domain/task/task-status';
import { parseTaskWorkflowId } from '../../domain/task/workflow-id';
import { EXTERNAL_POST_TASK, taskEventSignal } from '../../workflows/external-post-task/messages/messages';
import { searchAttributes } from '../../workflows/search-attributes';

/** Limit per sweep, because an erroneously empty listing must not wake every run. */
const MAX_NOTIFIED = 20;
/** A run can start shortly before the listing shows its task. */
const MARGIN_MS = 2 * 60_000;

/**
 * Signals the runs of a studio that have not submitted yet and whose task is no longer listed: Creative Force sends no
 * event for a bypass or another vendor (docs/reference/creative-force.md#silent-changes). Each run is signalled once,
 * as long as the sweeps keep the event's id.
 */
export async function notifyUnlistedRuns(
  client: Client,
  { studio, taskIds, notified, readFrom }: CompleteListing,
): Promise<UnlistedRunsResult> {
  const listed = new Set(taskIds.map((taskId) => taskId.toLowerCase()));
  const notifiedBefore = new Set(notified);
  const result: UnlistedRunsResult = { unlisted: [], notified: [] };
  const stages = workingStages.map((stage) => `'${stage}'`).join(', ');
  const query = [
    `WorkflowType = '${EXTERNAL_POST_TASK}'`,
    `ExecutionStatus = 'Running'`,
    `${searchAttributes.studio.name} = '${studio}'`,
    `${searchAttributes.stage.name} IN (${stages})`,
    // What Creative Force has not shown yet looks for itself.
    `${searchAttributes.unconfirmed.name} IS NULL`,
    `StartTime < '${new Date(readFrom - MARGIN_MS).toISOString()}'`,
  ].join(' AND ');
  for await (const { workflowId, runId } of client.workflow.list({ query })) {
    const task = parseTaskWorkflowId(workflowId);
    if (task === undefined || listed.has(task.taskId)) continue;
    const event = unlistedEvent(task, runId);
    if (!notifiedBefore.has(event.eventId)) {
      if (result.unlisted.length >= MAX_NOTIFIED) continue;
      try {
        await client.workflow.getHandle(workflowId, runId).signal(taskEventSignal, event);
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) continue;
        throw error;
      }
      result.unlisted.push(task.taskId);
    }
    result.notified.push(event.eventId);
  }
  return result;
}
