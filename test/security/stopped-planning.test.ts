import path from 'node:path';

import { createPlanningThreads } from '../../activities/planning/planning-threads';
import { planHere, type PlanRequest } from '../../activities/planning/planning-work';
import { runActivity } from '../../activities/runtime/run-activity';
import { TooMuchWorkError } from '../../clients/threads/timed-threads';
import { attentionForFailure } from '../../domain/operator/attention';
import { noDecisions } from '../../domain/operator/decisions';
import type { Recipe } from '../../domain/recipe/recipe';
import { expectedOutputKey, expectedOutputs } from '../../domain/task/expected-output';
import { failureOf } from '../activities/activity-harness';
import { closingAfterEach, errorOf } from '../clients/test-server';
import { aCeltraOutput, anExpectedOutput, aRecipe, aShot, aTask, someFacts } from '../support/facts';

const closing = closingAfterEach();

/** Threads that run the sources. */
function planner(timeLimitMs: number) {
  const threads = createPlanningThreads({
    program: path.resolve(__dirname, '../../activities/planning/planning-thread.ts'),
    execArgv: ['--require', path.resolve(__dirname, '../support/read-sources.js')],
    timeLimitMs,
  });
  closing(threads.close);
  return threads.planner;
}

const outputs = Array.from({ length: 300 }, (_, index) => anExpectedOutput(`spec-${index}`));
const facts = someFacts({ task: aTask({ shots: [aShot({ expectedOutputs: outputs })] }) });
const dueKeys = expectedOutputs(facts.task).map(({ expected }) => expectedOutputKey(expected));
const request: PlanRequest = { facts, dueKeys, decisions: noDecisions };
const png: Recipe = {
  ...aRecipe,
  celtra: { ...aRecipe.celtra, filters: {}, assetFormats: { Image: { image: { format: 'png' } } } },
  match: { ...aRecipe.match, expected: '{{ shot.position }}' },
};
/** Each of its 300 keys takes as long as the engine allows. */
const endless: Recipe = {
  ...png,
  match: {
    ...aRecipe.match,
    expected: '{% for a in (1..9999) %}{% for b in (1..9999) %}{% endfor %}{% endfor %}{{ shot.position }}',
  },
};

describe('planning in a thread', () => {
  it('gives the plan and the matches that are given without one', async () => {
    const [there, recipes] = [planner(60_000), [png]];
    const plan = await there('acme', 'plan', { recipes, request });
    expect(plan).toEqual(await planHere('acme', 'plan', { recipes, request }));
    const [group] = plan.groups;
    if (group === undefined) throw new Error(plan.problems[0]?.message);
    const input = { group, outputs: [aCeltraOutput('output-1')] };
    expect(await there('acme', 'match', input)).toEqual(await planHere('acme', 'match', input));
  });

  it('is stopped when it takes too long', async () => {
    const error = await errorOf(planner(3_000)('acme', 'plan', { recipes: [endless], request }));
    expect(error).toBeInstanceOf(TooMuchWorkError);
  });
});

describe('a task whose planning was stopped', () => {
  it('is not planned again at once, and needs attention with its reason and what helps', async () => {
    const failure = await failureOf(() => runActivity(() => Promise.reject(new TooMuchWorkError('It was stopped.'))));
    expect(failure).toMatchObject({ type: 'TooMuchWork', nonRetryable: true });
    expect(attentionForFailure({ type: 'TooMuchWork', message: failure.message, details: undefined })).toMatchObject({
      cause: 'delivery failed',
      message: 'The recipes could not be applied to what Creative Force and Celtra say. It was stopped.',
      nextActions: [expect.stringContaining('Shorten the longest texts')],
    });
  });
});
