import type { ExpectedOutput } from '../../domain/task/task';
import type { TaskEvent } from '../../domain/task/task-event';
import { resumeUpdate, statusQuery, taskEventSignal } from '../../workflows/external-post-task/messages/messages';
import { aRejectionNote } from '../support/facts';
import type { FakeWorld } from '../support/fake-world';
import { eventually, type TaskHandle } from '../support/temporal';
import { detailsOf, reaches, watching, withLifecycle, WorkflowStage } from './stage';

const stage = WorkflowStage.forEach();
const [feed, story] = ['output-Front/Feed', 'output-Front/Story'];

const submissions = async (count: number) => {
  await eventually(
    () => Promise.resolve(stage.world.submissions.length),
    (length) => length === count,
  );
  return stage.world.submissions.map((assets) => assets.map(({ specId }) => specId));
};

/** Submitted and not Done: In Progress, as QC looks at it. */
const inReview = async (lifecycle: Parameters<typeof withLifecycle>[0] = {}): Promise<TaskHandle> => {
  stage.world.settings = { ...watching(withLifecycle(lifecycle)), polls: { firstMs: 250, factor: 1, maxMs: 250 } };
  const { submitAssets } = stage.world.activities;
  stage.world.activities.submitAssets = async (request) => {
    const inProgress = { status: 'in progress', statusText: 'In Progress' } as const;
    // A task that was rejected while it looked Done takes corrections, too.
    change(stage.world, inProgress);
    await submitAssets(request);
    change(stage.world, inProgress);
  };
  const handle = await stage.startTask();
  await reaches(handle, 'Awaiting verdict');
  return handle;
};
const done = async (lifecycle: Parameters<typeof withLifecycle>[0] = {}): Promise<TaskHandle> => {
  const handle = await inReview(lifecycle);
  stage.world.task = { ...stage.world.task, status: 'done', statusText: 'Done' };
  await reaches(handle, 'Done');
  return handle;
};

const event = (changes: Partial<TaskEvent> = {}): TaskEvent => {
  return { kind: 'rejected', source: 'webhook', eventId: 'event-1', happenedAt: Date.now() + 1_000, ...changes };
};
const send = (handle: TaskHandle, changes: Partial<TaskEvent> = {}) => handle.signal(taskEventSignal, event(changes));
const change = (world: FakeWorld, changes: Partial<FakeWorld['task']>) => {
  world.task = { ...world.task, ...changes };
};
const mapOutputs = (world: FakeWorld, changes: (output: ExpectedOutput) => Partial<ExpectedOutput>) => {
  const shots = world.task.shots.map((shot) => ({
    ...shot,
    expectedOutputs: shot.expectedOutputs.map((output) => ({ ...output, ...changes(output) })),
  }));
  world.task = { ...world.task, shots };
};
const flagStory = (world: FakeWorld) => {
  mapOutputs(world, ({ specId }) => ({ isRejected: specId === 'spec-story' ? true : undefined }));
};
const note = (world: FakeWorld, changes: Parameters<typeof aRejectionNote>[0]) => {
  world.annotations = [...world.annotations, aRejectionNote({ createdAt: Date.now() + 1_000, ...changes })];
};

type Telling = (world: FakeWorld, handle: TaskHandle) => unknown;

/** How a rejection is told, what the details say of it, and what is due. */
const forms: readonly [string, Telling, string, readonly string[]][] = [
  ['flags alone', flagStory, 'Rejected: flag on Front', ['spec-story']],
  [
    'a status alone',
    (world) => {
      change(world, { status: 'rejected', statusText: 'QCRejected' });
    },
    'Rejected: status QCRejected in the task',
    ['spec-feed', 'spec-story'],
  ],
  [
    'a note of nothing but text',
    (world) => {
      note(world, { shotId: undefined, comment: 'Too dark.' });
    },
    'Too dark.',
    ['spec-feed', 'spec-story'],
  ],
  [
    'an event when it is To Do',
    async (world, handle) => {
      change(world, { status: 'to do', statusText: 'To Do' });
      await send(handle);
    },
    'Rejected: rejection event of',
    ['spec-feed', 'spec-story'],
  ],
  [
    'the listing when it is To Do',
    async (world, handle) => {
      change(world, { status: 'to do', statusText: 'To Do' });
      const row = { happenedAt: Date.now() + 60_000, says: 'status Rejected in the listing' };
      await send(handle, { source: 'sweep', ...row });
    },
    'Rejected: status Rejected in the listing',
    ['spec-feed', 'spec-story'],
  ],
];

describe.each([
  ['before Done', inReview, forms],
  // What counts as a rejection is in test/domain/delivery/verdict-forms.test.ts: here, what only a poll shows and what an event tells.
  ['after Done', done, forms.filter(([form]) => ['flags alone', 'an event when it is To Do'].includes(form))],
] as const)('a rejection %s', (_when, submitted, told) => {
  it.each(told)('by %s is answered with the corrections', async (_form, tell, details, due) => {
    const handle = await submitted();
    await tell(stage.world, handle);
    await reaches(handle, 'Rejected');
    expect(await detailsOf(handle)).toContain(details);
    stage.world.correct(story);
    if (due.length > 1) stage.world.correct(feed);
    expect((await submissions(2))[1]).toEqual(due);
  });

  it('by an event alone needs attention when the task does not show it, and nothing goes out by itself', async () => {
    const handle = await submitted({ unclearAfterMs: 300 });
    await send(handle);
    const status = await reaches(handle, 'Needs attention');
    expect(status.attention).toMatchObject({
      cause: 'unclear rejection',
      message: expect.stringContaining('Nothing says what was rejected.') as string,
    });
    expect(status.waitingFor?.what).not.toContain('other pixels');
  });
});

