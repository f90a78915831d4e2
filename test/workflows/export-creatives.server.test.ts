import type { WorkflowExecutionDescription } from '@temporalio/client';
import type { History } from '@temporalio/common/lib/proto-utils';

import { createAddressSeal, createCeltraActivities } from '../../activities';
import { openAddresses, sealAddresses } from '../../activities/celtra/sealed-addresses';
import { RemoteCallError } from '../../clients';
import type { CeltraOutput } from '../../domain/render/celtra-output';
import { resumeUpdate } from '../../workflows/external-post-task/messages/messages';
import { aCeltraClient, studiosWith, quickRules } from '../activities/activity-harness';
import { aCandidate, aCeltraAsset, aCeltraOutput } from '../support/facts';
import { quickSettings } from '../support/fake-world';
import { eventually, type TaskHandle } from '../support/temporal';
import { reaches, WorkflowStage, withoutRecovery } from './stage';

const stage = WorkflowStage.forEach();

const front = aCandidate('Front/Feed');
const story = aCandidate('Front/Story');
const finished = (outputId: string): CeltraOutput => aCeltraOutput(outputId, { name: outputId.slice(7) });
const pending = (outputId: string): CeltraOutput => ({
  ...finished(outputId),
  assets: [aCeltraAsset({ status: 'pending', url: undefined })],
});

/** Lets the real wait ask a Celtra that answers each look in its turn; the last answer is given from then on. */
function celtraAnswers(looks: readonly (readonly CeltraOutput[] | Error)[]): {
  readonly asked: (readonly string[] | undefined)[];
} {
  const asked: (readonly string[] | undefined)[] = [];
  const celtra = aCeltraClient(({ outputIds }) => {
    const answer = looks[Math.min(asked.length, looks.length - 1)] ?? [];
    asked.push(outputIds);
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve([...answer]);
  });
  const renderPace = { firstMs: 10, factor: 1, maxMs: 10 };
  const studios = studiosWith({ celtra, renderPace, renders: { ...quickRules, missingAnswers: 1 } });
  stage.world.activities.awaitRenders = createCeltraActivities(studios).awaitRenders;
  return { asked };
}

/** The events of a wait for renders, and those of what it told the workflow. */
function eventsOf(history: History) {
  const events = history.events ?? [];
  const wait = events.find(
    (event) => event.activityTaskScheduledEventAttributes?.activityType?.name === 'awaitRenders',
  );
  const ofWait = events.filter(
    (event) =>
      event.eventId?.toString() === wait?.eventId?.toString() ||
      [
        event.activityTaskStartedEventAttributes,
        event.activityTaskCompletedEventAttributes,
        event.activityTaskFailedEventAttributes,
      ].some(
        (attributes) => attributes?.scheduledEventId?.toString() === wait?.eventId?.toString() && wait !== undefined,
      ),
  );
  const signals = events.filter((event) => event.workflowExecutionSignaledEventAttributes).length;
  return { ofWait: ofWait.length, signals };
}

/** Cancels a task and waits for its end: one that still looks for creatives would be counted with those of the next test. */
async function stopped(handle: TaskHandle): Promise<void> {
  await handle.cancel();
  await expect(handle.result()).rejects.toThrow();
}

describe('waiting for renders', () => {
  it('costs three events of history, however often Celtra is asked', async () => {
    const nothing = [pending(front.outputId), pending(story.outputId)];
    const looks = Array.from({ length: 5 }, () => nothing);
    const { asked } = celtraAnswers([...looks, [finished(front.outputId), finished(story.outputId)]]);
    const handle = await stage.startTask();
    await handle.result();
    expect([asked.length, eventsOf(await handle.fetchHistory())]).toEqual([6, { ofWait: 3, signals: 0 }]);
  });

  it('hands on from look to look what is finished, so that it is not asked for again', async () => {
    const { asked } = celtraAnswers([[finished(front.outputId), pending(story.outputId)], [finished(story.outputId)]]);
    await (await stage.startTask()).result();
    expect(asked).toEqual([[front.outputId, story.outputId], [story.outputId]]);
  });

  it('shows how many are rendered, the attempt and the next look', async () => {
    stage.world.settings = { ...quickSettings, renderDeadlineMs: 60_000 };
    celtraAnswers([[finished(front.outputId), pending(story.outputId)], [pending(story.outputId)]]);
    const handle = await stage.startTask();
    const [progress] = await eventually(
      async () => progressOf(await handle.describe()),
      ([shown]) => shown?.includes('1 of 2 rendered') === true,
    );
    await stopped(handle);
    expect(progress).toMatch(/^1 of 2 rendered; attempt \d+; next poll in /);
  });

  it('asks a person when the time is over, and says what is still pending', async () => {
    stage.world.settings = { ...quickSettings, renderDeadlineMs: 300 };
    celtraAnswers([[finished(front.outputId), pending(story.outputId)], [pending(story.outputId)]]);
    const handle = await stage.startTask();
    const { attention } = await reaches(handle, 'Needs attention');
    await stopped(handle);
    expect(attention).toMatchObject({
      cause: 'celtra error',
      message: 'Celtra rendered 1 of 2 creatives within 1 second. Still pending: Front/Story.',
    });
  });
});

