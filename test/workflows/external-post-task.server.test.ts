import { ApplicationFailure } from '@temporalio/common';
import { WorkflowFailedError } from '@temporalio/client';

import { failureTypes } from '../../domain/failure-type';
import type { TaskEvent } from '../../domain/task-event';
import type { Stage } from '../../domain/task-status';
import { resumeUpdate, statusQuery, taskEventSignal } from '../../workflows/messages';
import { searchAttributes } from '../../workflows/search-attributes';
import { aCandidate, aRecipe, anEditorialTask } from '../support/facts';
import { aBlockingCheck, FakeWorld, quickSettings, refusal } from '../support/fake-world';
import { eventually, TestTemporal, type TaskHandle } from '../support/temporal';

let temporal: TestTemporal;
let world: FakeWorld;

beforeAll(async () => {
  temporal = await TestTemporal.connect();
  world = new FakeWorld();
  await temporal.serve(() => world);
});
afterAll(async () => {
  await temporal.close();
});
beforeEach(() => {
  world = new FakeWorld();
});

const reaches = (handle: TaskHandle, stage: Stage) =>
  eventually(
    () => handle.query(statusQuery),
    (status) => status.stage === stage,
  );
const rejection = (eventId: string): TaskEvent => ({ kind: 'rejected', source: 'webhook', eventId });

describe('a task that goes well', () => {
  it('ends with a record of what was delivered', async () => {
    const record = await (await temporal.startTask()).result();
    expect(record).toMatchObject({ outcome: 'done', rounds: [{ round: 0 }] });
    expect(record.rounds[0]?.files.map(({ fileName, outputId }) => [fileName, outputId])).toEqual([
      ['SKU-1_front_feed.jpg', 'output-Front/Feed'],
      ['SKU-1_front_story.jpg', 'output-Front/Story'],
    ]);
  });

  it('starts and submits once, and uploads each file once', async () => {
    await (await temporal.startTask()).result();
    expect([world.count('startTask'), world.count('submitAssets'), world.count('uploadFile')]).toEqual([1, 1, 2]);
  });

  it('submits all expected outputs in one mapping', async () => {
    await (await temporal.startTask()).result();
    expect(world.submissions[0]?.map(({ specId, variant }) => [specId, variant])).toEqual([
      ['spec-feed', 1],
      ['spec-story', 1],
    ]);
  });

  it('can be found by product and stage afterwards', async () => {
    const handle = await temporal.startTask();
    await handle.result();
    const attributes = (await handle.describe()).typedSearchAttributes;
    expect([attributes.get(searchAttributes.product), attributes.get(searchAttributes.stage)]).toEqual([
      'SKU-1',
      'Done',
    ]);
  });

  it('gives every activity a summary that a person can read', async () => {
    const handle = await temporal.startTask();
    await handle.result();
    const { events } = await handle.fetchHistory();
    const summaries = (events ?? [])
      .filter(({ activityTaskScheduledEventAttributes }) => activityTaskScheduledEventAttributes)
      .map(({ userMetadata }) => Buffer.from(userMetadata?.summary?.data ?? []).toString());
    expect(summaries).toContain('"Upload 2 files"');
    expect(summaries.filter((summary) => summary === '')).toEqual([]);
  });

  it('does nothing when the task is already done', async () => {
    world.task = { ...world.task, status: 'done', statusText: 'Done' };
    const record = await (await temporal.startTask()).result();
    expect([record.outcome, world.submissions.length]).toEqual(['nothing due', 0]);
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
    world.task = anEditorialTask();
    world.recipes = [recipe];
  });

  it('is delivered with what its project says', async () => {
    const record = await (await temporal.startTask(type)).result();
    expect([record.outcome, world.count('readProject'), world.count('submitAssets')]).toEqual(['done', 1, 1]);
  });

  it('has every deliverable read, and neither job nor product', async () => {
    await (await temporal.startTask(type)).result();
    expect([world.count('readDeliverable'), world.count('readJob'), world.count('readProduct')]).toEqual([2, 0, 0]);
  });

  it('can be found by its first deliverable', async () => {
    const handle = await temporal.startTask(type);
    await handle.result();
    expect((await handle.describe()).typedSearchAttributes.get(searchAttributes.product)).toBe('DEL-1');
  });

  it('costs no call for what no recipe mentions', async () => {
    world.settings = { ...quickSettings, reads: { job: true, product: true, inputAssets: true } };
    await reaches(await temporal.startTask(type), 'Needs attention');
    expect([world.count('readProject'), world.count('readDeliverable')]).toEqual([0, 0]);
  });

  it('is the only kind of which project and deliverable are read', async () => {
    world.task = anEditorialTask({ contentCreationType: 'ecom' });
    await reaches(await temporal.startTask(), 'Needs attention');
    expect([world.count('readProject'), world.count('readDeliverable')]).toEqual([0, 0]);
  });
});

