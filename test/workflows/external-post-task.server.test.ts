import { ApplicationFailure } from '@temporalio/common';
import { WorkflowFailedError } from '@temporalio/client';

import { failureTypes } from '../../domain/shared/failure-type';
import { resumeUpdate, statusQuery } from '../../workflows/external-post-task/messages/messages';
import { searchAttributes } from '../../workflows/search-attributes';
import { aCandidate, aRecipe, anEditorialTask } from '../support/facts';
import { later, quickSettings, refusal } from '../support/fake-world';
import { eventually } from '../support/temporal';
import { reaches, signalRejection, withLifecycle, withoutRecovery, WorkflowStage } from './stage';

const stage = WorkflowStage.forEach();

describe('a task that goes well', () => {
  const task = stage.shared(async () => {
    const handle = await stage.startTask();
    await handle.result();
    return handle;
  });

  it('ends with a record of what was delivered', async () => {
    const record = await task().result();
    expect(record).toMatchObject({ outcome: 'done', rounds: [{ round: 0 }] });
    expect(record.rounds[0]?.files.map(({ fileName, outputId }) => [fileName, outputId])).toEqual([
      ['SKU-1_front_feed.jpg', 'output-Front/Feed'],
      ['SKU-1_front_story.jpg', 'output-Front/Story'],
    ]);
  });

  it('starts and submits once, and uploads each file once', () => {
    expect([
      stage.world.count('startTask'),
      stage.world.count('submitAssets'),
      stage.world.count('uploadFile'),
    ]).toEqual([1, 1, 2]);
  });

  it('submits all expected outputs in one mapping', () => {
    expect(stage.world.submissions[0]?.map(({ specId, variant }) => [specId, variant])).toEqual([
      ['spec-feed', 1],
      ['spec-story', 1],
    ]);
  });

  it('can be found by product and stage afterwards', async () => {
    const attributes = (await task().describe()).typedSearchAttributes;
    expect([attributes.get(searchAttributes.product), attributes.get(searchAttributes.stage)]).toEqual([
      'SKU-1',
      'Done',
    ]);
  });

  it('gives every activity a summary that a person can read', async () => {
    const { events } = await task().fetchHistory();
    const summaries = (events ?? [])
      .filter(({ activityTaskScheduledEventAttributes }) => activityTaskScheduledEventAttributes)
      .map(({ userMetadata }) => Buffer.from(userMetadata?.summary?.data ?? []).toString());
    expect(summaries).toContain('"Upload 2 files"');
    expect(summaries.filter((summary) => summary === '')).toEqual([]);
  });
});

describe('a task', () => {
  it('can be found by the beginning of a product code that is too long', async () => {
    stage.world.task = { ...stage.world.task, product: { code: 'x'.repeat(3_000) } };
    const handle = await stage.startTask();
    const { typedSearchAttributes } = await eventually(
      () => handle.describe(),
      ({ typedSearchAttributes: shown }) => shown.get(searchAttributes.product) !== undefined,
    );
    expect(typedSearchAttributes.get(searchAttributes.product)).toBe('x'.repeat(200));
  });

  it('sends its requests through one of the network addresses, where there are several', async () => {
    stage.world.settings = { ...quickSettings, egresses: ['north', 'south'] };
    const handle = await stage.startTask();
    // No worker has either address here.
    const { memo } = await eventually(
      () => handle.describe(),
      ({ raw: { pendingActivities } }) => (pendingActivities?.length ?? 0) > 0,
    );
    expect(['north', 'south']).toContain(memo?.['egress']);
    const { events } = await handle.fetchHistory();
    const queues = (events ?? []).flatMap((event) => event.activityTaskScheduledEventAttributes?.taskQueue?.name ?? []);
    expect(new Set(queues)).toEqual(new Set([`extpost-gateway/${String(memo?.['egress'])}`]));
  });

  it('does nothing when the task is already done', async () => {
    stage.world.task = { ...stage.world.task, status: 'done', statusText: 'Done' };
    const record = await (await stage.startTask()).result();
    expect([record.outcome, stage.world.submissions.length]).toEqual(['nothing due', 0]);
  });
});

