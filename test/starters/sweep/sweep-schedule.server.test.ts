import type { Client, ScheduleHandle, WorkflowHandle } from '@temporalio/client';

import { sweepScheduleId } from '../../../domain/task/workflow-id';
import { ensureSweepSchedule, removeSweepSchedule } from '../../../starters/sweep/sweep-schedule';
import type { TemporalConnection } from '../../../temporal/connection';
import { LISTING_SWEEP } from '../../../workflows/listing-sweep/messages';
import { searchAttributes } from '../../../workflows/search-attributes';
import { taskQueues } from '../../../workflows/task-queues';
import { connectToTestTemporal, eventually, uniqueStudio } from '../test-temporal';

let temporal: TemporalConnection;
let client: Client;
let studio: string;
let schedule: ScheduleHandle;

const fiveMinutes = 300_000;

beforeAll(async () => {
  temporal = await connectToTestTemporal();
  client = temporal.client;
});
afterAll(() => temporal.close());
beforeEach(() => {
  studio = uniqueStudio();
  schedule = client.schedule.getHandle(sweepScheduleId(studio));
});
afterEach(async () => {
  const actions = await schedule.describe().then(
    ({ info }) => info.recentActions,
    () => [],
  );
  await removeSweepSchedule(client, studio);
  for (const { action } of actions) {
    const sweep = client.workflow.getHandle(action.workflow.workflowId);
    await sweep.terminate('the test is over').catch(() => undefined);
  }
});

/** The n-th sweep that the schedule has started; no worker runs here, so it stays open. */
async function sweepNumber(n: number): Promise<WorkflowHandle> {
  const { action } = await eventually(async () => (await schedule.describe()).info.recentActions[n - 1]);
  // With the run id, because two sweeps of the same second have the same workflow id.
  return client.workflow.getHandle(action.workflow.workflowId, action.workflow.firstExecutionRunId);
}

describe("a studio's sweep", () => {
  it('runs at once when it is new', async () => {
    expect(await ensureSweepSchedule(client, { studio, everyMs: fiveMinutes })).toBe('created');
    const sweep = await (await sweepNumber(1)).describe();
    expect(sweep.type).toBe(LISTING_SWEEP);
    expect(sweep.taskQueue).toBe(taskQueues.main);
    expect(sweep.typedSearchAttributes.get(searchAttributes.studio)).toBe(studio);
    expect(await sweep.staticSummary()).toBe(`${studio}: sweep of the Creative Force listing`);
  });

  it('counts its first run as under way, so that the next one does not overlap it', async () => {
    await ensureSweepSchedule(client, { studio, everyMs: fiveMinutes });
    const { workflowId } = await sweepNumber(1);
    const { runningActions } = (await schedule.describe()).info;
    expect(runningActions.map(({ workflow }) => workflow.workflowId)).toEqual([workflowId]);
  });

  it('never overlaps itself and catches up no more than two of its turns', async () => {
    await ensureSweepSchedule(client, { studio, everyMs: fiveMinutes });
    const { spec, policies, action } = await schedule.describe();
    expect(spec.intervals).toMatchObject([{ every: fiveMinutes }]);
    expect(policies).toMatchObject({ overlap: 'SKIP', catchupWindow: 2 * fiveMinutes });
    expect(action.args).toEqual([{ studio }]);
  });

  it('asks through the network address that it was given', async () => {
    await ensureSweepSchedule(client, { studio, everyMs: fiveMinutes, egress: 'south' });
    const sweep = await (await sweepNumber(1)).describe();
    expect(sweep.memo).toEqual({ egress: 'south' });
  });

  it('catches up ten seconds at least, since the server takes no less', async () => {
    await ensureSweepSchedule(client, { studio, everyMs: 1_000 });
    expect((await schedule.describe()).policies.catchupWindow).toBe(10_000);
  });

  it('is brought up to date when it is set up again', async () => {
    await ensureSweepSchedule(client, { studio, everyMs: fiveMinutes });
    expect(await ensureSweepSchedule(client, { studio, everyMs: 60_000 })).toBe('updated');
    const { spec, policies } = await schedule.describe();
    expect(spec.intervals).toMatchObject([{ every: 60_000 }]);
    expect(policies.catchupWindow).toBe(120_000);
  });

  it('stays paused when a person paused it', async () => {
    await ensureSweepSchedule(client, { studio, everyMs: fiveMinutes });
    await schedule.pause('the studio is on holiday');
    await ensureSweepSchedule(client, { studio, everyMs: fiveMinutes });
    expect((await schedule.describe()).state).toMatchObject({ paused: true, note: 'the studio is on holiday' });
  });

  it('goes away when the studio is not to be swept any more', async () => {
    await ensureSweepSchedule(client, { studio, everyMs: fiveMinutes });
    const sweep = await sweepNumber(1);
    expect(await removeSweepSchedule(client, studio)).toBe(true);
    expect(await removeSweepSchedule(client, studio)).toBe(false);
    await sweep.terminate('the test is over');
  });
});
