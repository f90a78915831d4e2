import { defaultPayloadConverter } from '@temporalio/common';

import { control, eventsOf, startDay, type RunningDay } from '../../bench/day';
import { killMatrixConfig } from '../../bench/kill-matrix-run';
import { temporaryFolder } from '../end-to-end/command';
import { testTemporalAddress } from '../starters/test-temporal';
import { eventually } from '../support/temporal';

const tasks = 3;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let day: RunningDay;

beforeAll(async () => {
  folder = await temporaryFolder();
  day = await startDay({
    folder: folder.path,
    temporal: { address: testTemporalAddress(), namespace: 'busy-worker' },
    sandbox: {
      seed: 'busy-worker',
      day: { tasks, spreadMs: 0, verdictAfterMs: 100, lostWebhooks: 0, duplicateWebhooks: 0, defects: [] },
      celtra: { rendersTakePolls: 0, pictures: 'flat' },
    },
    config: (sandbox) => {
      const { worker, ...rest } = killMatrixConfig(sandbox);
      return { ...rest, worker: { ...worker, transfersInParallel: 1 } };
    },
  });
  // The first upload takes the only turn there is, and keeps it.
  await control(day.sandbox, 'POST', '/faults', [{ endpoint: 'putFile', answer: 'slow', delayMs: 600_000 }]);
  await day.begin();
});
afterAll(async () => {
  await day.stop();
  await folder.remove();
});

/** The uploads that the server counts as taken by the worker, with what the Web UI shows of each. */
async function takenUploads(): Promise<string[]> {
  const shown: string[] = [];
  const { workflow } = day.temporal.client;
  for await (const { workflowId } of workflow.list()) {
    const { raw } = await workflow.getHandle(workflowId).describe();
    for (const { activityType, lastStartedTime, heartbeatDetails } of raw.pendingActivities ?? []) {
      if (activityType?.name !== 'uploadFiles' || !lastStartedTime) continue;
      const details = heartbeatDetails?.payloads?.map((payload) => defaultPayloadConverter.fromPayload(payload));
      // Until the first heartbeat nothing is shown.
      shown.push(JSON.stringify(details ?? []));
    }
  }
  return shown;
}

it('a worker that has no turn left takes uploads nevertheless, so that it is not taken for one that is gone', async () => {
  const isWaiting = (text: string): boolean => text.includes('waiting for its turn');
  const isSending = (text: string): boolean => text.includes('"phase":"upload"');
  const shown = await eventually(
    takenUploads,
    (uploads) => uploads.length === tasks && uploads.some(isSending) && uploads.filter(isWaiting).length >= tasks - 1,
  );
  expect(shown.filter(isSending)).toHaveLength(1);
  expect((await eventsOf(day.sandbox)).filter(({ kind }) => kind === 'put')).toEqual([]);
});