describe('a task that waits for a person', () => {
  it('needs attention when there is no creative, and says which', async () => {
    world.candidates = [aCandidate('Front/Feed')];
    const handle = await temporal.startTask();
    const status = await reaches(handle, 'Needs attention');
    await handle.terminate();
    expect(status.attention?.cause).toBe('no creative');
    expect(status.sentence).toContain('No creative for Front, Story');
  });

  it('goes on after "resume" once the creative is there', async () => {
    world.candidates = [aCandidate('Front/Feed')];
    const handle = await temporal.startTask();
    await reaches(handle, 'Needs attention');
    world.candidates.push(aCandidate('Front/Story'));
    await handle.executeUpdate(resumeUpdate, { args: [{ by: 'Ha' }] });
    const record = await handle.result();
    expect([record.outcome, record.rounds[0]?.files.length]).toEqual(['done', 2]);
  });

  it('refuses "resume" while it waits for nobody', async () => {
    world.settings = { ...quickSettings, reviewWindowMs: 60_000, looks: { firstMs: 60_000, factor: 1, maxMs: 60_000 } };
    const handle = await temporal.startTask();
    await reaches(handle, 'Awaiting verdict');
    await expect(handle.executeUpdate(resumeUpdate, { args: [{ by: 'Ha' }] })).rejects.toMatchObject({
      cause: { message: expect.stringContaining('does not wait for anybody') },
    });
    await handle.terminate();
  });

  it('names the spec when a render does not fit it', async () => {
    world.activities.checkRenders = aBlockingCheck;
    const handle = await temporal.startTask();
    const status = await reaches(handle, 'Needs attention');
    await handle.terminate();
    expect(status.attention?.cause).toBe('spec mismatch');
  });

  it('names the permission when Creative Force forbids', async () => {
    world.activities.requestUploadAddresses = () =>
      Promise.reject(ApplicationFailure.nonRetryable('403 on get-presigned-url', failureTypes.forbidden));
    const handle = await temporal.startTask();
    const status = await reaches(handle, 'Needs attention');
    await handle.terminate();
    expect(status.attention?.cause).toBe('permission missing');
  });
});

describe('a task that is rejected', () => {
  const watching = { ...quickSettings, reviewWindowMs: 30_000, looks: { firstMs: 20_000, factor: 1, maxMs: 20_000 } };

  it('shows the rejection as soon as the event comes', async () => {
    world.settings = watching;
    const handle = await temporal.startTask();
    await reaches(handle, 'Awaiting verdict');
    world.reject('spec-story');
    await handle.signal(taskEventSignal, rejection('event-1'));
    const status = await reaches(handle, 'Rejected');
    await handle.terminate();
    expect(status.attention).toMatchObject({ cause: 'rejected', message: expect.stringContaining('Front') });
  });

  it('delivers only the correction after a person says go', async () => {
    world.settings = watching;
    const handle = await temporal.startTask();
    await reaches(handle, 'Awaiting verdict');
    world.reject('spec-story');
    await handle.signal(taskEventSignal, rejection('event-1'));
    await reaches(handle, 'Rejected');
    world.correct('output-Front/Story');
    await handle.executeUpdate(resumeUpdate, { args: [{ by: 'Ha', reason: 'corrected in Celtra' }] });
    await eventually(
      () => Promise.resolve(world.submissions.length),
      (count) => count === 2,
    );
    await handle.terminate();
    expect(world.submissions[1]?.map(({ specId }) => specId)).toEqual(['spec-story']);
  });

  it('is not delivered again by a new run until a person says go', async () => {
    world.task = { ...world.task, status: 'in progress' };
    world.reject('spec-story');
    const handle = await temporal.startTask();
    await reaches(handle, 'Rejected');
    const before = world.submissions.length;
    await handle.executeUpdate(resumeUpdate, { args: [{ by: 'Ha' }] });
    await reaches(handle, 'Awaiting verdict');
    await handle.terminate();
    expect([before, world.submissions.map((assets) => assets.map(({ specId }) => specId))]).toEqual([
      0,
      [['spec-story']],
    ]);
  });

  it('takes the same event a second time for the same', async () => {
    world.settings = watching;
    const handle = await temporal.startTask();
    await reaches(handle, 'Awaiting verdict');
    const before = world.count('readTask');
    await handle.signal(taskEventSignal, rejection('event-1'));
    await handle.signal(taskEventSignal, rejection('event-1'));
    await eventually(
      () => Promise.resolve(world.count('readTask')),
      (count) => count > before,
    );
    await handle.signal(taskEventSignal, rejection('event-1'));
    await handle.query(statusQuery);
    await handle.terminate();
    const reads = world.count('readTask') - before;
    expect(reads).toBe(1);
  });
});