describe('an editorial task', () => {
  const type = { contentCreationType: 'editorial' } as const;
  const recipe = {
    ...aRecipe,
    celtra: { filters: { designFile: { id: ["{{ project.properties['Celtra project'] }}"] } } },
    match: { ...aRecipe.match, expected: '{{ shot.position }}/{{ spec.name }}' },
  };
  beforeEach(() => {
    stage.world.task = anEditorialTask();
    stage.world.recipes = [recipe];
  });

  it('is delivered with what its project says, has every deliverable read, and is found by its first', async () => {
    const handle = await stage.startTask(type);
    expect((await handle.result()).outcome).toBe('done');
    const reads = (['readProject', 'readDeliverable', 'readJob', 'readProduct'] as const).map((name) =>
      stage.world.count(name),
    );
    expect([...reads, stage.world.count('submitAssets')]).toEqual([1, 2, 0, 0, 1]);
    expect((await handle.describe()).typedSearchAttributes.get(searchAttributes.product)).toBe('DEL-1');
  });

  it('costs no call for what no recipe mentions', async () => {
    stage.world.settings = { ...quickSettings, reads: { ...quickSettings.reads, project: false, deliverable: false } };
    await reaches(await stage.startTask(type), 'Needs attention');
    expect([stage.world.count('readProject'), stage.world.count('readDeliverable')]).toEqual([0, 0]);
  });

  it('is the only kind of which project and deliverable are read', async () => {
    stage.world.task = anEditorialTask({ contentCreationType: 'ecom' });
    await reaches(await stage.startTask(), 'Needs attention');
    expect([stage.world.count('readProject'), stage.world.count('readDeliverable')]).toEqual([0, 0]);
  });
});

describe('a task that waits for a person', () => {
  it('needs attention when there is no creative, and says which', async () => {
    stage.world.candidates = [aCandidate('Front/Feed')];
    const handle = await stage.startTask();
    const status = await reaches(handle, 'Needs attention');
    expect(status.attention?.cause).toBe('no creative');
    expect(status.sentence).toContain('No creative for Front, Story');
  });

  it('needs attention while Creative Force shows none of its shots, and goes on once it does', async () => {
    const { shots } = stage.world.task;
    stage.world.settings = withLifecycle({ retries: { firstMs: 1_000, factor: 1, maxMs: 1_000 } });
    stage.world.task = { ...stage.world.task, shots: [] };
    const handle = await stage.startTask();
    const { attention } = await reaches(handle, 'Needs attention');
    expect(attention?.message).toContain('shows no shot of this task');
    stage.world.task = { ...stage.world.task, shots };
    expect(await handle.result()).toMatchObject({ outcome: 'done', rounds: [{ files: [{}, {}] }] });
  });

  it('goes on after "resume" once the creative is there', async () => {
    stage.world.settings = withoutRecovery();
    stage.world.candidates = [aCandidate('Front/Feed')];
    const handle = await stage.startTask();
    await reaches(handle, 'Needs attention');
    stage.world.candidates.push(aCandidate('Front/Story'));
    await handle.executeUpdate(resumeUpdate, { args: [{ by: 'Ha' }] });
    const record = await handle.result();
    expect([record.outcome, record.rounds[0]?.files.length]).toEqual(['done', 2]);
  });

  it('refuses "resume" while it waits for nobody', async () => {
    stage.world.settings = {
      ...quickSettings,
      reviewWindowMs: 60_000,
      polls: later,
    };
    const handle = await stage.startTask();
    await reaches(handle, 'Awaiting verdict');
    await expect(handle.executeUpdate(resumeUpdate, { args: [{ by: 'Ha' }] })).rejects.toMatchObject({
      cause: { message: expect.stringContaining('is not waiting for anybody') },
    });
  });
});

describe('many files', () => {
  it('get their upload addresses in requests no larger than bulk reads', async () => {
    stage.world.settings = { ...stage.world.settings, bulkSize: 1 };
    const record = await (await stage.startTask()).result();
    expect([record.rounds[0]?.files.length, stage.world.count('requestUploadAddresses')]).toEqual([2, 2]);
  });
});

