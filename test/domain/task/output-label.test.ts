import { expectedOutputs } from '../../../domain/task/expected-output';
import { expectedOutputLabel, expectedOutputShortName } from '../../../domain/task/output-label';
import type { ExpectedOutput, OutputSpec } from '../../../domain/task/task';
import { aShot, aTask, anExpectedOutput, feedSpec } from '../../support/facts';

/** The labels of a task with these expected outputs, by shots: `[position, outputs]`. */
function labelsOf(
  shots: readonly (readonly [string | undefined, readonly Partial<ExpectedOutput>[]])[],
  specs: readonly OutputSpec[] = [feedSpec],
): string[] {
  const task = aTask({
    shots: shots.map(([position, outputs], index) => {
      const shotId = `shot-${index + 1}`;
      const expected = outputs.map((output) => anExpectedOutput('feed', { shotId, name: undefined, ...output }));
      return aShot({ shotId, position, expectedOutputs: expected });
    }),
  });
  return expectedOutputs(task).map((output) => expectedOutputLabel({ task, specs }, output));
}

describe('what a person calls an expected output', () => {
  it.each([
    ['position and spec', 'Front', [feedSpec], 'Red', 'Front, Feed'],
    ['position and variant when there is no spec', 'Front', [], 'Red', 'Front, Red'],
    ['the position alone', 'Front', [], undefined, 'Front'],
    ['the shot’s id when there is nothing else', undefined, [], undefined, 'shot-1'],
  ])('is %s', (_case, position, specs, variantName, label) => {
    expect(labelsOf([[position, [{ variantName }]]], specs)).toEqual([label]);
  });

  it.each<[string, Parameters<typeof labelsOf>[0], string[]]>([
    [
      'the variants’ names',
      [['Back', [1, 2, 3].map((variant) => ({ variant, variantName: `Colour ${variant}` }))]],
      ['Back, Feed, Colour 1', 'Back, Feed, Colour 2', 'Back, Feed, Colour 3'],
    ],
    [
      'their numbers, when they have no names',
      [['Back', [{ variant: 1 }, { variant: 2 }]]],
      ['Back, Feed, variant 1', 'Back, Feed, variant 2'],
    ],
    [
      'their numbers, when their names are the same',
      [['Back', [1, 2].map((variant) => ({ variant, variantName: 'Red' }))]],
      ['Back, Feed, variant 1', 'Back, Feed, variant 2'],
    ],
    [
      'the file names, when positions and variants are the same',
      [
        ['Front', [{ name: 'SKU-1_a' }]],
        ['Front', [{ name: 'SKU-1_b' }]],
      ],
      ['Front, Feed, SKU-1_a', 'Front, Feed, SKU-1_b'],
    ],
    [
      'the specs’ ids, when the specs could not be read',
      [
        [
          'Front',
          [
            { specId: 'spec-1', variant: undefined },
            { specId: 'spec-2', variant: undefined },
          ],
        ],
      ],
      ['Front, spec-1', 'Front, spec-2'],
    ],
    [
      'the shots’ ids, when nothing else differs',
      [
        ['Front', [{ variant: undefined }]],
        ['front', [{ variant: undefined }]],
      ],
      ['Front, Feed, shot-1', 'front, Feed, shot-2'],
    ],
    [
      'nothing more where it is alone',
      [
        ['Front', [{ variant: 1, variantName: 'Red' }]],
        ['Back', [{ variant: 1 }, { variant: 2 }]],
      ],
      ['Front, Feed', 'Back, Feed, variant 1', 'Back, Feed, variant 2'],
    ],
  ])('tells those that are alike apart by %s', (_case, shots, labels) => {
    expect(labelsOf(shots)).toEqual(labels);
  });

  it('is typed with slashes', () => {
    const shot = aShot({ expectedOutputs: [1, 2].map((variant) => anExpectedOutput('feed', { variant })) });
    const task = aTask({ shots: [shot] });
    const names = expectedOutputs(task).map((output) => expectedOutputShortName({ task, specs: [feedSpec] }, output));
    expect(names).toEqual(['Front/Feed/variant 1', 'Front/Feed/variant 2']);
  });
});
