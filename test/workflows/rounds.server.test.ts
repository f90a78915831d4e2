import { randomUUID } from 'node:crypto';

import { ApplicationFailure } from '@temporalio/common';

import { failureTypes } from '../../domain/shared/failure-type';
import { resumeUpdate, statusQuery } from '../../workflows/external-post-task/messages/messages';
import { aRejectionNote } from '../support/facts';
import { FakeWorld } from '../support/fake-world';
import { eventually, type TaskHandle } from '../support/temporal';
import { detailsOf, reaches, signalRejection, watching, WorkflowStage } from './stage';

const stage = WorkflowStage.forEach();
const feed = 'output-Front/Feed';
const story = 'output-Front/Story';

const submissions = async (count: number) => {
  await eventually(
    () => Promise.resolve(stage.world.submissions.length),
    (length) => length === count,
  );
  return stage.world.submissions.map((assets) => assets.map(({ specId }) => specId));
};

describe('a task of which everything was returned before', () => {
  it('is only watched by a new run: nothing is sent again', async () => {
    stage.world.takeSubmission([
      { shotId: 'shot-front', specId: 'spec-feed', variant: 1, assetId: 'asset-1' },
      { shotId: 'shot-front', specId: 'spec-story', variant: 1, assetId: 'asset-2' },
    ]);
    stage.world.task = { ...stage.world.task, status: 'in progress', statusText: 'In Progress' };
    const handle = await stage.startTask();
    await reaches(handle, 'Awaiting verdict');
    expect([stage.world.submissions.length, stage.world.count('startTask')]).toEqual([1, 0]);
  });
});

describe('a start whose worker dies', () => {
  it('is sent again when the task shows that it took no effect', async () => {
    const { startTask } = stage.world.activities;
    stage.world.activities.startTask = () => {
      stage.world.activities.startTask = startTask;
      return Promise.reject(ApplicationFailure.nonRetryable('The answer was lost.', failureTypes.outcomeUnknown));
    };
    await (await stage.startTask()).result();
    expect(stage.world.count('startTask')).toBe(2);
  });

  it('is not sent again when it took effect', async () => {
    const { startTask } = stage.world.activities;
    stage.world.activities.startTask = async (task) => {
      await startTask(task);
      throw ApplicationFailure.nonRetryable('The answer was lost.', failureTypes.outcomeUnknown);
    };
    await (await stage.startTask()).result();
    expect(stage.world.count('startTask')).toBe(1);
  });
});

