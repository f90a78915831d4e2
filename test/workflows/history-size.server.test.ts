import { ApplicationFailure } from '@temporalio/common';

import { failureTypes } from '../../domain/shared/failure-type';
import { statusQuery, taskEventSignal } from '../../workflows/external-post-task/messages/messages';
import { searchAttributes } from '../../workflows/search-attributes';
import { refusal } from '../support/fake-world';
import { aCandidate, anExpectedOutput, aShot, aTask } from '../support/facts';
import { eventually } from '../support/temporal';
import type { TaskHandle } from '../support/temporal';
import { withLifecycle, reaches, signalRejection, WorkflowStage } from './stage';

const stage = WorkflowStage.forEach();
const MOST_EVENTS_OF_TEN_FILES = 100;
const MOST_EVENTS_OF_A_FURTHER_FILE = 8;
/** Rejections of one long life; fifty take a minute or more. */
const rounds = Number(process.env['EXTPOST_LONG_LIFE_ROUNDS'] ?? 2);

/** A task of so many files, as a usual recipe reads it: specs and the job. */
function files(count: number): void {
  const keys = Array.from({ length: count }, (_, index) => `spec-${index}`);
  stage.world.task = aTask({
    shots: [
      aShot({ expectedOutputs: keys.map((specId) => anExpectedOutput('feed', { specId, name: `file_${specId}` })) }),
    ],
  });
  stage.world.activities.readSpecs = () =>
    Promise.resolve(keys.map((specId) => ({ specId, name: specId, extension: 'jpg' })));
  stage.world.candidates = keys.map((key) => aCandidate(`Front/${key}`));
  const reads = { job: true, product: false, inputAssets: false, project: false, deliverable: false, ifMissing: [] };
  stage.world.settings = { ...stage.world.settings, reads };
}

/** By activity: the level, and the lane in which its requests are served (docs/decisions/0104-one-studio-cannot-hold-up-another.md). */
async function turnsOf(handle: TaskHandle): Promise<Readonly<Record<string, string>>> {
  const { events } = await handle.fetchHistory();
  const scheduled = (events ?? []).flatMap(({ activityTaskScheduledEventAttributes: one }) => (one ? [one] : []));
  return Object.fromEntries(
    scheduled.map(({ activityType, priority }) => [
      activityType?.name ?? '',
      `${priority?.priorityKey ?? ''} ${priority?.fairnessKey ?? ''}`,
    ]),
  );
}

async function eventsOf(handle: TaskHandle): Promise<number> {
  return (await handle.fetchHistory()).events?.length ?? 0;
}

/** How many events each run of a task has, and with how much it began. */
async function runsOf({ workflowId }: TaskHandle): Promise<{ events: number; inputBytes: number }[]> {
  const { client } = stage.server;
  const runs: { events: number; inputBytes: number }[] = [];
  for await (const { runId } of client.workflow.list({ query: `WorkflowId = "${workflowId}"` })) {
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory();
    const input = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0]?.data;
    runs.push({ events: events?.length ?? 0, inputBytes: input?.length ?? 0 });
  }
  return runs;
}

describe('the history of a first delivery', () => {
  it('of ten files has at most a hundred events, from the start to the end of the review window', async () => {
    files(10);
    const handle = await stage.startTask();
    const record = await handle.result();
    const count = await eventsOf(handle);
    process.stdout.write(`10 files: ${count} events\n`);
    expect(record.rounds[0]?.files).toHaveLength(10);
    expect(await turnsOf(handle)).toMatchObject({
      readTaskAndNotes: '3 acme',
      readJob: '2 acme',
      submitAssets: '1 acme',
      awaitVerdict: '3 acme/verdicts',
    });
    expect(count).toBeLessThanOrEqual(MOST_EVENTS_OF_TEN_FILES);
  });

  it('grows by at most eight events with each further file', async () => {
    files(30);
    const handle = await stage.startTask();
    await handle.result();
    const count = await eventsOf(handle);
    process.stdout.write(`30 files: ${count} events\n`);
    expect(count).toBeLessThanOrEqual(MOST_EVENTS_OF_TEN_FILES + 20 * MOST_EVENTS_OF_A_FURTHER_FILE);
  });
});

describe('a long life', () => {
  it(
    'goes on in new runs, and forgets nothing: rounds, product, and what was heard before',
    async () => {
      stage.world.settings = withLifecycle({ maxHistoryEvents: 60, maxRounds: rounds });
      const handle = await stage.submittedTask();
      const first = (await handle.describe()).runId;
      for (let round = 1; round <= rounds; round++) {
        stage.world.reject('spec-story');
        await signalRejection(handle, `event-${round}`);
        await reaches(handle, 'Rejected');
        stage.world.correct('output-Front/Story');
        await eventually(
          () => Promise.resolve(stage.world.submissions.length),
          (count) => count === round + 1,
        );
        await reaches(handle, 'Done');
      }
      const reads = stage.world.count('readTask');
      await signalRejection(handle, 'event-1');
      const status = await handle.query(statusQuery);
      const { runId, typedSearchAttributes } = await handle.describe();
      expect(runId).not.toBe(first);
      expect(status.rounds?.map(({ round }) => round)).toEqual(Array.from({ length: rounds + 1 }, (_, round) => round));
      expect(typedSearchAttributes.get(searchAttributes.product)).toBe('SKU-1');
      expect(stage.world.count('readTask')).toBe(reads);
      const runs = await runsOf(handle);
      const most = Math.max(...runs.map(({ events }) => events));
      const largest = Math.max(...runs.map(({ inputBytes }) => inputBytes));
      process.stdout.write(
        `${rounds} rounds: ${runs.length} runs, ${most} events at most, ${largest} bytes handed on\n`,
      );
      expect(most).toBeLessThan(200);
      expect(largest).toBeLessThan(256 * 1024);
    },
    30_000 + rounds * 10_000,
  );

  it('of failed tries continues as new, notifies once, and does not grow', async () => {
    stage.world.settings = withLifecycle({
      notifies: true,
      maxHistoryEvents: 40,
      retries: { firstMs: 20, factor: 1, maxMs: 20 },
    });
    const { requestUploadAddresses } = stage.world.activities;
    let tries = 0;
    stage.world.activities.requestUploadAddresses = (request) =>
      ++tries <= 5 ? Promise.reject(refusal('7', 'Not now.')) : requestUploadAddresses(request);
    const handle = await stage.startTask();
    const first = (await handle.describe()).runId;
    expect((await handle.result()).outcome).toBe('done');
    expect((await handle.describe()).runId).not.toBe(first);
    expect([tries, stage.world.notices.length]).toEqual([6, 1]);
    expect(await eventsOf(handle)).toBeLessThan(200);
  });

  it('of failed tries continues as new also while an event is not answered', async () => {
    stage.world.settings = withLifecycle({
      maxHistoryEvents: 40,
      retries: { firstMs: 20, factor: 1, maxMs: 20 },
    });
    const { readTask } = stage.world.activities;
    let tries = 0;
    stage.world.activities.readTask = (task) =>
      ++tries <= 20
        ? Promise.reject(ApplicationFailure.nonRetryable('Not allowed.', failureTypes.forbidden))
        : readTask(task);
    const handle = await stage.startTask({ isFlavourGuessed: true });
    await handle.signal(taskEventSignal, { kind: 'ready', source: 'webhook', eventId: 'event-1' });
    expect((await handle.result()).outcome).toBe('done');
    const runs = await runsOf(handle);
    expect(Math.max(...runs.map(({ events }) => events))).toBeLessThan(120);
  });
});
