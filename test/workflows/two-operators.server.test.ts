import { WorkflowFailedError, WorkflowUpdateFailedError } from '@temporalio/client';
import type { UpdateDefinition } from '@temporalio/common';

import type { Act } from '../../domain/decisions';
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
} from '../../workflows/messages';
import { aCandidate, aRecipe } from '../support/facts';
import { hanging, refusal } from '../support/fake-world';
import { eventually, type TaskHandle } from '../support/temporal';
import { detailsOf, reaches, watching, WorkflowStage } from './stage';

const stage = WorkflowStage.forEach();
const story = 'Front, Story';
const url = 'https://files.example/story.jpg';

/** A task that waits because Front, Story has no creative; two others, which a person may choose, have no such key. */
const parkedTask = async () => {
  const others = ['A', 'B'].map((name) => aCandidate(name, { outputId: `output-${name}/Story` }));
  stage.world.candidates = [aCandidate('Front/Feed'), ...others];
  stage.world.settings = watching();
  const handle = await stage.startTask();
  await reaches(handle, 'Needs attention');
  return handle;
};

type Said = (handle: TaskHandle) => Promise<string>;
type Saying = (by: string) => Said;

function saying<Request extends OperatorRequest>(
  update: UpdateDefinition<string, [Request]>,
  request: Omit<Request, 'by' | 'reason'>,
): Saying {
  return (by) => (handle) =>
    handle
      .executeUpdate(update, { args: [{ ...request, by, reason: `${by} says so` } as unknown as Request] })
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
const skip = saying(skipOutputUpdate, { expected: story });
const deliver = saying(deliverFileUpdate, { expected: story, url });
const replace = saying(replaceRecipeUpdate, { recipe: aRecipe.name });
const replaceOther = saying(replaceRecipeUpdate, { recipe: { ...aRecipe, name: 'by hand' } });

/** Both say it in one and the same moment: the workflow learns of both at once. */
async function atOnce(handle: TaskHandle, ha: Said, bo: Said): Promise<{ answers: string[]; acts: readonly Act[] }> {
  const answers = await stage.server.inOneMoment(() => Promise.all([ha(handle), bo(handle)]));
  const { acts = [] } = await handle.query(statusQuery);
  return { answers, acts };
}

const actsOf = (acts: readonly Act[]) => acts.map(({ by, reason, notDone }) => [by, reason, notDone === undefined]);
const bothDid = [
  ['Bo', 'Bo says so', true],
  ['Ha', 'Ha says so', true],
];

function expectOneToCount(answers: readonly string[], acts: readonly Act[]): void {
  const [told, ...others] = answers.filter((answer) => answer.startsWith('no:'));
  expect(told).toMatch(/^no: (Ha|Bo) has said at the same moment: .*say it once more\.$/);
  expect(others).toEqual([]);
  expect(acts.map(({ notDone }) => notDone === undefined)).toEqual([true, false]);
  expect(acts.map(({ by }) => by).sort()).toEqual(['Bo', 'Ha']);
}

describe('two people at once', () => {
  it.each([
    ['let a task go on', resume, 'Needs attention'],
    ['leave out the same output', skip, 'Done'],
    ['choose the same creative', useA, 'Done'],
  ] as const)('who %s are both told yes and both stand in the record; it is done once', async (_, said, comesTo) => {
    const handle = await parkedTask();
    const { answers, acts } = await atOnce(handle, said('Ha'), said('Bo'));
    expect(answers.filter((answer) => answer.startsWith('no:'))).toEqual([]);
    expect(actsOf(acts).sort()).toEqual(bothDid);
    await reaches(handle, comesTo);
    expect(stage.world.count('submitAssets')).toBe(comesTo === 'Done' ? 1 : 0);
  });

  it('who give it up are both told that it was given up, by whom, and both stand in the record', async () => {
    const handle = await parkedTask();
    await atOnce(handle, abandon('Ha'), abandon('Bo'));
    const record = await handle.result();
    expect(record.sentence).toMatch(/^Given up by (Ha|Bo) /);
    expect(actsOf(record.acts ?? []).sort()).toEqual(bothDid);
  });
  it.each<[string, Saying, Saying]>([
    ['none and a file for an output', skip, deliver],
    ['two recipes', replace, replaceOther],
    ['to go on, with force and without', resume, force],
  ])('who want %s: one counts, the other is told whose does, and both stand in the record', async (_, ...said) => {
    const handle = await parkedTask();
    const [one, other] = said;
    const { answers, acts } = await atOnce(handle, one('Ha'), other('Bo'));
    expectOneToCount(answers, acts);
  });

  it('who want two creatives for one output: it goes out as the first of them said', async () => {
    const handle = await parkedTask();
    const { answers, acts } = await atOnce(handle, useA('Ha'), useB('Bo'));
    expectOneToCount(answers, acts);
    await reaches(handle, 'Done');
    const chosen = acts[0]?.by === 'Ha' ? 'output-A/Story' : 'output-B/Story';
    const [round] = (await handle.query(statusQuery)).rounds ?? [];
    expect(round?.files.map(({ outputId }) => outputId)).toEqual(['output-Front/Feed', chosen]);
    expect(stage.world.submissions).toHaveLength(1);
    expect(await detailsOf(handle)).toContain('Not done: ');
  });

  it('who give it up and let it go on: it ends given up, and nothing is sent', async () => {
    const handle = await parkedTask();
    const { answers } = await atOnce(handle, abandon('Ha'), resume('Bo'));
    const record = await handle.result();
    expect([record.outcome, stage.world.submissions.length]).toEqual(['abandoned', 0]);
    expect(answers[0]).toMatch(/^Given up by Ha/);
    expect(answers[1]).toMatch(/^(Resumed by Bo|no: Ha has given the task up)/);
    const boStands = record.acts?.some(({ by }) => by === 'Bo') ?? false;
    expect(boStands).toBe(answers[1]?.startsWith('no:') === false);
  });

  it('who cancel it and let it go on: it ends cancelled, and says by whom and why', async () => {
    const handle = await parkedTask();
    await handle.signal(cancelNoticeSignal, { by: 'Ha', reason: 'not ours' });
    await Promise.allSettled([handle.cancel(), resume('Bo')(handle)]);
    await expect(handle.result()).rejects.toBeInstanceOf(WorkflowFailedError);
    expect(stage.world.submissions).toEqual([]);
    expect(await detailsOf(handle)).toContain('Cancelled by Ha (not ours)');
  });
});

describe('what somebody decides while the files are being made', () => {
  /** Waits until Celtra is asked for a render that never ends. */
  const rendering = async () => {
    const { awaitRenders } = stage.world.activities;
    const hangs = (request: Parameters<typeof awaitRenders>[0]) =>
      request.outputs.some(({ outputId }) => outputId.endsWith('Story')) ? hanging() : awaitRenders(request);
    stage.world.activities.awaitRenders = hangs;
    stage.world.settings = watching();
    const handle = await stage.startTask();
    await eventually(
      () => Promise.resolve(stage.world.count('awaitRenders')),
      (count) => count === 1,
    );
    return handle;
  };

  it('counts at once: an output that does not render is left out, and the others go out', async () => {
    const handle = await rendering();
    expect(await skip('Ha')(handle)).toBe('Front, Story is not delivered.');
    await reaches(handle, 'Done');
    expect(stage.world.submissions.map((assets) => assets.map(({ specId }) => specId))).toEqual([['spec-feed']]);
    expect(await detailsOf(handle)).toContain('People decided about the files while they were made');
  });

  it('also counts when a person lets the task go on from a later step', async () => {
    const { submitAssets } = stage.world.activities;
    stage.world.activities.submitAssets = () => Promise.reject(refusal('406', 'Wrong set of assets.'));
    stage.world.settings = watching();
    const handle = await stage.startTask();
    await reaches(handle, 'Needs attention');
    stage.world.activities.submitAssets = submitAssets;
    const fromSubmit = saying(resumeUpdate, { from: 'submit' as const });
    await atOnce(handle, skip('Ha'), fromSubmit('Bo'));
    await reaches(handle, 'Done');
    expect(stage.world.submissions.map((assets) => assets.map(({ specId }) => specId))).toEqual([['spec-feed']]);
  });
});
