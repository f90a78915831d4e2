import { randomUUID } from 'node:crypto';

import { WorkflowFailedError, WorkflowUpdateFailedError } from '@temporalio/client';
import type { UpdateDefinition } from '@temporalio/common';

import type { OperatorAction } from '../../domain/operator/operator-action';
import {
  abandonUpdate,
  cancelNoticeSignal,
  deliverFileUpdate,
  replaceRecipeUpdate,
  resumeUpdate,
  skipOutputUpdate,
  statusQuery,
  useOutputUpdate,
  type OperatorRequest,
} from '../../workflows/external-post-task/messages/messages';
import { aCandidate, aRecipe } from '../support/facts';
import { FakeWorld, hanging, refusal } from '../support/fake-world';
import { eventually, TestTemporal, type TaskHandle } from '../support/temporal';
import { Worlds } from '../support/worlds';
import { detailsOf, reaches, watching } from './stage';

const story = 'Front, Story';
const url = 'https://files.example/story.jpg';
const worlds = new Worlds();
let temporal: TestTemporal;

beforeAll(async () => {
  temporal = await TestTemporal.connect();
  await temporal.serve(worlds.current);
});
afterAll(() => temporal.close());

interface Begun {
  readonly handle: TaskHandle;
  readonly world: FakeWorld;
}

async function begin(change: (world: FakeWorld) => unknown): Promise<Begun> {
  const world = new FakeWorld();
  world.settings = watching();
  change(world);
  const studio = `two-${randomUUID().slice(0, 8)}`;
  worlds.add(studio, world);
  return { handle: await temporal.startTask({ studio }), world };
}

/** A task that waits because Front, Story has no creative; two others, which a person may choose, have no such key. */
async function waitingTask(): Promise<Begun> {
  const others = ['A', 'B'].map((name) => aCandidate(name, { outputId: `output-${name}/Story` }));
  const begun = await begin((world) => (world.candidates = [aCandidate('Front/Feed'), ...others]));
  await eventually(
    () => begun.handle.query(statusQuery),
    ({ stage }) => stage === 'Needs attention',
    // Ten tasks are asked at the same time, and each stays as it is.
    { mostMs: 1_000 },
  );
  return begun;
}

type Said = (handle: TaskHandle) => Promise<string>;
type Saying = (by: string) => Said;

function saying<Request extends OperatorRequest>(
  update: UpdateDefinition<string, [Request]>,
  request: Omit<Request, 'by' | 'reason'>,
): Saying {
  return (by) => (handle) =>
    handle
      .executeUpdate(update, {
        args: [{ expectedRevision: 0, ...request, by, reason: `${by} says so` } as unknown as Request],
      })
      .catch((error: unknown) => {
        if (!(error instanceof WorkflowUpdateFailedError)) throw error;
        return `no: ${error.cause?.message ?? ''}`;
      });
}

const resume = saying(resumeUpdate, {});
const force = saying(resumeUpdate, { force: true });
const abandon = saying(abandonUpdate, {});
const useA = saying(useOutputUpdate, { expected: story, outputId: 'output-A/Story' });
const useB = saying(useOutputUpdate, { expected: story, outputId: 'output-B/Story' });
const skip = saying(skipOutputUpdate, { expected: story, force: true });
const deliver = saying(deliverFileUpdate, { expected: story, url });
const replace = saying(replaceRecipeUpdate, { recipe: aRecipe.name });
const replaceOther = saying(replaceRecipeUpdate, { recipe: { ...aRecipe, name: 'by hand' } });
const cancel: Saying = (by) => async (handle) => {
  await handle.signal(cancelNoticeSignal, { by, reason: 'not ours' });
  await handle.cancel();
  return 'Cancelled.';
};

/** What Ha and Bo say to a waiting task in one and the same moment, each pair to a task of its own. */
const pairs = {
  'go on': [resume, resume],
  'leave it out': [skip, skip],
  'use a creative': [useA, useA],
  'give it up': [abandon, abandon],
  'nothing or a file': [skip, deliver],
  'one recipe or another': [replace, replaceOther],
  'go on, also by force': [resume, force],
  'one creative or another': [useA, useB],
  'give it up or go on': [abandon, resume],
  'cancel or go on': [cancel, resume],
} as const satisfies Record<string, readonly [Saying, Saying]>;
type Pair = keyof typeof pairs;

