import { eventsOf } from '../../bench/day';
import { gatewayBudgetConfig } from '../../bench/gateway-budget-config';
import { countGateway } from '../../bench/gateway-budget-count';
import { eventually } from '../support/temporal';
import { dayOfFile } from './day-of-file';

const tasks = 5;

const day = dayOfFile({
  sandbox: {
    seed: 'gateway-budget',
    day: { tasks, spreadMs: 0, verdictAfterMs: 100 },
    creativeForce: { requestsPerSecond: 20, assetKnownAfterMs: 0 },
    celtra: { rendersTakePolls: 1, pictures: 'flat' },
  },
  config: (sandbox) => gatewayBudgetConfig(sandbox, { requestsPerSecond: 15, reviewWindow: '2s' }),
});

describe('first deliveries without optional reads', () => {
  it('cost six requests to the gateway each, and never more than its ceiling', async () => {
    await day().begin();
    await eventually(
      () => day().temporal.client.workflow.count('WorkflowType = "externalPostTask" AND ExecutionStatus = "Completed"'),
      ({ count }) => count === tasks,
    );
    expect(day().sandbox.ledger().summary).toMatchObject({ done: tasks });
    const { byEndpoint, ...count } = countGateway(await eventsOf(day().sandbox), tasks);
    // The first read of the task and the one after the submission use the same endpoint.
    expect(byEndpoint).toMatchObject({
      getTask: 2 * tasks,
      getAnnotations: tasks,
      startTask: tasks,
      getPresignedUrl: tasks,
      submitAssets: tasks,
    });
    expect(count).toMatchObject({ perTask: 6, mostOfOneTask: 5, violations: 0, tooMany: 0 });
    expect(count.busiestSecond).toBeLessThanOrEqual(20);
  });
});
