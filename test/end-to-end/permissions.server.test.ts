import type { WorkflowExecutionInfo } from '@temporalio/client';

import { gatewayBudgetConfig } from '../../bench/gateway-budget-config';
import type { SweepResult } from '../../domain/sweep/sweep';
import type { TaskStatus } from '../../domain/task/task-status';
import { statusQuery } from '../../workflows/external-post-task/messages/messages';
import { eventually } from '../support/temporal';
import { dayOfFile } from './day-of-file';

/**
 * Acme forgot what Creative Force's own list forgets (docs/reference/creative-force.md#forgotten-permissions),
 * Nordlicht lacks a permission that every task needs.
 */
const day = dayOfFile({
  sandbox: {
    seed: 'permissions',
    day: { tasks: 5, spreadMs: 0, verdictAfterMs: 100 },
    creativeForce: { withheld: { acme: ['listTasks', 'getAnnotations'], nordlicht: ['getPresignedUrl'] } },
    celtra: { rendersTakePolls: 1, pictures: 'flat' },
  },
  config: (sandbox) => ({
    ...gatewayBudgetConfig(sandbox, { requestsPerSecond: 15, reviewWindow: '1h' }),
    sweep: { every: '1s' },
  }),
});
beforeAll(async () => {
  await day().begin();
  await eventually(
    () => Promise.resolve(day().sandbox.ledger().summary),
    ({ done }) => done === 4,
  );
});

async function listed(query: string): Promise<WorkflowExecutionInfo[]> {
  const found: WorkflowExecutionInfo[] = [];
  for await (const execution of day().temporal.client.workflow.list({ query })) found.push(execution);
  return found;
}

const statusesOf = async (studio: string): Promise<TaskStatus[]> =>
  Promise.all(
    (await listed(`WorkflowType = "externalPostTask" AND ExtpostStudio = "${studio}"`)).map(({ workflowId }) =>
      day().temporal.client.workflow.getHandle(workflowId).query(statusQuery),
    ),
  );

describe('a studio whose role lacks the listing and the annotations', () => {
  it('has one log line about the listing, while every sweep completes with a warning', async () => {
    const sweeps = await eventually(
      () => listed('WorkflowType = "listingSweep" AND ExtpostStudio = "acme" AND ExecutionStatus != "Running"'),
      (found) => found.length >= 3,
    );
    expect(new Set(sweeps.map(({ status }) => status.name))).toEqual(new Set(['COMPLETED']));
    const results = (await Promise.all(
      sweeps.map(({ workflowId, runId }) => day().temporal.client.workflow.getHandle(workflowId, runId).result()),
    )) as SweepResult[];
    expect(new Set(results.map(({ warning }) => warning?.since)).size).toBe(1);
    const lines = day().printed('worker').split('\n');
    expect(lines.filter((line) => line.includes('does not allow extpost to read its listing'))).toHaveLength(1);
    expect(lines.filter((line) => line.includes('Activity failed') && line.includes('listTasks'))).toEqual([]);
  });

  it('gets its tasks delivered by webhook, with a warning about the notes that could not be read', async () => {
    expect(
      day()
        .sandbox.ledger()
        .tasks.filter(({ studio }) => studio === 'acme')
        .map(({ verdict }) => verdict),
    ).toEqual(['done', 'done', 'done', 'done']);
    const handle = day().temporal.client.workflow.getHandle(
      `extpost/acme/${day().sandbox.ledger().tasks[0]?.taskId ?? ''}`,
    );
    expect(JSON.stringify(await handle.query('__temporal_workflow_metadata'))).toContain('may not read annotations');
  });
});

describe('a studio whose role lacks an indispensable permission', () => {
  it('has its tasks need attention with the endpoint that is missing', async () => {
    const [status] = await eventually(
      () => statusesOf('nordlicht'),
      ([first]) => first?.stage === 'Needs attention',
    );
    expect(status?.attention).toMatchObject({
      cause: 'permission missing',
      message: expect.stringContaining('POST /assets/get-presigned-url'),
    });
  });
});
