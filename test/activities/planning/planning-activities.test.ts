import { createPlanningActivities } from '../../../activities';
import { noDecisions } from '../../../domain/operator/decisions';
import { expectedOutputKey, expectedOutputs } from '../../../domain/task/expected-output';
import { aRecipe, someFacts } from '../../support/facts';
import { quickSettings } from '../../support/fake-world';
import { anActivity, failureOf, run, studiosWith } from '../activity-harness';

const { readStudioSettings, resolveRecipes } = createPlanningActivities(studiosWith());

describe('planning', () => {
  it('gives the studio’s settings and the run that has read them', async () => {
    const runId = 'run-1';
    const environment = anActivity({ workflowExecution: { workflowId: 'extpost/acme/1', runId } });
    const reading = await run(readStudioSettings, { studio: 'acme' }, environment);
    expect(reading).toEqual({ settings: quickSettings, runId });
  });

  it('fails without a retry when this worker does not know the studio', async () => {
    expect(await failureOf(() => readStudioSettings({ studio: 'bolt' }))).toMatchObject({
      type: 'UnknownStudio',
      nonRetryable: true,
    });
  });

  it('resolves the recipes of the studio of the task', async () => {
    const facts = someFacts();
    const dueKeys = expectedOutputs(facts.task).map(({ expected }) => expectedOutputKey(expected));
    const plan = await run(resolveRecipes, { facts, dueKeys, decisions: noDecisions });
    expect(plan.groups.map(({ recipe, expected }) => [recipe, expected.length])).toEqual([[aRecipe.name, 2]]);
  });

  it('resolves recipes only for what is due', async () => {
    const facts = someFacts();
    const dueKeys = expectedOutputs(facts.task)
      .slice(0, 1)
      .map(({ expected }) => expectedOutputKey(expected));
    const byKeys = await run(resolveRecipes, { facts, dueKeys, decisions: noDecisions });
    expect(byKeys.groups.flatMap(({ expected }) => expected.map(({ label }) => label))).toEqual(['Front, Feed']);
  });
});
