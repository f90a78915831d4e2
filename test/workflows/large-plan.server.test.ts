import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { ApplicationFailure } from '@temporalio/common';
import type { History } from '@temporalio/common/lib/proto-utils';

import { createCeltraActivities } from '../../activities';
import { pollAgain } from '../../activities/runtime/failures';
import { largeTask, manyOutputs, recipe } from '../../bench/plan-task';
import { readTaskHistory, historyLines } from '../../starters/tasks/task-history';
import { readable } from '../../temporal';
import { createDataConverter } from '../../temporal/data-converter';
import { statusQuery, taskEventSignal } from '../../workflows/external-post-task/messages/messages';
import { aCeltraClient, studiosWith } from '../activities/activity-harness';
import { aTask } from '../support/facts';
import { FakeWorld, quickSettings } from '../support/fake-world';
import { eventually, TestTemporal, type TaskHandle } from '../support/temporal';

const LIMIT = 256 * 1024;

let folder: string;
let temporal: TestTemporal;
let world = new FakeWorld();

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'extpost-payloads-'));
  temporal = await TestTemporal.connect(
    createDataConverter({
      largePayloads: { store: { folder }, above: LIMIT },
      encryptionKeys: ['a secret of sixteen'],
    }),
  );
  // Nothing stays in memory, so that every step reads the history again.
  await temporal.serve(() => world, 0);
});
afterAll(async () => {
  await temporal.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => {
  world = new FakeWorld();
});

/** A task of 700 files before a design of 5,000 outputs; the renders are never finished. */
function largeWorld(): void {
  const { task, specs } = largeTask(700);
  const outputs = manyOutputs(5_000);
  const celtra = aCeltraClient(() => Promise.resolve(outputs));
  world.task = aTask({ shots: task.shots });
  world.recipes = [recipe];
  // Longer than to the next look: else the server gives up at once, and the task waits no more when it is asked.
  world.settings = { ...quickSettings, renderDeadlineMs: 600_000 };
  world.activities.readSpecs = () => Promise.resolve([...specs]);
  world.activities.pairCreatives = createCeltraActivities(studiosWith({ celtra })).pairCreatives;
  world.activities.awaitRenders = () => Promise.reject(pollAgain('Nothing is rendered yet', 60_000));
}

const planned = (handle: TaskHandle) =>
  eventually(
    () => handle.query(statusQuery),
    ({ stage, sentence }) => stage === 'Needs attention' || sentence.startsWith('Waiting until Celtra has rendered'),
  );

describe('a task of 700 files before a design of 5,000 outputs', () => {
  it('is planned, and no payload of its history is larger than 256 KiB', async () => {
    largeWorld();
    const handle = await temporal.startTask();
    const { sentence } = await planned(handle);
    const sizes = payloadSizes(await handle.fetchHistory());
    await handle.terminate();
    expect(sentence).toMatch(/^Waiting until Celtra has rendered 700 creatives/);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(LIMIT);
    expect((await readdir(folder, { recursive: true })).filter((name) => name.length > 60).length).toBeGreaterThan(0);
  });

  it('says which file is missing when a stored payload is gone', async () => {
    largeWorld();
    const handle = await temporal.startTask();
    await planned(handle);
    await rm(folder, { recursive: true });
    await handle.signal(taskEventSignal, { kind: 'ready', source: 'webhook', eventId: 'event-1' });
    const wanted = /large payload of this workflow is not there: .* in .*payloads/;
    const failures = await eventually(
      async () => taskFailures(await readable(temporal.client, await handle.fetchHistory())),
      // Before it, on a busy machine, the SDK may fail a task that runs a local activity for long.
      (messages) => messages.some((message) => wanted.test(message)),
    );
    await handle.terminate();
    expect(failures.at(-1)).toMatch(wanted);
  });
});

describe('with temporal.encryptionKeys', () => {
  it('nothing but ids and search attributes of a task can be read in Temporal or outside, and we can read all', async () => {
    largeWorld();
    world.task = aTask({ shots: largeTask(700).task.shots, statusText: 'a-status-of-the-customer' });
    let attempts = 0;
    world.activities.readSpecs = () =>
      attempts++ === 0
        ? Promise.reject(ApplicationFailure.retryable('a-message-about-the-customer'))
        : Promise.resolve([...largeTask(700).specs]);
    const handle = await temporal.startTask();
    const { sentence } = await planned(handle);
    const history = await handle.fetchHistory();
    await handle.terminate();
    const files = (await readdir(folder, { recursive: true })).filter((name) => name.length > 60);
    const outside = await Promise.all(files.map((name) => readFile(path.join(folder, name), 'latin1')));
    const texts = [
      ...textsIn(history),
      ...outside.map((text) => text + Buffer.from(text, 'base64').toString('latin1')),
    ];
    const words = /a-status-of-the-customer|a-message-about-the-customer|spring-social|JOB-1/i;
    expect(sentence).toMatch(/^Waiting until Celtra has rendered 700 creatives/);
    expect(texts.filter((text) => words.test(text))).toEqual([]);
    const lines = historyLines(
      await readTaskHistory(temporal.client, { workflowId: handle.workflowId, runId: undefined }),
    );
    expect(JSON.stringify(lines)).toContain('Read');
    expect(textsIn(await readable(temporal.client, history)).some((text) => words.test(text))).toBe(true);
  });
});

/** All texts of a history, those in payloads, too. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (value instanceof Uint8Array) return [Buffer.from(value).toString('latin1')];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

/** Bytes of every payload in a history. */
function payloadSizes(value: unknown): number[] {
  if (value instanceof Uint8Array) return [value.length];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(payloadSizes);
}

/** Why workflow tasks failed, as the Web UI shows it. */
function taskFailures(history: History): string[] {
  return (history.events ?? []).flatMap(
    ({ workflowTaskFailedEventAttributes: failed }) => failed?.failure?.message ?? [],
  );
}