describe('a submission whose fate is unclear', () => {
  it('is not sent again when the task shows that it was taken', async () => {
    const submit = world.activities.submitAssets;
    world.activities.submitAssets = async (request) => {
      world.takeSubmission(request.assets);
      world.activities.submitAssets = submit;
      await Promise.resolve();
      throw ApplicationFailure.create({ message: 'The answer was lost.', type: failureTypes.outcomeUnknown });
    };
    const record = await (await temporal.startTask()).result();
    expect([record.outcome, world.submissions.length, world.count('submitAssets')]).toEqual(['done', 1, 1]);
  });

  it('is sent again when the task shows that it was not taken', async () => {
    const submit = world.activities.submitAssets;
    world.activities.submitAssets = () => {
      world.activities.submitAssets = submit;
      return Promise.reject(ApplicationFailure.create({ message: 'Lost.', type: failureTypes.outcomeUnknown }));
    };
    await (await temporal.startTask()).result();
    expect([world.submissions.length, world.count('submitAssets')]).toEqual([1, 2]);
  });

  it('waits while Creative Force does not know the files yet', async () => {
    const submit = world.activities.submitAssets;
    let refusals = 0;
    world.activities.submitAssets = (request) => {
      if (++refusals === 3) world.activities.submitAssets = submit;
      return Promise.reject(refusal('24', `Asset unknown: ${request.assets.length}`));
    };
    const record = await (await temporal.startTask()).result();
    expect([record.outcome, world.count('submitAssets'), world.submissions.length]).toEqual(['done', 4, 1]);
  });

  it('is recognised after a person resumes a task whose answer could not be looked up', async () => {
    const [submit, read] = [world.activities.submitAssets, world.activities.readTask];
    world.activities.submitAssets = (request) => {
      world.takeSubmission(request.assets);
      world.task = { ...world.task, status: 'in progress' };
      world.activities.submitAssets = submit;
      world.activities.readTask = () => Promise.reject(ApplicationFailure.nonRetryable('403', failureTypes.forbidden));
      return Promise.reject(ApplicationFailure.create({ message: 'Lost.', type: failureTypes.outcomeUnknown }));
    };
    const handle = await temporal.startTask();
    await reaches(handle, 'Needs attention');
    world.activities.readTask = read;
    await handle.executeUpdate(resumeUpdate, { args: [{ by: 'Ha' }] });
    const record = await handle.result();
    expect([record.rounds[0]?.files.length, world.count('submitAssets')]).toEqual([2, 1]);
  });

  it('needs attention when it is refused for good', async () => {
    world.activities.submitAssets = () => Promise.reject(refusal('406', 'Wrong set of assets.'));
    const handle = await temporal.startTask();
    const status = await reaches(handle, 'Needs attention');
    await handle.terminate();
    expect(status.attention?.message).toBe('Wrong set of assets.');
  });
});

describe('a delivery that is interrupted', () => {
  it('fetches the files again when the spool has lost them', async () => {
    const upload = world.activities.uploadFile;
    world.activities.uploadFile = () => {
      world.activities.uploadFile = upload;
      return Promise.reject(ApplicationFailure.nonRetryable('Not here.', failureTypes.notInSpool));
    };
    const record = await (await temporal.startTask()).result();
    expect([record.outcome, world.count('fetchRender'), world.count('requestUploadAddresses')]).toEqual(['done', 4, 2]);
  });

  it('goes on without a start that Creative Force does not take', async () => {
    world.activities.startTask = () => Promise.reject(refusal('29', 'Not allowed.'));
    const record = await (await temporal.startTask()).result();
    expect([record.outcome, world.count('startTask')]).toEqual(['done', 1]);
  });

  it('ends with a sentence when Creative Force no longer knows the task', async () => {
    const handle = await temporal.startTask();
    await reaches(handle, 'Awaiting verdict');
    world.activities.readTask = () => Promise.reject(refusal('6', 'Gone.'));
    const record = await handle.result();
    expect(record).toMatchObject({ outcome: 'gone', sentence: expect.stringContaining('no longer knows this task') });
  });

  it('asks a person when the very first reading is refused, since that may be our own mistake', async () => {
    world.activities.readTask = () => Promise.reject(refusal('6', 'No such task.'));
    const handle = await temporal.startTask();
    const status = await reaches(handle, 'Needs attention');
    await handle.terminate();
    expect(status.sentence).toBe('No such task.');
  });

  it('settles as cancelled, with its files cleared, when a person cancels it', async () => {
    world.candidates = [];
    const handle = await temporal.startTask();
    await reaches(handle, 'Needs attention');
    await handle.cancel();
    await expect(handle.result()).rejects.toBeInstanceOf(WorkflowFailedError);
    expect((await handle.describe()).status.name).toBe('CANCELLED');
    expect((await handle.describe()).typedSearchAttributes.get(searchAttributes.stage)).toBe('Cancelled');
  });
});
