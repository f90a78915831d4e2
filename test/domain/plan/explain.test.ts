import type { CeltraOutput } from '../../../domain/render/celtra-output';
import { explainOutput, type Explanation } from '../../../domain/plan/explain';
import { expectedOutputs } from '../../../domain/task/expected-output';
import { matchGroup } from '../../../domain/plan/matching';
import { toCandidate } from '../../../domain/plan/candidate';
import { createExportPlan } from '../../../domain/plan/export-plan';
import { planRecord } from '../../../domain/plan/plan-record';
import type { Recipe } from '../../../domain/recipe/recipe';
import type { TaskFacts } from '../../../domain/task/task-facts';
import { aCeltraAsset, aCeltraOutput, anExpectedOutput, aRecipe, aShot, aTask, someFacts } from '../../support/facts';

interface Situation {
  readonly facts?: Partial<TaskFacts>;
  readonly recipes?: readonly Recipe[];
  readonly outputs: readonly CeltraOutput[];
}

/** Explains Front, Feed: the first expected output of the task. */
function explain({ facts: changes, recipes = [aRecipe], outputs }: Situation): Explanation {
  const facts = someFacts(changes);
  const due = expectedOutputs(facts.task);
  const plan = createExportPlan(facts, due, recipes);
  const matched = plan.groups.map((group) => {
    const candidates = outputs.map((output) => toCandidate(output, group.outputTemplate));
    return { group, candidates, matching: matchGroup(group, candidates, { pixelSize: 'block' }) };
  });
  const [first] = due;
  if (first === undefined) throw new Error('The task wants nothing.');
  return explainOutput({ facts, recipes, matched, record: planRecord(matched, plan.problems) }, first);
}

const creative = (id: string, key: string, changes: Partial<CeltraOutput> = {}): CeltraOutput =>
  aCeltraOutput(id, { facts: { contentDimensionsByName: { Key: key } }, ...changes });

const why = (explanation: Explanation, outputId: string): string | undefined =>
  explanation.candidates.find((candidate) => candidate.outputId === outputId)?.reason;