describe('the addresses that Celtra gives on the way', () => {
  /** The addresses that the download is given, of whatever batch. */
  function addressesOfDownloads(): string[] {
    const urls: string[] = [];
    const { fetchRenders } = stage.world.activities;
    stage.world.activities.fetchRenders = (batch) => {
      urls.push(...openAddresses(seal, batch.files[0]?.taskId ?? '', batch.sealedAddresses ?? []).values());
      return fetchRenders(batch);
    };
    return urls;
  }
  const seal = createAddressSeal('client-secret');
  const url = 'https://files.example/render.jpg?token=secret';

  it('reach the download sealed, from whichever look they come', async () => {
    celtraAnswers([[finished(front.outputId), pending(story.outputId)], [finished(story.outputId)]]);
    const urls = addressesOfDownloads();
    await (await stage.startTask()).result();
    expect(urls).toEqual([url, url]);
  });

  it('come with the search when it shows all as rendered, and then nothing is polled', async () => {
    const outputs = [finished(front.outputId), finished(story.outputId)];
    const { pairCreatives } = stage.world.activities;
    stage.world.activities.pairCreatives = async (request) => {
      const matching = await pairCreatives(request);
      const assets = matching.chosen.map(({ outputId }) => ({ outputId, assetKey: 'image', type: 'image' as const }));
      const { assetFormats } = request.group;
      return {
        ...matching,
        renders: {
          assets,
          addresses: sealAddresses(
            seal,
            { taskId: request.taskId, outputs: matching.chosen, assetFormats },
            assets,
            outputs,
          ),
        },
      };
    };
    const urls = addressesOfDownloads();
    await (await stage.startTask()).result();
    expect([stage.world.count('awaitRenders'), urls]).toEqual([0, [url, url]]);
  });
});

/** What the Web UI shows of the pending activities: the progress in their heartbeats. */
function progressOf({ raw }: WorkflowExecutionDescription): string[] {
  return (raw.pendingActivities ?? []).flatMap(({ heartbeatDetails }) =>
    (heartbeatDetails?.payloads ?? []).map(
      ({ data }) => (JSON.parse(Buffer.from(data ?? []).toString()) as { progress: string }).progress,
    ),
  );
}

describe('faults of Celtra that come together', () => {
  const unreadable = new RemoteCallError('Celtra answered with 200 and an HTML page.', {
    system: 'Celtra',
    endpoint: 'POST /export',
    kind: 'unreadable',
    status: 200,
    mayHaveActed: false,
  });
  const broken = (error: string): CeltraOutput => ({
    ...finished(story.outputId),
    assets: [aCeltraAsset({ status: 'error', error, url: undefined })],
  });

  it('end in the delivery when each of them passes', async () => {
    celtraAnswers([
      unreadable,
      [finished(front.outputId), broken('Font missing')],
      unreadable,
      [],
      [finished(story.outputId)],
    ]);
    const record = await (await stage.startTask()).result();
    expect(record.rounds[0]?.files.map(({ outputId }) => outputId)).toEqual([front.outputId, story.outputId]);
  });

  it('need attention with a reason when one of them stays', async () => {
    celtraAnswers([unreadable, [finished(front.outputId), broken('Creative content is empty')]]);
    const handle = await stage.startTask();
    const { attention } = await reaches(handle, 'Needs attention');
    await stopped(handle);
    expect(attention).toMatchObject({
      cause: 'celtra error',
      message: `Celtra could not render everything: Front/Story (output ${story.outputId}), asset image: Creative content is empty.`,
    });
  });
});

describe('a design that is changed while it is rendered', () => {
  const changed = [
    { ...finished('output-new-Feed'), designFile: { id: 'design-1', name: 'Spring', contentHash: 'hash-2' } },
  ];
  const newVersion = [
    { ...front, outputId: 'output-new-Feed', contentHash: 'hash-2' },
    { ...story, outputId: 'output-new-Story', contentHash: 'hash-2' },
  ];

  /** Both outputs go missing; the search finds the design in another version. */
  const outputsGoMissing = () => celtraAnswers([[], [], changed]);

  it('is exported again from the beginning when the studio wants that', async () => {
    stage.world.settings = { ...quickSettings, onDesignChange: 'restart' };
    outputsGoMissing();
    let searches = 0;
    const { pairCreatives } = stage.world.activities;
    stage.world.activities.pairCreatives = (request) => {
      searches++;
      if (searches > 1) {
        celtraAnswers([
          newVersion.map(({ outputId }) => ({
            ...finished(outputId),
            designFile: { id: 'design-1', contentHash: 'hash-2' },
          })),
        ]);
      }
      stage.world.candidates = searches > 1 ? newVersion : [front, story];
      return pairCreatives(request);
    };
    const handle = await stage.startTask();
    const record = await handle.result();
    expect(record.rounds[0]?.files.map(({ outputId }) => outputId)).toEqual(['output-new-Feed', 'output-new-Story']);
    expect(searches).toBe(2);
  });

  it('waits for a person when the studio wants to be asked, and goes on afterwards', async () => {
    stage.world.settings = { ...withoutRecovery(), onDesignChange: 'ask' };
    outputsGoMissing();
    const handle = await stage.startTask();
    const { attention } = await reaches(handle, 'Needs attention');
    celtraAnswers([[finished(front.outputId), finished(story.outputId)]]);
    await handle.executeUpdate(resumeUpdate, { args: [{ by: 'Ha', reason: 'looked at the design' }] });
    expect([attention?.message, (await handle.result()).outcome]).toEqual([
      expect.stringContaining('Design Spring was changed in Celtra during rendering'),
      'done',
    ]);
  });
});