/** How each task stands, and what each of the two was told. */
const said = new Map<string, Begun & { readonly answers: readonly string[] }>();

beforeAll(async () => {
  const tasks = await Promise.all(
    Object.entries(pairs).map(async ([name, pair]) => ({ name, pair, ...(await waitingTask()) })),
  );
  await temporal.inOneMoment(() =>
    Promise.all(
      tasks.map(async ({ name, pair: [one, other], handle, world }) => {
        said.set(name, { handle, world, answers: await Promise.all([one('Ha')(handle), other('Bo')(handle)]) });
      }),
    ),
  );
});
afterAll(async () => {
  await Promise.allSettled([...said.values()].map(({ handle }) => handle.terminate('The test is over.')));
});

async function cameOf(name: Pair): Promise<Begun & { answers: readonly string[]; acts: readonly OperatorAction[] }> {
  const one = said.get(name);
  if (one === undefined) throw new Error(`Nobody said "${name}".`);
  const { actions: acts = [] } = await one.handle.query(statusQuery);
  return { ...one, acts };
}

const told = (answers: readonly string[]) => answers.filter((answer) => answer.startsWith('no:'));
const actsOf = (acts: readonly OperatorAction[] = []) =>
  acts.map(({ by, reason, rejectedReason }) => [by, reason, rejectedReason === undefined]);
const bothDid = [
  ['Bo', 'Bo says so', true],
  ['Ha', 'Ha says so', true],
];

function expectOneToCount(answers: readonly string[], acts: readonly OperatorAction[]): void {
  const [one, ...others] = told(answers);
  expect(one).toMatch(/^no: Meanwhile (Ha|Bo) has decided: .* Look at the task again before you decide\.$/);
  expect(others).toEqual([]);
  expect(acts.map(({ rejectedReason }) => rejectedReason === undefined)).toEqual([true, false]);
  expect(acts.map(({ by }) => by).sort()).toEqual(['Bo', 'Ha']);
}

