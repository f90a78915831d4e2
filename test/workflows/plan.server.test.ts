import { ApplicationFailure } from '@temporalio/common';

import { failureTypes } from '../../domain/shared/failure-type';
import type { Recipe } from '../../domain/recipe/recipe';
import { resumeUpdate, taskEventSignal } from '../../workflows/external-post-task/messages/messages';
import { aCandidate, aRecipe } from '../support/facts';
import { quickSettings } from '../support/fake-world';
import { type TaskHandle } from '../support/temporal';
import { detailsOf, withoutRecovery, reaches, WorkflowStage } from './stage';

const stage = WorkflowStage.forEach();

const front = aCandidate('Front/Feed');
const story = aCandidate('Front/Story');
const edited: Recipe = { ...aRecipe, name: 'edited-meanwhile' };
const needsAttention = (handle: TaskHandle) => reaches(handle, 'Needs attention');
const recipesOf = async (handle: TaskHandle) =>
  (await handle.result()).rounds[0]?.files.map(({ plan }) => plan?.recipe);

describe('the plan of a round', () => {
  it('stands in the delivery record: recipe, key, version and format of each file, and how many were left over', async () => {
    stage.world.candidates.push(aCandidate('Back/Feed'));
    const [round] = (await (await stage.startTask()).result()).rounds;
    expect(round?.plan).toEqual({ hash: expect.stringMatching(/^[0-9a-f]{64}$/), extras: 1 });
    expect(round?.files[0]).toMatchObject({
      recipeKey: 'Front/Feed',
      plan: {
        recipe: 'spring-social',
        recipeHash: expect.stringMatching(/^[0-9a-f]{64}$/),
        outputKey: 'Front/Feed',
        contentHash: 'hash-1',
        format: 'jpeg 90',
      },
    });
  });

  it('stands in the details: its hash, the recipes, what is left over, and the key of each file', async () => {
    stage.world.candidates.push(aCandidate('Back/Feed'));
    const handle = await stage.startTask();
    await handle.result();
    expect(await detailsOf(handle)).toMatch(
      /spring-social · Front\/Feed .*plan `[0-9a-f]{8}` · recipe spring-social · 1 other creative is not delivered/,
    );
  });

  it('keeps what nobody asked for out of the history', async () => {
    stage.world.candidates.push(aCandidate('Back/Feed'));
    const handle = await stage.startTask();
    await handle.result();
    const history = await handle.fetchHistory();
    const texts = (history.events ?? []).flatMap(({ activityTaskCompletedEventAttributes: completed }) =>
      (completed?.result?.payloads ?? []).map(({ data }) => Buffer.from(data ?? []).toString()),
    );
    expect(texts.filter((text) => text.includes('output-Front/Feed')).length).toBeGreaterThan(0);
    expect(texts.filter((text) => text.includes('output-Back/Feed'))).toEqual([]);
  });

  it('refuses a creative that two formats would need', async () => {
    stage.world.recipes = [
      { ...aRecipe, name: 'feed', when: { spec: ['Feed'] }, match: { ...aRecipe.match, expected: 'Front/Feed' } },
      {
        ...aRecipe,
        name: 'other',
        celtra: { ...aRecipe.celtra, assetFormats: { Image: { image: { format: 'png' } } } },
        match: { ...aRecipe.match, expected: 'Front/Feed' },
      },
    ];
    const handle = await stage.startTask();
    const { attention } = await needsAttention(handle);
    expect(attention).toMatchObject({
      cause: 'ambiguous',
      message: expect.stringContaining('Front, Feed and Front, Story need the same creative'),
    });
  });
});

describe('a recipe that is edited while a task runs', () => {
  it('changes nothing when the export is begun again on a new version of the design', async () => {
    stage.world.settings = { ...quickSettings, onDesignChange: 'restart' };
    const { awaitRenders } = stage.world.activities;
    stage.world.activities.awaitRenders = () => {
      stage.world.activities.awaitRenders = awaitRenders;
      stage.world.recipes = [edited];
      return Promise.reject(ApplicationFailure.nonRetryable('The design was changed.', failureTypes.creativeVanished));
    };
    expect(await recipesOf(await stage.startTask())).toEqual([aRecipe.name, aRecipe.name]);
  });

  it('changes nothing when an event comes for a task whose plan was made', async () => {
    const { awaitRenders } = stage.world.activities;
    stage.world.activities.awaitRenders = () =>
      Promise.reject(ApplicationFailure.nonRetryable('Font missing.', failureTypes.renderFailed));
    const handle = await stage.startTask();
    await needsAttention(handle);
    stage.world.recipes = [edited];
    stage.world.activities.awaitRenders = awaitRenders;
    await handle.signal(taskEventSignal, { kind: 'ready', source: 'webhook', eventId: 'event-1' });
    expect(await recipesOf(handle)).toEqual([aRecipe.name, aRecipe.name]);
  });

  it('counts when the round had no plan yet', async () => {
    stage.world.candidates = [front];
    const handle = await stage.startTask();
    await needsAttention(handle);
    stage.world.recipes = [edited];
    stage.world.candidates = [front, story];
    await handle.signal(taskEventSignal, { kind: 'ready', source: 'webhook', eventId: 'event-1' });
    expect(await recipesOf(handle)).toEqual([edited.name, edited.name]);
  });

  it('counts once an operator says to go on', async () => {
    stage.world.settings = withoutRecovery();
    stage.world.candidates = [front];
    const handle = await stage.startTask();
    await needsAttention(handle);
    stage.world.recipes = [edited];
    stage.world.candidates = [front, story];
    await handle.executeUpdate(resumeUpdate, { args: [{ by: 'Ha', reason: 'mended the recipe' }] });
    expect(await recipesOf(handle)).toEqual([edited.name, edited.name]);
  });
});
