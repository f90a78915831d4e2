import { createPlanningActivities } from '../../activities';
import { expectedOutputKey, expectedOutputs } from '../../domain/expected-output';
import type { SpooledFile } from '../../domain/rendered-asset';
import { aCandidate, anExportGroup, aPlannedOutput, aRecipe, feedSpec, someFacts } from '../support/facts';
import { quickSettings } from '../support/fake-world';
import { failureOf, run, studiosWith } from './stage';

const { readStudioSettings, resolveRecipes, matchCreatives, checkFiles } = createPlanningActivities(studiosWith());

describe('planning', () => {
  it('gives the studio’s settings', async () => {
    await expect(run(readStudioSettings, { studio: 'acme' })).resolves.toEqual(quickSettings);
  });

  it('fails for good when this worker does not know the studio', async () => {
    expect(await failureOf(() => readStudioSettings({ studio: 'bolt' }))).toMatchObject({
      type: 'UnknownStudio',
      nonRetryable: true,
    });
  });

  it('resolves the recipes of the studio of the task', async () => {
    const facts = someFacts();
    const plan = await run(resolveRecipes, { facts, due: expectedOutputs(facts.task) });
    expect(plan.groups.map(({ recipe, expected }) => [recipe, expected.length])).toEqual([[aRecipe.name, 2]]);
  });

  it('resolves recipes for what is due by its keys, and for what older workflows hand over whole', async () => {
    const facts = someFacts();
    const [feed] = expectedOutputs(facts.task);
    const due = feed === undefined ? [] : [feed];
    const dueKeys = due.map(({ expected }) => expectedOutputKey(expected));
    const byKeys = await run(resolveRecipes, { facts, dueKeys });
    expect(byKeys.groups.flatMap(({ expected }) => expected.map(({ label }) => label))).toEqual(['Front, Feed']);
    expect(byKeys).toEqual(await run(resolveRecipes, { facts, due }));
  });

  it('matches expected outputs and creatives', async () => {
    const group = anExportGroup([aPlannedOutput('Front/Feed')]);
    const { pairings } = await run(matchCreatives, { group, candidates: [aCandidate('Front/Feed')] });
    expect(pairings.map(({ output }) => output.outputId)).toEqual(['output-Front/Feed']);
  });

  it('checks each file against its own spec', async () => {
    const file: SpooledFile = {
      queue: 'queue',
      fileId: 'file-1',
      outputId: 'output-1',
      bytes: 10,
      md5: 'md5',
      sha256: 'sha256',
      format: 'jpeg',
      width: 1080,
      height: 1080,
    };
    const expected = aPlannedOutput('Front/Feed', { spec: feedSpec });
    const findings = await run(checkFiles, {
      files: [
        { expected, file },
        { expected: { ...expected, label: 'Back, Feed' }, file: { ...file, format: 'png' } },
      ],
    });
    expect(findings).toEqual(['Back, Feed: the spec asks for jpeg, the render is png.']);
  });
});