describe('two people at once', () => {
  it.each([
    ['go on', 'Needs attention'],
    ['leave it out', 'Done'],
    ['use a creative', 'Done'],
  ] as const)('who both say "%s" are both told yes and stand in the record; it is done once', async (name, comesTo) => {
    const { answers, acts, handle, world } = await cameOf(name);
    expect(told(answers)).toEqual([]);
    expect(actsOf(acts).sort()).toEqual(bothDid);
    await reaches(handle, comesTo);
    expect(world.count('submitAssets')).toBe(comesTo === 'Done' ? 1 : 0);
  });

  it('who abandon it both learn that it was abandoned, by whom, and both are recorded', async () => {
    const { handle, answers } = await cameOf('give it up');
    const record = await handle.result();
    const [, by] = /^Abandoned by (Ha|Bo) /.exec(record.sentence) ?? [];
    expect(answers).toEqual(Array(2).fill(`Abandoned by ${by ?? '?'}. The sweep will not start it again.`));
    expect(actsOf(record.actions).sort()).toEqual(bothDid);
  });

  it.each(['nothing or a file', 'one recipe or another', 'go on, also by force'] as const)(
    'who say otherwise (%s): one counts, the other is told whose does, and both stand in the record',
    async (name) => {
      const { answers, acts } = await cameOf(name);
      expectOneToCount(answers, acts);
    },
  );

  it('who want two creatives for one output: it goes out as the first of them said', async () => {
    const { answers, acts, handle, world } = await cameOf('one creative or another');
    expectOneToCount(answers, acts);
    await reaches(handle, 'Done');
    const chosen = acts[0]?.by === 'Ha' ? 'output-A/Story' : 'output-B/Story';
    const [round] = (await handle.query(statusQuery)).rounds ?? [];
    expect(round?.files.map(({ outputId }) => outputId)).toEqual(['output-Front/Feed', chosen]);
    expect(world.submissions).toHaveLength(1);
    expect(await detailsOf(handle)).toContain('Not done: ');
  });

  it('who do not say what they have seen are both taken, and the later word counts', async () => {
    const { handle, world } = await waitingTask();
    // Nobody knows then that there is no such output.
    world.activities.checkChoice = () => Promise.reject(refusal('503', 'Celtra is down.'));
    const said = saying(useOutputUpdate, { expected: story, outputId: 'output-none', expectedRevision: undefined });
    expect(await said('Ha')(handle)).toMatch(/ is used for Front, Story\. It was not checked/);
    await eventually(
      () => handle.query(statusQuery),
      ({ stage, revision }) => stage === 'Needs attention' && revision === 1,
    );
    const other = saying(useOutputUpdate, { expected: story, outputId: 'output-A/Story', expectedRevision: undefined });
    expect(await other('Bo')(handle)).toContain('Before, Ha had said: ');
    await reaches(handle, 'Done');
    expect((await handle.query(statusQuery)).revision).toBe(2);
    await handle.terminate('The test is over.');
  });

  it('who give it up and let it go on: it ends given up, and nothing is sent', async () => {
    const { handle, answers, world } = await cameOf('give it up or go on');
    const record = await handle.result();
    expect([record.outcome, world.submissions.length]).toEqual(['abandoned', 0]);
    expect(answers[0]).toMatch(/^Abandoned by Ha/);
    expect(answers[1]).toMatch(/^(Resumed by Bo|no: Ha has abandoned the task)/);
    const boStands = record.actions.some(({ by }) => by === 'Bo');
    expect(boStands).toBe(answers[1]?.startsWith('no:') === false);
  });

  it('who cancel it and let it go on: it ends cancelled, and says by whom and why', async () => {
    const { handle, world } = await cameOf('cancel or go on');
    await expect(handle.result()).rejects.toBeInstanceOf(WorkflowFailedError);
    expect(world.submissions).toEqual([]);
    expect(await detailsOf(handle)).toContain('Cancelled by Ha (not ours)');
  });
});

describe('what somebody decides while the files are being made', () => {
  const onlyFeed = [['spec-feed']];
  const specsOf = (world: FakeWorld) => world.submissions.map((assets) => assets.map(({ specId }) => specId));

  it('counts at once: an output that does not render is left out, and the others go out', async () => {
    const { handle, world } = await begin((fresh) => {
      const { awaitRenders } = fresh.activities;
      fresh.activities.awaitRenders = (request) =>
        request.outputs.some(({ outputId }) => outputId.endsWith('Story')) ? hanging() : awaitRenders(request);
    });
    await eventually(
      () => Promise.resolve(world.count('awaitRenders')),
      (count) => count === 1,
    );
    expect(await skip('Ha')(handle)).toBe('Front, Story is not delivered.');
    await reaches(handle, 'Done');
    expect(specsOf(world)).toEqual(onlyFeed);
    expect(await detailsOf(handle)).toContain('An operator decided about the files while they were prepared');
    await handle.terminate('The test is over.');
  });

  it('also counts when a person lets the task go on from a later step', async () => {
    let isRefused = true;
    const { handle, world } = await begin((fresh) => {
      const { submitAssets } = fresh.activities;
      fresh.activities.submitAssets = (request) =>
        isRefused ? Promise.reject(refusal('406', 'Wrong set of assets.')) : submitAssets(request);
    });
    await reaches(handle, 'Needs attention');
    isRefused = false;
    // Neither names a revision, so both count, whichever comes first.
    const skipUnseen = saying(skipOutputUpdate, { expected: story, force: true, expectedRevision: undefined });
    const fromSubmit = saying(resumeUpdate, { from: 'submit' as const, expectedRevision: undefined });
    await temporal.inOneMoment(() => Promise.all([skipUnseen('Ha')(handle), fromSubmit('Bo')(handle)]));
    await reaches(handle, 'Done');
    expect(specsOf(world)).toEqual(onlyFeed);
    await handle.terminate('The test is over.');
  });
});
