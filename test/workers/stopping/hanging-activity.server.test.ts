import { setTimeout as sleep } from 'node:timers/promises';

import { Context } from '@temporalio/activity';
import { Worker } from '@temporalio/worker';

import { LATE_AUDIT_ENTRY } from '../../../domain/audit/audit-receipt';
import { runUntilStopped, timeBeforeCancellation } from '../../../workers/stopping/run-until-stopped';
import { trackRunningWork } from '../../../workers/stopping/running-work';
import { taskQueues } from '../../../workflows/task-queues';
import { anEntry } from '../../support/audit-facts';
import { eventually, TestTemporal } from '../../support/temporal';

const GRACE_MS = 2_000;

let temporal: TestTemporal;
let release: () => void = () => undefined;
const released = new Promise<void>((resolve) => {
  release = resolve;
});
const ends: Promise<unknown>[] = [];

beforeAll(async () => {
  temporal = await TestTemporal.connect();
});
afterAll(async () => {
  release();
  await Promise.allSettled(ends);
  await temporal.close();
});

it('a worker with an activity that does not listen and one that does ends in time, and tells which are which', async () => {
  const work = trackRunningWork();
  const { connection, namespace, client } = temporal;
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue: taskQueues.main,
    workflowBundle: { codePath: process.env['EXTPOST_TEST_BUNDLE'] ?? '' },
    shutdownGraceTime: timeBeforeCancellation(GRACE_MS),
    interceptors: { activity: [work.interceptor] },
    activities: {
      // Heartbeats, but ignores that it is cancelled when it hangs.
      recordDelivery: async ({ round }: { round: number }) => {
        const context = Context.current();
        if (round === 0) await released;
        else await Promise.race([sleep(60_000, undefined, { ref: false }), context.cancelled]);
      },
    },
  });
  const started = { taskQueue: taskQueues.main };
  for (const round of [0, 1]) {
    const args = [anEntry({ round })];
    await client.workflow.start(LATE_AUDIT_ENTRY, { ...started, workflowId: `late-${round}`, args });
  }
  let stop: () => void = () => undefined;
  const stopRequested = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const said: string[] = [];
  const say = (_facts: unknown, message?: string): void => {
    said.push(message ?? '');
  };
  const run = () => {
    const running = worker.run();
    ends.push(running);
    return running;
  };
  const shutdown = (): void => {
    worker.shutdown();
  };
  const watched = { run, shutdown, getState: () => worker.getState() };
  const ending = runUntilStopped([watched], {
    ...{ graceMs: GRACE_MS, stopRequested, work },
    logger: { info: say, warn: say },
  });
  await eventually(
    () => Promise.resolve(work.running()),
    (running) => running.length === 2,
  );
  const begun = performance.now();
  stop();
  await expect(ending).resolves.toBe('forced');
  expect(performance.now() - begun).toBeLessThan(GRACE_MS + 30_000);
  expect(said).toEqual([
    'Stopping; 2 activities may take 2 seconds to finish.',
    expect.stringMatching(/^Interrupted recordDelivery of late-1 \(attempt 1\)/),
    expect.stringMatching(/^Left recordDelivery of late-0 \(attempt 1\) unfinished/),
  ]);
});
