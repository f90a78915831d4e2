import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import type { History } from '@temporalio/common/lib/proto-utils';

import type { TaskRun } from './query-status';

const TIMEOUT_MS = 60_000;
/** A task that went on as new runs this often has lived for years. */
const MAX_RUNS = 100;

export type HistoryEvent = NonNullable<History['events']>[number];

/** What has been written down of a task: all its events, from the run that began it to the last one. Needs no worker. */
export async function readTaskHistory(client: Client, { workflowId, runId }: TaskRun): Promise<HistoryEvent[]> {
  const events: HistoryEvent[] = [];
  let current = runId;
  for (let runs = 0; runs < MAX_RUNS; runs++) {
    const ofRun = await eventsOf(client, workflowId, current);
    events.unshift(...ofRun);
    const before = ofRun[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId;
    if (!before) break;
    current = before;
  }
  return events;
}

async function eventsOf(client: Client, workflowId: string, runId: string | undefined): Promise<HistoryEvent[]> {
  const handle = client.workflow.getHandle(workflowId, runId);
  try {
    return (await client.withDeadline(Date.now() + TIMEOUT_MS, () => handle.fetchHistory())).events ?? [];
  } catch (error) {
    // The namespace keeps an ended run for a while only.
    if (error instanceof WorkflowNotFoundError) return [];
    throw error;
  }
}