describe('a task that is rejected', () => {
  // Neither a verdict nor a correction is noticed by itself.
  const watching = { ...withoutRecovery(), reviewWindowMs: 60_000, polls: later };

  it('shows that as soon as the event comes, and delivers only the correction after a person says go', async () => {
    stage.world.settings = watching;
    const handle = await stage.startTask();
    await reaches(handle, 'Awaiting verdict');
    stage.world.reject('spec-story');
    await signalRejection(handle);
    const { attention } = await reaches(handle, 'Rejected');
    expect(attention).toMatchObject({ cause: 'rejected', message: expect.stringContaining('Front') });
    stage.world.correct('output-Front/Story');
    await handle.executeUpdate(resumeUpdate, { args: [{ by: 'Ha', reason: 'corrected in Celtra' }] });
    await eventually(
      () => Promise.resolve(stage.world.submissions.length),
      (count) => count === 2,
    );
    expect(stage.world.submissions[1]?.map(({ specId }) => specId)).toEqual(['spec-story']);
  });

  it('is not delivered again by a new run until a person says go', async () => {
    stage.world.task = { ...stage.world.task, status: 'in progress' };
    stage.world.reject('spec-story');
    const handle = await stage.startTask();
    await reaches(handle, 'Rejected');
    const before = stage.world.submissions.length;
    await handle.executeUpdate(resumeUpdate, { args: [{ by: 'Ha' }] });
    await handle.result();
    expect([before, stage.world.submissions.map((assets) => assets.map(({ specId }) => specId))]).toEqual([
      0,
      [['spec-story']],
    ]);
  });

  it('takes the same event a second time for the same', async () => {
    const handle = await stage.submittedTask();
    const before = stage.world.count('readTask');
    await signalRejection(handle);
    await signalRejection(handle);
    await eventually(
      () => Promise.resolve(stage.world.count('readTask')),
      (count) => count > before,
    );
    await signalRejection(handle);
    await handle.query(statusQuery);
    const reads = stage.world.count('readTask') - before;
    expect(reads).toBe(1);
  });
});

describe('a submission whose fate is unclear', () => {
  it('needs attention when it is in conflict with a task that shows nothing of it', async () => {
    stage.world.settings = withoutRecovery();
    stage.world.activities.submitAssets = () => Promise.reject(refusal('CONFLICT', 'Somebody works on it.', 409));
    const { attention } = await reaches(await stage.startTask(), 'Needs attention');
    expect([attention?.message, stage.world.count('submitAssets')]).toEqual(['Somebody works on it.', 1]);
  });

  it.each([
    ['whose answer was lost', ApplicationFailure.create({ message: 'Lost.', type: failureTypes.outcomeUnknown })],
    ['that is said to be in conflict', refusal('CONFLICT', 'The task is not open.', 409)],
  ])('%s is not sent again when the task shows that it was taken', async (_, failure) => {
    const submit = stage.world.activities.submitAssets;
    stage.world.activities.submitAssets = (request) => {
      stage.world.takeSubmission(request.assets);
      stage.world.activities.submitAssets = submit;
      return Promise.reject(failure);
    };
    const record = await (await stage.startTask()).result();
    expect([record.outcome, stage.world.submissions.length, stage.world.count('submitAssets')]).toEqual(['done', 1, 1]);
  });

  it('is sent again when the task shows that it was not taken', async () => {
    const submit = stage.world.activities.submitAssets;
    stage.world.activities.submitAssets = () => {
      stage.world.activities.submitAssets = submit;
      return Promise.reject(ApplicationFailure.create({ message: 'Lost.', type: failureTypes.outcomeUnknown }));
    };
    await (await stage.startTask()).result();
    expect([stage.world.submissions.length, stage.world.count('submitAssets')]).toEqual([1, 2]);
  });

  it('is made again with new uploads when it was taken and the task was reset before anybody looked', async () => {
    const submit = stage.world.activities.submitAssets;
    const before = stage.world.task;
    stage.world.activities.submitAssets = () => {
      stage.world.task = { ...before, status: 'to do', statusText: 'To Do' };
      stage.world.activities.submitAssets = () => {
        stage.world.activities.submitAssets = submit;
        return Promise.reject(refusal('152', 'An asset was used already.'));
      };
      return Promise.reject(ApplicationFailure.create({ message: 'Lost.', type: failureTypes.outcomeUnknown }));
    };
    const record = await (await stage.startTask()).result();
    expect([record.outcome, stage.world.count('submitAssets'), stage.world.count('uploadFile')]).toEqual([
      'done',
      3,
      4,
    ]);
    expect(stage.world.submissions).toHaveLength(1);
  });

  it('waits while Creative Force does not know the files yet', async () => {
    const submit = stage.world.activities.submitAssets;
    let refusals = 0;
    stage.world.activities.submitAssets = (request) => {
      if (++refusals === 3) stage.world.activities.submitAssets = submit;
      return Promise.reject(refusal('24', `Asset unknown: ${request.assets.length}`));
    };
    const record = await (await stage.startTask()).result();
    expect([record.outcome, stage.world.count('submitAssets'), stage.world.submissions.length]).toEqual(['done', 4, 1]);
  });

  it('is not sent again when the task was deleted while Creative Force did not know the files', async () => {
    stage.world.activities.submitAssets = () => {
      const details = { system: 'Creative Force', endpoint: 'GET …', status: 404 };
      // The task is deleted once somebody could have looked at it right after the refusal.
      const deleted = () => Promise.reject(ApplicationFailure.nonRetryable('404', failureTypes.notFound, details));
      const deletion = setTimeout(() => (stage.world.activities.readTask = deleted), 300);
      deletion.unref();
      return Promise.reject(refusal('24', 'Asset unknown.'));
    };
    stage.world.settings = {
      ...stage.world.settings,
      assetKnown: { pace: { firstMs: 1_500, factor: 1, maxMs: 1_500 }, giveUpMs: 60_000 },
    };
    const record = await (await stage.startTask()).result();
    expect([record.outcome, stage.world.count('submitAssets')]).toEqual(['gone', 1]);
  });

  it('is recognised after a person resumes a task whose answer could not be looked up', async () => {
    stage.world.settings = withoutRecovery();
    const [submit, read] = [stage.world.activities.submitAssets, stage.world.activities.readTask];
    stage.world.activities.submitAssets = (request) => {
      stage.world.takeSubmission(request.assets);
      stage.world.task = { ...stage.world.task, status: 'in progress' };
      stage.world.activities.submitAssets = submit;
      stage.world.activities.readTask = () =>
        Promise.reject(ApplicationFailure.nonRetryable('403', failureTypes.forbidden));
      return Promise.reject(ApplicationFailure.create({ message: 'Lost.', type: failureTypes.outcomeUnknown }));
    };
    const handle = await stage.startTask();
    await reaches(handle, 'Needs attention');
    stage.world.activities.readTask = read;
    await handle.executeUpdate(resumeUpdate, { args: [{ by: 'Ha' }] });
    const record = await handle.result();
    expect([record.rounds[0]?.files.length, stage.world.count('submitAssets')]).toEqual([2, 1]);
  });
});

