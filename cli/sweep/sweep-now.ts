import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import type { Client, WorkflowExecutionDescription, WorkflowHandle } from '@temporalio/client';

import type { SweepResult } from '../../domain/sweep/sweep';
import { readable } from '../../temporal';
import { LISTING_SWEEP, type ListingSweepInput } from '../../workflows/listing-sweep/messages';
import { searchAttributes } from '../../workflows/search-attributes';
import { EGRESS_MEMO, taskQueues } from '../../workflows/task-queues';
import { failure } from '../exit-codes';
import { sayWhileWaiting } from '../shared/waiting';

const LOOK_EVERY_MS = 2_000;
const CANCEL_WITHIN_MS = 5_000;

/**
 * Sweeps a studio's listing by a workflow of its own, and says meanwhile what it waits for. Throws CommandError with that after
 * `withinMs`, and cancels the workflow.
 */
export async function sweepNow(
  client: Client,
  {
    studio,
    egress,
    withinMs,
  }: { readonly studio: string; readonly egress?: string | undefined; readonly withinMs: number },
): Promise<SweepResult> {
  const args: [ListingSweepInput] = [{ studio }];
  const handle = await client.workflow.start(LISTING_SWEEP, {
    workflowId: `extpost-sweep-by-hand/${studio}/${randomUUID()}`,
    taskQueue: taskQueues.main,
    args,
    ...(egress !== undefined && { memo: { [EGRESS_MEMO]: egress } }),
    typedSearchAttributes: [{ key: searchAttributes.studio, value: studio }],
    staticSummary: `Listing sweep of ${studio}, by hand`,
  });
  let reason = NOTHING_YET;
  const stop = new AbortController();
  const looking = lookAgainAndAgain(client, handle, stop.signal, (seen) => (reason = seen));
  const result = client.withAbortSignal(stop.signal, () => handle.result()) as Promise<SweepResult>;
  // After the time is up nobody waits for it.
  result.catch(() => undefined);
  try {
    const timeUp = pause(withinMs, 'time up' as const, { signal: stop.signal }).catch(() => 'time up' as const);
    const first = await sayWhileWaiting(
      () => `the sweep of ${studio}: ${reason}`,
      () => Promise.race([result, timeUp]),
    );
    if (first !== 'time up') return first;
    await client.withDeadline(Date.now() + CANCEL_WITHIN_MS, () => handle.cancel()).catch(() => undefined);
    throw failure(
      `${studio}: the listing was not read within ${Math.round(withinMs / 1000)} s, so this sweep was cancelled. At the end: ${reason}. ` +
        'The scheduled sweeps continue; --wait waits longer.',
    );
  } finally {
    stop.abort();
    await looking;
  }
}

const NOTHING_YET = 'it has not begun';

async function lookAgainAndAgain(
  client: Client,
  handle: WorkflowHandle,
  signal: AbortSignal,
  tell: (reason: string) => void,
): Promise<void> {
  while (!signal.aborted) {
    // The sweep itself says what goes wrong for good.
    const description = await client.withAbortSignal(signal, () => handle.describe()).catch(() => undefined);
    if (description !== undefined) tell(sweepWaitsFor(await readable(client, description.raw)));
    await pause(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** What a running sweep waits for, as the continuation of a sentence. */
export function sweepWaitsFor({
  pendingActivities,
  pendingWorkflowTask,
}: Pick<WorkflowExecutionDescription['raw'], 'pendingActivities' | 'pendingWorkflowTask'>): string {
  const [activity] = pendingActivities ?? [];
  if (activity === undefined) {
    const isTaken = pendingWorkflowTask?.startedTime !== null && pendingWorkflowTask?.startedTime !== undefined;
    return pendingWorkflowTask === null || pendingWorkflowTask === undefined || isTaken
      ? 'a worker continues it'
      : `no worker takes it: is one running for the queue "${taskQueues.main}"?`;
  }
  const name = activity.activityType?.name ?? 'an activity';
  const failure = activity.lastFailure?.message ?? '';
  const attempt = activity.attempt ?? 1;
  if (failure !== '') return `attempt ${attempt} of ${name}; the last one failed: ${failure}`;
  const hasStarted = activity.lastStartedTime !== null && activity.lastStartedTime !== undefined;
  return hasStarted ? `${name} has no response yet` : `no worker has begun ${name}: is one running for its queue?`;
}
