import { NativeConnection, Worker } from '@temporalio/worker';

import { RequestBudget } from '../../clients';
import { keepGatewayLease, leaseWorkflowId } from '../../workers/gateway-lease/keep-lease';
import { createLeaseWorker } from '../../workers/gateway-lease/lease-worker';
import { testTemporalAddress } from '../starters/test-temporal';
import { FakeWorld } from '../support/fake-world';
import { eventually, TestTemporal } from '../support/temporal';

const logger = { info: () => undefined, warn: () => undefined };

interface StandIn {
  readonly budget: RequestBudget;
  stop(): Promise<void>;
}

let temporal: TestTemporal;
let lease: { stop(): void };
const standIns: StandIn[] = [];

beforeAll(async () => {
  temporal = await TestTemporal.connect();
  await temporal.serve(() => new FakeWorld());
  lease = keepGatewayLease(temporal.client, logger, { checkEveryMs: 200 });
  standIns.push(await startWorker(), await startWorker());
});
afterAll(async () => {
  lease.stop();
  for (const { stop } of standIns.splice(0)) await stop();
  await temporal.close();
});

/** A worker process's part in the lease; its gateway worker takes a queue that nobody uses. */
async function startWorker(egress?: string): Promise<StandIn> {
  const { client, namespace } = temporal;
  // One process may have only one worker of a queue for each connection.
  const connection = await NativeConnection.connect({ address: testTemporalAddress() });
  const options = { connection, namespace };
  const budget = new RequestBudget();
  const createGatewayWorker = (): Promise<Worker> =>
    Worker.create({ ...options, taskQueue: 'unused', activities: { unused: () => Promise.resolve() } });
  const worker = await createLeaseWorker({ options, client, budget, egress, createGatewayWorker, logger });
  const running = worker.run();
  return {
    budget,
    stop: async () => {
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await running;
      await connection.close();
    },
  };
}

async function maySend({ budget }: StandIn): Promise<boolean> {
  try {
    (await budget.acquire(AbortSignal.timeout(10))).release();
    return true;
  } catch {
    return false;
  }
}

/** Waits until one of them may send requests, and fails if two may at any moment of the wait. */
async function holder(among: readonly StandIn[] = standIns): Promise<StandIn> {
  const [found] = await eventually(
    async () => {
      const allowed: StandIn[] = [];
      for (const standIn of standIns) if (await maySend(standIn)) allowed.push(standIn);
      if (allowed.length > 1) throw new Error('Two workers may send requests.');
      return allowed.filter((standIn) => among.includes(standIn));
    },
    ({ length }) => length === 1,
  );
  if (found === undefined) throw new Error('No worker may send requests.');
  return found;
}

describe('several workers of one network address', () => {
  it('have one that may send requests to the gateway', async () => {
    const first = await holder();
    expect(standIns).toContain(first);
  });

  it('begin again when somebody has ended the workflow of the lease', async () => {
    await holder();
    await temporal.client.workflow.getHandle(leaseWorkflowId()).terminate('by mistake');
    // From here on two at once would be an error.
    await eventually(
      async () => {
        await holder();
        return temporal.client.workflow.getHandle(leaseWorkflowId()).describe();
      },
      ({ raw: { pendingActivities } }) => (pendingActivities?.length ?? 0) > 0,
    );
    expect(standIns).toContain(await holder());
  });

  it('send beside the one of another address', async () => {
    await holder();
    const otherLease = keepGatewayLease(temporal.client, logger, { checkEveryMs: 200, egress: 'south' });
    const other = await startWorker('south');
    try {
      expect(await eventually(() => maySend(other), Boolean)).toBe(true);
      // Not always the same one: on a busy machine a lease may pass to another worker meanwhile.
      expect(standIns).toContain(await holder());
    } finally {
      otherLease.stop();
      await other.stop();
      await temporal.client.workflow.getHandle(leaseWorkflowId('south')).terminate('the test is over');
    }
  });

  it('pass the lease on when that one stops', async () => {
    const first = await holder();
    const others = standIns.filter((standIn) => standIn !== first);
    standIns.splice(standIns.indexOf(first), 1);
    await first.stop();
    expect(await holder(others)).not.toBe(first);
  });
});
