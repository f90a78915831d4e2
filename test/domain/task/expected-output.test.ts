import {
  deliveredFileName,
  expectedOutputKey,
  expectedOutputLabel,
  expectedOutputs,
} from '../../../domain/task/expected-output';
import { aShot, aTask, anExpectedOutput, feedSpec } from '../../support/facts';

describe('the key of an expected output', () => {
  it('is made of shot, spec and variant', () => {
    expect(expectedOutputKey(anExpectedOutput('feed'))).toBe('shot-front/spec-feed/1');
  });

  it('has a place for each part that is absent', () => {
    expect(expectedOutputKey({ shotId: 'shot-front', specId: undefined, variant: 2 })).toBe('shot-front/-/2');
  });
});

describe('the expected outputs of a task', () => {
  it('come with their shots, in the task’s order', () => {
    const back = aShot({ shotId: 'shot-back', expectedOutputs: [anExpectedOutput('back', { shotId: 'shot-back' })] });
    const pairs = expectedOutputs(aTask({ shots: [back, aShot()] }));
    expect(pairs.map(({ shot, expected }) => `${shot.shotId} ${expected.specId ?? ''}`)).toEqual([
      'shot-back spec-back',
      'shot-front spec-feed',
      'shot-front spec-story',
    ]);
  });
});

describe('what a person calls an expected output', () => {
  it.each([
    ['position and spec', 'Front', feedSpec, 'Red', 'Front, Feed'],
    ['position and variant when there is no spec', 'Front', undefined, 'Red', 'Front, Red'],
    ['the position alone', 'Front', undefined, undefined, 'Front'],
    ['the shot’s id when there is nothing else', undefined, undefined, undefined, 'shot-front'],
  ])('is %s', (_case, position, spec, variantName, label) => {
    expect(
      expectedOutputLabel({ shot: aShot({ position }), expected: anExpectedOutput('feed', { variantName }) }, spec),
    ).toBe(label);
  });
});

describe('the name of a delivered file', () => {
  it.each([
    ['gets the spec’s extension when it has none', 'SKU-1_front', feedSpec, 'SKU-1_front.jpg'],
    ['gets the render’s extension when there is no spec', 'SKU-1_front', undefined, 'SKU-1_front.png'],
    ['stays as it was asked for', 'SKU-1_front.jpeg', feedSpec, 'SKU-1_front.jpeg'],
    ['stays whatever its case', 'SKU-1_front.JPG', feedSpec, 'SKU-1_front.JPG'],
    ['does not take a dot in a code for an extension', 'SKU.1', feedSpec, 'SKU.1.jpg'],
    ['is made of shot and variant when none was asked for', undefined, feedSpec, 'shot-front_2.jpg'],
  ])('%s', (_case, name, spec, fileName) => {
    expect(
      deliveredFileName({ expected: { shotId: 'shot-front', variant: 2, name }, spec, renderExtension: 'png' }),
    ).toBe(fileName);
  });

  it('leaves out a variant that is absent', () => {
    expect(deliveredFileName({ expected: { shotId: 'shot-front' }, spec: undefined, renderExtension: 'tif' })).toBe(
      'shot-front.tif',
    );
  });
});