describe('a reset right after the submission, before its files were shown', () => {
  it('is shown as what is seen, until it is certain', async () => {
    stage.world.settings = { ...watching(), polls: { firstMs: 100, factor: 1, maxMs: 100 } };
    // The submission is taken, and the task never shows it.
    stage.world.activities.submitAssets = () => {
      change(stage.world, { status: 'to do', statusText: 'To Do' });
      return Promise.resolve();
    };
    const handle = await stage.startTask();
    const { stage: name, sentence } = await eventually(
      () => handle.query(statusQuery),
      (status) => status.sentence.includes('counts as reset'),
    );
    expect(name).toBe('Awaiting verdict');
    expect(sentence).toMatch(
      /^Submitted, but Creative Force shows the task as To Do and without any file\. If that does not change by/,
    );
  });
});

describe('a rejection of which nothing says what', () => {
  const inferred = async () => {
    const handle = await inReview({ settlingMs: 500 });
    change(stage.world, { status: 'rejected', statusText: 'Rejected' });
    await reaches(handle, 'Rejected');
    return handle;
  };

  it('is answered with what has changed, once nothing changes any more', async () => {
    await inferred();
    stage.world.correct(story);
    expect((await submissions(2))[1]).toEqual(['spec-story']);
  });

  it('is answered with what has changed when an operator resumes', async () => {
    const handle = await inReview({ settlingMs: 60_000 });
    change(stage.world, { status: 'rejected', statusText: 'Rejected' });
    await reaches(handle, 'Rejected');
    stage.world.correct(story);
    await handle.executeUpdate(resumeUpdate, { args: [{ by: 'Ha' }] });
    expect((await submissions(2))[1]).toEqual(['spec-story']);
  });

  it('is narrowed by a note that comes later', async () => {
    const handle = await inReview({ settlingMs: 60_000 });
    change(stage.world, { status: 'rejected', statusText: 'Rejected' });
    await reaches(handle, 'Rejected');
    note(stage.world, { specId: 'spec-story' });
    await eventually(
      () => handle.query(statusQuery),
      ({ attention }) => attention?.message.includes('To be corrected: Front, Story.') === true,
    );
    stage.world.correct(story);
    expect((await submissions(2))[1]).toEqual(['spec-story']);
  });

  it('needs attention after a while, and is still answered by itself when the task is open', async () => {
    const handle = await inReview({ settlingMs: 500, unclearAfterMs: 300 });
    change(stage.world, { status: 'rejected', statusText: 'Rejected' });
    expect((await reaches(handle, 'Needs attention')).attention?.cause).toBe('unclear rejection');
    stage.world.correct(story);
    expect((await submissions(2))[1]).toEqual(['spec-story']);
  });

  it('lets the task be watched again when an operator resumes and nothing has changed', async () => {
    const handle = await inReview({ unclearAfterMs: 100 });
    await send(handle);
    await reaches(handle, 'Needs attention');
    await handle.executeUpdate(resumeUpdate, { args: [{ by: 'Ha', reason: 'false alarm' }] });
    await reaches(handle, 'Awaiting verdict');
    expect(stage.world.submissions).toHaveLength(1);
    flagStory(stage.world);
    await reaches(handle, 'Rejected');
  });
});

describe('flagged outputs', () => {
  it('are all waited for, and the details list those that have not changed', async () => {
    const handle = await inReview({ settlingMs: 100 });
    mapOutputs(stage.world, () => ({ isRejected: true }));
    await reaches(handle, 'Rejected');
    stage.world.correct(feed);
    await eventually(
      () => handle.query(statusQuery),
      ({ corrections }) => corrections?.changed.length === 1,
    );
    expect(await detailsOf(handle)).toContain('changed: Front, Feed. not changed yet: Front, Story.');
    stage.world.correct(story);
    expect((await submissions(2))[1]).toEqual(['spec-feed', 'spec-story']);
  });
});

describe('what is older than the submission', () => {
  it.each<[string, Telling]>([
    ['an event', (_world, handle) => send(handle, { happenedAt: Date.now() - 3_600_000 })],
    ['a row of the listing', (_world, handle) => send(handle, { source: 'sweep', happenedAt: Date.now() })],
    [
      'a note',
      (world) => {
        note(world, { createdAt: Date.now() - 3_600_000 });
      },
    ],
  ])('is no rejection: %s', async (_what, tell) => {
    const handle = await inReview({ unclearAfterMs: 100 });
    await tell(stage.world, handle);
    const looks = stage.world.count('readTask');
    await eventually(
      () => Promise.resolve(stage.world.count('readTask')),
      (count) => count >= looks + 3,
    );
    expect((await handle.query(statusQuery)).stage).toBe('Awaiting verdict');
  });
});

describe('a submitted task', () => {
  it('that is reset before it was Done is delivered again from the beginning', async () => {
    const handle = await inReview();
    change(stage.world, { status: 'to do', statusText: 'To Do' });
    mapOutputs(stage.world, () => ({ assetId: undefined }));
    await send(handle, { kind: 'ready' });
    expect((await submissions(2))[1]).toEqual(['spec-feed', 'spec-story']);
  });

  it('shows how many of its files are returned before there is a verdict', async () => {
    const handle = await inReview();
    const status = await eventually(
      () => handle.query(statusQuery),
      ({ returned }) => returned === 2,
    );
    expect(status.stage).toBe('Awaiting verdict');
  });
});