describe('a rejection', () => {
  it('that comes again during the wait for a correction has the task read once more, and not more often', async () => {
    const { readSpecs } = stage.world.activities;
    const fresh: boolean[] = [];
    stage.world.activities.readSpecs = (request) => {
      fresh.push(request.isFresh === true);
      return readSpecs(request);
    };
    const handle = await stage.submittedTask();
    stage.world.reject('spec-story');
    await signalRejection(handle, 'by the webhook');
    await reaches(handle, 'Rejected');
    await signalRejection(handle, 'by the sweep');
    await eventually(
      () => Promise.resolve(stage.world.count('readSpecs')),
      (count) => count === 3,
    );
    await reaches(handle, 'Rejected');
    stage.world.correct(story);
    expect((await submissions(2))[1]).toEqual(['spec-story']);
    // First delivery, rejection, rejection told again, correction.
    expect(stage.world.count('readSpecs')).toBe(4);
    // A spec may have been the cause of the rejection, so that no cached one does.
    expect(fresh).toEqual([false, true, true, true]);
  });

  it('that comes before the submission has returned begins the next round, and the first one is recorded', async () => {
    stage.world.settings = watching();
    const { submitAssets } = stage.world.activities;
    const begun = stage.startTask();
    stage.world.activities.submitAssets = async (request) => {
      await submitAssets(request);
      stage.world.activities.submitAssets = submitAssets;
      stage.world.reject('spec-story');
      await signalRejection(await begun);
    };
    const handle = await begun;
    const status = await reaches(handle, 'Rejected');
    expect([status.round, status.rounds?.length]).toEqual([1, 1]);
    stage.world.correct(story);
    expect(await submissions(2)).toEqual([['spec-feed', 'spec-story'], ['spec-story']]);
  });

  it('of a task that nobody here knows asks a person, since there is nothing to compare with', async () => {
    stage.world.takeSubmission([
      { shotId: 'shot-front', specId: 'spec-feed', variant: 1, assetId: 'somebody-1' },
      { shotId: 'shot-front', specId: 'spec-story', variant: 1, assetId: 'somebody-2' },
    ]);
    stage.world.reject('spec-story');
    stage.world.settings = watching();
    const { workflowId } = await stage.notify({ kind: 'rejected', source: 'webhook', eventId: 'event-1' });
    const handle = stage.latest(workflowId);
    const status = await reaches(handle, 'Rejected');
    expect(status.waitingFor?.what).not.toContain('other pixels');
    await handle.executeUpdate(resumeUpdate, { args: [{ by: 'Ha', reason: 'was made elsewhere before' }] });
    expect((await submissions(2))[1]).toEqual(['spec-story']);
  });

  it('waits while only other designs change', async () => {
    const handle = await stage.submittedTask();
    stage.world.reject('spec-story');
    await signalRejection(handle);
    await reaches(handle, 'Rejected');
    stage.world.correct(feed);
    const looks = stage.world.count('awaitCorrection');
    await eventually(
      () => Promise.resolve(stage.world.count('awaitCorrection')),
      (count) => count >= looks + 2,
    );
    expect((await handle.query(statusQuery)).stage).toBe('Rejected');
  });

  it('keeps notes and markings of each round, also when the next one is under way', async () => {
    const handle = await stage.submittedTask();
    const box = { x: 0.7, y: 0.1, width: 0.2, height: 0.1 };
    const drawn = [{ kind: 'rectangle', outline: [[0.7, 0.1], [0.9, 0.2]] }] as const; // prettier-ignore
    const markings = [{ kind: 'rectangle', box, points: [] }];
    const first = aRejectionNote({ specId: 'spec-story', comment: 'Too dark.', author: 'Ada', markings: drawn });
    stage.world.annotations = [first];
    stage.world.reject('spec-story');
    await signalRejection(handle);
    const { waitingFor } = await reaches(handle, 'Rejected');
    expect(waitingFor?.what).toContain('changed pixels in Celtra');
    expect(await detailsOf(handle)).toContain('Front, Story, upper right: Too dark.');
    stage.world.correct(story);
    await submissions(2);
    await reaches(handle, 'Done');
    stage.world.annotations = [
      first,
      aRejectionNote({ annotationId: 'note-2', specId: 'spec-story', comment: 'Too light.' }),
    ];
    stage.world.reject('spec-story');
    await signalRejection(handle);
    const { rejections, outputs } = await reaches(handle, 'Rejected');
    const where = { where: 'Front, Story', expectedKey: 'shot-front/spec-story/1' };
    expect(rejections).toMatchObject([
      { round: 0, notes: [{ ...where, text: 'Too dark.', author: 'Ada', markings }] },
      { round: 1, notes: [{ ...where, text: 'Too light.' }] },
    ]);
    expect(outputs?.find(({ label }) => label === 'Front, Story')).toMatchObject({
      inputs: [{ assetId: 'input-1' }],
      isRejected: true,
      creative: { outputId: expect.any(String) as string },
      file: { sha256: expect.any(String) as string },
    });
  });

  const ends: [string, (handle: TaskHandle) => Promise<unknown>][] = [
    [
      'has ended by itself',
      async (handle) => {
        stage.world.isAudited = false;
        await handle.result();
      },
    ],
    ['was terminated', (handle) => handle.terminate('a test')],
    ['was cancelled', (handle) => handle.cancel().then(() => handle.result().catch(() => undefined))],
  ];

  it.each(ends)('after a run that %s is compared with what that run has delivered', async (how, end) => {
    stage.world.settings = how === 'has ended by itself' ? stage.world.settings : watching();
    const taskId = randomUUID();
    const first = await stage.startTask({ taskId });
    await reaches(first, 'Done');
    await end(first);
    stage.world.settings = watching();
    stage.world.reject('spec-story');
    const second = await stage.startTask({ taskId });
    const status = await reaches(second, 'Rejected');
    stage.world.correct(story);
    expect(status.round).toBe(1);
    expect((await submissions(2))[1]).toEqual(['spec-story']);
  });

  it('of a task that Temporal no longer keeps is compared with what the audit says', async () => {
    const first = await (await stage.startTask()).result();
    const taskId = randomUUID();
    const entries = stage.world.audit.filter((entry) => entry.taskId === first.taskId);
    stage.world.audit.push(...entries.map((entry) => ({ ...entry, taskId })));
    stage.world.settings = watching();
    stage.world.reject('spec-story');
    const handle = await stage.startTask({ taskId });
    expect((await reaches(handle, 'Rejected')).round).toBe(1);
    stage.world.correct(story);
    expect((await submissions(2))[1]).toEqual(['spec-story']);
  });

  it('is answered by itself each time that it comes, and with the corrections only', async () => {
    const handle = await stage.submittedTask();
    for (const [round, output] of [feed, story].entries()) {
      stage.world.reject(output === feed ? 'spec-feed' : 'spec-story');
      await signalRejection(handle, `event-${round}`);
      await reaches(handle, 'Rejected');
      stage.world.correct(output);
      await submissions(round + 2);
      await reaches(handle, 'Done');
    }
    expect(await submissions(3)).toEqual([['spec-feed', 'spec-story'], ['spec-feed'], ['spec-story']]);
    expect((await handle.query(statusQuery)).rounds?.map(({ round }) => round)).toEqual([0, 1, 2]);
  });
});

describe('the very same bytes', () => {
  const rejected = async () => {
    const handle = await stage.submittedTask();
    stage.world.reject('spec-story');
    await signalRejection(handle);
    await reaches(handle, 'Rejected');
    return handle;
  };
  const cause = (handle: Awaited<ReturnType<typeof rejected>>) =>
    eventually(
      () => handle.query(statusQuery),
      ({ attention }) => attention?.cause === 'unchanged',
    );

  it('are refused although a person said go, and waited out until Celtra shows others', async () => {
    const handle = await rejected();
    await handle.executeUpdate(resumeUpdate, { args: [{ by: 'Ha' }] });
    expect((await cause(handle)).attention?.message).toContain('exactly the bytes that were rejected: Front, Story');
    stage.world.correct(story);
    expect((await submissions(2))[1]).toEqual(['spec-story']);
  });
});

describe('a task that is reset', () => {
  it('is delivered as a whole once more', async () => {
    const handle = await stage.submittedTask();
    const { task } = new FakeWorld();
    stage.world.task = task;
    await handle.signal('taskEvent', { kind: 'ready', source: 'webhook', eventId: 'reset-1' });
    expect((await submissions(2))[1]).toEqual(['spec-feed', 'spec-story']);
  });
});
