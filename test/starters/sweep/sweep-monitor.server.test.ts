import type { Client } from '@temporalio/client';
import pino from 'pino';
import { Registry } from 'prom-client';

import { ensureSweepSchedule, removeSweepSchedule } from '../../../starters/sweep/sweep-schedule';
import { monitorSweeps, type SweepMonitor } from '../../../starters/sweep/sweep-monitor';
import { LISTING_SWEEP } from '../../../workflows/listing-sweep/messages';
import { searchAttributes } from '../../../workflows/search-attributes';
import { FakeWorld } from '../../support/fake-world';
import { eventually, TestTemporal } from '../../support/temporal';
import { uniqueStudio } from '../test-temporal';

let temporal: TestTemporal;
let client: Client;
let world: FakeWorld;
let studio: string;
let logged: string[];
let notified: string[];
let watch: SweepMonitor | undefined;
let registry: Registry;

beforeAll(async () => {
  temporal = await TestTemporal.connect();
  client = temporal.client;
  world = new FakeWorld();
  await temporal.serve(() => world);
});
afterAll(() => temporal.close());
beforeEach(() => {
  [world, studio, logged, notified, registry] = [new FakeWorld(), uniqueStudio(), [], [], new Registry()];
});
afterEach(async () => {
  watch?.stop();
  await removeSweepSchedule(client, studio);
});

function watching(alarmAfterMs: number, notify?: () => Promise<void>): SweepMonitor {
  const logger = pino({}, { write: (line: string) => logged.push((JSON.parse(line) as { msg: string }).msg) });
  watch = monitorSweeps({
    client,
    studios: [studio],
    alarmAfterMs,
    logger,
    registry,
    notify:
      notify ??
      ((_studio, sentence) => {
        notified.push(sentence);
        return Promise.resolve();
      }),
  });
  return watch;
}

/** A sweep run to its end, and found by Temporal's search. */
async function swept(): Promise<void> {
  const handle = await client.workflow.start(LISTING_SWEEP, {
    workflowId: `sweep-of-test/${studio}/${Date.now()}`,
    taskQueue: 'extpost',
    args: [{ studio }],
    typedSearchAttributes: [{ key: searchAttributes.studio, value: studio }],
  });
  await handle.result();
  await eventually(
    async () => (await client.workflow.count(`ExtpostStudio = '${studio}' AND ExecutionStatus = 'Completed'`)).count,
    (count) => count > 0,
  );
}

async function metric(name: string): Promise<number | undefined> {
  const { values } = (await registry.getSingleMetric(name)?.get()) ?? { values: [] };
  return values.find(({ labels }) => labels['studio'] === studio)?.value;
}

describe('the watch over the sweeps', () => {
  it('is quiet after a sweep that has read the listing, and shows when that was', async () => {
    await swept();
    await watching(60_000).check();
    expect([logged, notified, await metric('extpost_sweep_overdue')]).toEqual([[], [], 0]);
    expect(await metric('extpost_sweep_last_success_timestamp_seconds')).toBeGreaterThan(Date.now() / 1000 - 60);
  });

  it('notifies once when a listing has not been swept for too long', async () => {
    await ensureSweepSchedule(client, { studio, everyMs: 3_600_000 });
    await swept();
    const { check: look } = watching(1);
    await look();
    await look();
    expect(notified).toHaveLength(1);
    expect(notified[0]).toMatch(new RegExp(`listing of ${studio} has not been swept since .*sweep\\.alarmAfter`));
    expect([logged, await metric('extpost_sweep_overdue')]).toEqual([notified, 1]);
  });

  it('does not count a sweep whose listing may not be read', async () => {
    world.activities.listTasks = () =>
      Promise.resolve({ rows: [], isLast: true, refusal: { endpoint: 'GET /extpost/tasks' } });
    await swept();
    await watching(60_000).check();
    expect(await metric('extpost_sweep_last_success_timestamp_seconds')).toBe(0);
  });

  it('says when Temporal has no schedule for the studio', async () => {
    await watching(-1_000_000).check();
    expect(notified[0]).toContain('run "extpost setup"');
  });

  it('says when a person has paused the schedule', async () => {
    await ensureSweepSchedule(client, { studio, everyMs: 3_600_000 });
    await client.schedule.getHandle(`extpost-sweep/${studio}`).pause('for a moment');
    await watching(-1_000_000).check();
    expect(notified[0]).toContain('is paused');
  });

  it('goes on when the notification fails', async () => {
    await watching(-1_000_000, () => Promise.reject(new Error('no such address'))).check();
    expect(logged.at(-1)).toContain('No notification could be sent');
  });
});
