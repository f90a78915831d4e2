import { createPlanningActivities } from '../../../activities/planning/planning-activities';
import { noDecisions } from '../../../domain/operator/decisions';
import { expectedOutputKey, expectedOutputs } from '../../../domain/task/expected-output';
import { anEntry } from '../../support/audit-facts';
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

  it.each([
    ['cancelled', { at: '2026-11-03T09:15:00.000Z', sentence: 'Ha said so.' }],
    ['delivered', undefined],
  ] as const)('tells a run that an event started of the last audit entry: %s', async (event, stop) => {
    const readEntries = () => Promise.resolve([anEntry({ event, sentence: 'Ha said so.' })]);
    const audited = createPlanningActivities(studiosWith(), readEntries);
    expect((await run(audited.readStudioSettings, { studio: 'acme', eventOf: 'task-1' })).stop).toEqual(stop);
    expect((await run(audited.readStudioSettings, { studio: 'acme' })).stop).toBeUndefined();
  });

  it('lets a task go on when the audit cannot be read', async () => {
    const broken = createPlanningActivities(studiosWith(), () => Promise.reject(new Error('The disk is gone.')));
    const { settings, stop } = await run(broken.readStudioSettings, { studio: 'acme', eventOf: 'task-1' });
    expect([settings, stop]).toEqual([quickSettings, undefined]);
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
