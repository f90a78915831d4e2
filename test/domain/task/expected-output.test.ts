import { deliveredFileName, expectedOutputKey, expectedOutputs } from '../../../domain/task/expected-output';
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

  it('differs between specs of a shot for which no name was asked', () => {
    const names = ['a', 'b'].map((specId) =>
      deliveredFileName({ expected: { shotId: 'shot-front', specId }, spec: undefined, renderExtension: 'jpg' }),
    );
    expect(names).toEqual(['shot-front_a.jpg', 'shot-front_b.jpg']);
  });

  it('leaves out a variant that is absent', () => {
    expect(deliveredFileName({ expected: { shotId: 'shot-front' }, spec: undefined, renderExtension: 'tif' })).toBe(
      'shot-front.tif',
    );
  });
});