describe('an explanation of an expected output', () => {
  it('says what was looked for, and which creative goes out', () => {
    const explanation = explain({ outputs: [creative('story', 'Front/Story'), creative('feed', 'Front/Feed')] });
    expect(explanation.request).toMatchObject({
      key: 'Front/Feed',
      fileName: 'SKU-1_front_feed.jpg',
      format: 'jpeg 90',
    });
    expect(explanation.candidates[0]).toEqual({
      outputId: 'feed',
      name: 'Creative feed',
      key: 'Front/Feed',
      isDelivered: true,
      reason: 'delivered: the only creative with this key',
    });
    expect(explanation.problems).toEqual([]);
  });

  it('says of a creative that goes out elsewhere where that is', () => {
    const explanation = explain({ outputs: [creative('story', 'Front/Story'), creative('feed', 'Front/Feed')] });
    expect(why(explanation, 'story')).toBe(
      'key differs: part 2 is "Story" instead of "Feed"; delivered for Front, Story',
    );
  });

  it.each([
    ['front/feed', 'key differs only by case; "normalise: [case]" in the recipe would allow it'],
    ['Front / Feed', 'key differs only by spaces; "normalise: [spaces]" in the recipe would allow it'],
    ['front / Feed', 'key differs only by case and spaces; "normalise: [case, spaces]" in the recipe would allow it'],
  ])('says of the key %s what alone keeps it apart, and how a recipe would allow it', (key, words) => {
    expect(why(explain({ outputs: [creative('feed', key)] }), 'feed')).toBe(words);
  });

  it('says that there are two with the key', () => {
    const explanation = explain({ outputs: [creative('one', 'Front/Feed'), creative('two', 'Front/Feed')] });
    expect(why(explanation, 'two')).toBe('one of 2 creatives with this key; it must identify one');
    expect(explanation.problems[0]).toContain('choose one: ');
  });

  it('says that the picture has another size', () => {
    const assets = [aCeltraAsset({ width: 1080, height: 1350 })];
    const explanation = explain({ outputs: [creative('feed', 'Front/Feed', { assets })] });
    expect(why(explanation, 'feed')).toBe('the picture has 1080 × 1350 pixels, the spec asks for 1080 × 1080');
  });

  it('says who else would need the creative', () => {
    const recipe = { ...aRecipe, match: { ...aRecipe.match, expected: '{{ shot.position }}' } };
    const explanation = explain({ recipes: [recipe], outputs: [creative('front', 'Front')] });
    expect(why(explanation, 'front')).toBe('Front, Story also need it');
    expect(explanation.problems[0]).toContain('The recipe must distinguish them.');
  });

  it('says what a creative lacks of what the recipe mentions', () => {
    const explanation = explain({ outputs: [aCeltraOutput('bare', { facts: {} })] });
    expect(why(explanation, 'bare')).toMatch(/^has no key: it lacks .*contentDimensionsByName/);
  });

  it('judges every condition of every recipe, and says which was taken', () => {
    const back = { ...aRecipe, name: 'back', when: { position: ['Back'], specification: ['SPRING-SOCIAL'] } };
    const late = { ...aRecipe, name: 'late', when: {} };
    const { recipes } = explain({ recipes: [back, aRecipe, late], outputs: [] });
    expect(recipes.map(({ recipe, result: verdict }) => [recipe, verdict])).toEqual([
      ['back', 'does not match'],
      ['spring-social', 'taken'],
      ['late', 'matches, but an earlier recipe is used'],
    ]);
    expect(recipes[0]?.conditions).toEqual([
      {
        condition: 'specification',
        wanted: '"SPRING-SOCIAL"',
        found: ['SPRING-SOCIAL', 'Spring social set'],
        holds: true,
      },
      { condition: 'position', wanted: '"Back"', found: ['Front'], holds: false },
    ]);
  });

  it('asks nothing of Celtra when no recipe fits, and says why', () => {
    const explanation = explain({ recipes: [{ ...aRecipe, when: { position: ['Back'] } }], outputs: [] });
    expect(explanation.request).toBeUndefined();
    expect(explanation.problems[0]).toContain('requires position "Back", found "Front"');
  });

  it('names the property that a template mentions and the task lacks', () => {
    const explanation = explain({ facts: { job: { code: 'JOB-1', properties: {} } }, outputs: [] });
    expect(explanation.problems[0]).toContain('Celtra project');
  });

  it('puts the nearest first, whatever order Celtra has', () => {
    const keys = ['Back/Banner', 'Something else entirely', 'Front/Banner', 'Front/feed'];
    const { candidates } = explain({ outputs: keys.map((key) => creative(key, key)) });
    expect(candidates.map(({ key }) => key)).toEqual([
      'Front/feed',
      'Front/Banner',
      'Back/Banner',
      'Something else entirely',
    ]);
  });

  it('names a creative that two formats need to both of them', () => {
    const formatOf = (format: 'png' | 'tiff') => ({ Image: { image: { format } } }) as const;
    const one = { ...aRecipe, when: { spec: ['Feed'] }, match: { expected: 'same', output: 'same' } };
    const recipes = [
      { ...one, celtra: { ...one.celtra, assetFormats: formatOf('png') } },
      { ...one, name: 'other', when: {}, celtra: { ...one.celtra, assetFormats: formatOf('tiff') } },
    ];
    const task = aTask({ shots: [aShot({ expectedOutputs: [anExpectedOutput('feed'), anExpectedOutput('story')] })] });
    expect(explain({ facts: { task }, recipes, outputs: [creative('only', 'x')] }).problems[0]).toContain(
      'Front, Feed and Front, Story need the same creative',
    );
  });
});
