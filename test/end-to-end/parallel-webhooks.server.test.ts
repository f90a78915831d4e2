import { createHmac, randomUUID } from 'node:crypto';

import { request } from 'undici';

import { eventsOf } from '../../bench/day';
import { killMatrixConfig } from '../../bench/kill-matrix-run';
import type { LedgerTask } from '../../sandbox';
import { taskWorkflowId } from '../../domain/task/workflow-id';
import { eventually } from '../support/temporal';
import { dayOfFile } from './day-of-file';

const WEBHOOKS = 50;
const LATER_WEBHOOKS = 5;

/** The stand-in sends no webhook itself, so that each is one of ours; the sweep runs all the time. */
const day = dayOfFile({
  sandbox: {
    seed: 'parallel-webhooks',
    day: { tasks: 1, spreadMs: 0, verdictAfterMs: 100, lostWebhooks: 1, duplicateWebhooks: 0, defects: [] },
    celtra: { rendersTakePolls: 1, pictures: 'flat' },
  },
  config: (sandbox) => ({ ...killMatrixConfig(sandbox), sweep: { every: '1s' } }),
});

/** The same webhook, byte for byte, as Creative Force's retries are. Returns the status of the last answer: 503 asks for a retry. */
function webhookOf({ taskId, studio }: LedgerTask): () => Promise<number> {
  const { webhookSecret, workspaceId } = day().sandbox.studios.find(({ name }) => name === studio) ?? {};
  const body = JSON.stringify({
    Action: 'ExternalPostTaskReadyToWork',
    PayloadId: randomUUID(),
    EventDatetimeUtc: Date.now(),
    TaskId: taskId,
    ClientId: workspaceId,
    ContentCreationTypeId: 1,
  });
  const signature = createHmac('sha256', webhookSecret ?? '')
    .update(body)
    .digest('hex');
  const post = async (): Promise<number> => {
    const answer = await request(`${day().receiverUrl}/webhooks/creative-force/${studio}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-cf-signature': signature },
      body,
    });
    await answer.body.dump();
    return answer.statusCode;
  };
  return () => eventually(post, (status) => status !== 503);
}

async function runsOf(query: string): Promise<number> {
  return (await day().temporal.client.workflow.count(query)).count;
}

describe('the same webhook 50 times in parallel while the sweep runs', () => {
  it('makes one workflow, one start and one submission', async () => {
    const [task] = day().sandbox.ledger().tasks;
    if (task === undefined) throw new Error('The day has a task.');
    const send = webhookOf(task);
    await day().begin();
    await eventually(
      () => Promise.resolve(day().sandbox.ledger().tasks[0]?.readyAt),
      (readyAt) => readyAt !== undefined,
    );
    const codes = await Promise.all(Array.from({ length: WEBHOOKS }, send));
    expect(codes.filter((code) => code >= 300)).toEqual([]);
    await eventually(
      () => Promise.resolve(day().sandbox.ledger().summary),
      ({ done }) => done === 1,
    );
    // Also those that come after everything is done.
    await Promise.all(Array.from({ length: LATER_WEBHOOKS }, send));
    await eventually(
      () => runsOf('WorkflowType = "listingSweep" AND ExecutionStatus = "Completed"'),
      (sweeps) => sweeps >= 4,
    );
    const workflowId = taskWorkflowId(task);
    expect(await runsOf(`WorkflowId = "${workflowId}"`)).toBe(1);
    const events = (await eventsOf(day().sandbox)).filter(({ taskId }) => taskId === task.taskId);
    expect(events.filter(({ kind }) => kind === 'start')).toHaveLength(1);
    expect(events.filter(({ kind, accepted }) => kind === 'submit' && accepted === true)).toHaveLength(1);
    expect(day().sandbox.ledger().summary).toMatchObject({ done: 1, lost: 0, twice: 0, wrong: 0 });
  });
});
