import {
  findOutput,
  noDecisions,
  recipesToUse,
  outputsToExport,
  wantsEveryOutput,
} from '../../../domain/operator/decisions';
import { expectedOutputs } from '../../../domain/task/expected-output';
import { createExportPlan } from '../../../domain/plan/export-plan';
import { matchGroup } from '../../../domain/plan/matching';
import { aCandidate, anExpectedOutput, anExportGroup, aRecipe, aShot, aTask, someFacts } from '../../support/facts';

const known = [
  { expectedKey: 'shot/feed/1', label: 'Front, Feed', fileName: 'front_feed' },
  { expectedKey: 'shot/story/1', label: 'Front, Story', fileName: 'front_story' },
];

describe('naming an expected output', () => {
  it.each(['shot/feed/1', 'front, FEED ', 'Front_Feed'])('works by key, label or file name: %s', (name) => {
    expect(findOutput(known, name)).toMatchObject({ expectedKey: 'shot/feed/1' });
  });

  it('says which there are when the name is unknown', () => {
    expect(findOutput(known, 'Back')).toEqual({
      refusal:
        'This round has no expected output "Back". Its outputs are "Front, Feed" (shot/feed/1); "Front, Story" (shot/story/1).',
    });
  });

  it('asks for the key when a name is that of several', () => {
    const equals = known.map((one) => ({ ...one, label: 'Front' }));
    expect(findOutput(equals, 'Front')).toMatchObject({ refusal: expect.stringContaining('Use the key') as unknown });
  });
});

describe('Creative Force wants every output', () => {
  it.each([
    ['of a first delivery', true, [], true],
    ['of a correction: no', false, [], false],
    ['of a first delivery, unless all others are left out, so that nothing is delivered', true, ['shot/feed/1'], false],
  ])('%s', (_, isFirst, skipped, wants) => {
    expect(wantsEveryOutput(isFirst, known, { skipped })).toBe(wants);
  });
});

describe('decisions', () => {
  const due = expectedOutputs(aTask());

  it('leave out of the export what is skipped, or supplied by an operator', () => {
    const [feed, story] = ['shot-front/spec-feed/1', 'shot-front/spec-story/1'];
    const decisions = {
      ...noDecisions,
      skipped: [feed],
      files: { [story]: { url: 'https://files.example/a.jpg' } },
    };
    expect([outputsToExport(due, noDecisions).length, outputsToExport(due, decisions).length]).toEqual([2, 0]);
  });

  it('take the recipe that a person names for every output, whatever it says of when', () => {
    expect(recipesToUse([aRecipe], { recipe: aRecipe.name })).toEqual([{ ...aRecipe, when: {} }]);
  });

  it('have no recipe when the name is unknown', () => {
    expect(recipesToUse([aRecipe], { recipe: 'other' })).toEqual([]);
  });
});

describe('an output that a person chose', () => {
  const facts = someFacts({ task: aTask({ shots: [aShot({ expectedOutputs: [anExpectedOutput('feed')] })] }) });
  const chosen = (outputId: string) => {
    const { groups } = createExportPlan(facts, expectedOutputs(facts.task), [aRecipe], {
      'shot-front/spec-feed/1': outputId,
    });
    return matchGroup(groups[0] ?? anExportGroup([]), [aCandidate('Front/Feed'), aCandidate('Other')]);
  };

  it('is taken, whatever its key', () => {
    expect(chosen('output-Other').pairings.map(({ output }) => output.outputId)).toEqual(['output-Other']);
  });

  it('is a problem when the recipe does not find it', () => {
    expect(chosen('output-none').problems).toMatchObject([{ cause: 'no creative' }]);
  });
});