describe('a delivery that is interrupted', () => {
  it('fetches the files again when the spool has lost them', async () => {
    const upload = stage.world.activities.uploadFile;
    stage.world.activities.uploadFile = () => {
      stage.world.activities.uploadFile = upload;
      return Promise.reject(ApplicationFailure.nonRetryable('Not here.', failureTypes.notInSpool));
    };
    const record = await (await stage.startTask()).result();
    expect([record.outcome, stage.world.count('fetchRender'), stage.world.count('requestUploadAddresses')]).toEqual([
      'done',
      4,
      2,
    ]);
  });

  it('goes on without a start that Creative Force does not take', async () => {
    stage.world.activities.startTask = () => Promise.reject(refusal('29', 'Not allowed.'));
    const record = await (await stage.startTask()).result();
    expect([record.outcome, stage.world.count('startTask')]).toEqual(['done', 1]);
  });

  it('ends with a sentence when Creative Force no longer knows the task', async () => {
    stage.world.settings = { ...quickSettings, reviewWindowMs: 60_000 };
    const handle = await stage.startTask();
    await reaches(handle, 'Done');
    stage.world.activities.readTask = () => Promise.reject(refusal('6', 'Gone.'));
    const record = await handle.result();
    expect(record).toMatchObject({ outcome: 'gone', sentence: expect.stringContaining('no longer knows this task') });
  });

  it('settles as cancelled, with its files cleared, when a person cancels it', async () => {
    stage.world.candidates = [];
    const handle = await stage.startTask();
    await reaches(handle, 'Needs attention');
    await handle.cancel();
    await expect(handle.result()).rejects.toBeInstanceOf(WorkflowFailedError);
    expect((await handle.describe()).status.name).toBe('CANCELLED');
    expect((await handle.describe()).typedSearchAttributes.get(searchAttributes.stage)).toBe('Cancelled');
  });
});
