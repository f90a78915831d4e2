import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { control } from '../../bench/day';
import type { LedgerTask, SandboxOptions } from '../../sandbox';
import { taskEventSignal } from '../../workflows/external-post-task/messages/messages';
import { eventually } from '../support/temporal';
import { DeliveryStage } from './delivery-stage';

let folder: string;
let stage: DeliveryStage;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'extpost-correction-'));
  const options: SandboxOptions = {
    seed: 'correction-latency',
    day: { tasks: 1, spreadMs: 0, defects: [], lostWebhooks: 0, duplicateWebhooks: 0, events: [], verdictAfterMs: 100 },
    celtra: { rendersTakePolls: 2, pictures: 'flat' },
  };
  // A wait at the pace of corrections would outlast the test.
  const rarely = { first: '30m', factor: 1, max: '30m', settlingTime: '30m' };
  stage = await DeliveryStage.open(folder, options, () => ({ corrections: rarely }));
});
afterAll(async () => {
  await stage.close();
  await rm(folder, { recursive: true, force: true });
});

const task = (): LedgerTask | undefined => stage.sandbox.ledger().tasks[0];

/** The requests to Celtra between the last event of one kind and the submission after it. */
async function celtraRequests(from: 'ready' | 'reject', round: number): Promise<number> {
  const events = await stage.events();
  const begin = events.findLastIndex(({ kind }) => kind === from);
  const end = events.findIndex((event) => event.kind === 'submit' && event.accepted && event.round === round);
  return events.slice(begin, end).filter(({ kind, endpoint }) => kind === 'celtra' && endpoint !== undefined).length;
}

describe('a correction whose design was edited before the rejection', () => {
  it('goes out after at most half as many polls again as a first delivery whose renders take three', async () => {
    const [first] = await stage.tasks();
    if (first === undefined) throw new Error('The day has one task.');
    const [handle] = await stage.begin([first]);
    await eventually(
      () => Promise.resolve(task()),
      (one) => one?.verdict === 'done',
    );
    const delivery = await celtraRequests('ready', 0);
    await control(stage.sandbox, 'POST', `/designs/${first.taskId}/edit`, {});
    const { rejected } = (await control(stage.sandbox, 'POST', `/tasks/${first.taskId}/reject`, {})) as {
      rejected: string[];
    };
    await handle?.signal(taskEventSignal, {
      kind: 'rejected',
      source: 'webhook',
      eventId: 'r',
      happenedAt: Date.now(),
    });
    await eventually(
      () => Promise.resolve(task()),
      (one) => one?.round === 1 && one.verdict === 'done',
    );
    const correction = await celtraRequests('reject', 1);
    expect(rejected.length).toBeGreaterThan(0);
    expect(delivery).toBeGreaterThanOrEqual(3);
    expect(correction).toBeGreaterThanOrEqual(3);
    expect(correction).toBeLessThanOrEqual(1.5 * delivery);
  });
});
