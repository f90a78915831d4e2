import type { CeltraAsset } from '../../domain/celtra-output';
import { judgeRenders } from '../../domain/render-progress';
import { aCeltraAsset, aCeltraOutput } from '../support/facts';

const withAsset = (changes: Partial<CeltraAsset>) =>
  aCeltraOutput('output-1', { status: 'pending', assets: [aCeltraAsset(changes)] });
const untroubled = { erroredLooks: 0, missingLooks: 0 };

describe('renders that go well', () => {
  it('are finished when every picture is, and come without their addresses', () => {
    const progress = judgeRenders(['output-1', 'output-2'], [aCeltraOutput('output-2'), aCeltraOutput('output-1')]);
    expect(progress).toEqual({
      kind: 'finished',
      assets: ['output-1', 'output-2'].map((outputId) => ({
        outputId,
        assetKey: 'image',
        extension: 'jpg',
        blobHash: 'blob-1',
      })),
    });
  });

  it('are pending until the last is finished', () => {
    const progress = judgeRenders(
      ['output-2', 'output-1'],
      [aCeltraOutput('output-2'), withAsset({ status: 'pending' })],
    );
    expect(progress).toEqual({ kind: 'pending', message: '1 of 2 rendered.', troubles: untroubled });
  });

  it('are not finished without an address, whatever the output says of itself', () => {
    const output = aCeltraOutput('output-1', { status: 'finished', assets: [aCeltraAsset({ url: undefined })] });
    expect(judgeRenders(['output-1'], [output]).kind).toBe('pending');
  });

  it('are finished although another output is not, when nobody wants that one', () => {
    expect(judgeRenders(['output-2'], [aCeltraOutput('output-2'), withAsset({ status: 'error' })]).kind).toBe(
      'finished',
    );
  });
});

describe('a render that fails', () => {
  const failed = withAsset({ status: 'error', error: 'Font missing', url: undefined });

  it('is seen behind an output that still says "pending"', () => {
    expect(judgeRenders(['output-1'], [failed])).toMatchObject({
      kind: 'pending',
      troubles: { erroredLooks: 1, missingLooks: 0 },
    });
  });

  it('is asked for twice more before it counts as failed', () => {
    const looks = [0, 1, 2].map((erroredLooks) =>
      judgeRenders(['output-1'], [failed], { ...untroubled, erroredLooks }),
    );
    expect(looks.map(({ kind }) => kind)).toEqual(['pending', 'pending', 'failed']);
  });

  it('is named with Celtra’s own words', () => {
    expect(judgeRenders(['output-1'], [failed], { ...untroubled, erroredLooks: 2 })).toMatchObject({
      kind: 'failed',
      vanished: false,
      message: 'Celtra could not render everything: Creative output-1, asset image: Font missing.',
    });
  });

  it('is forgotten when it comes good', () => {
    expect(judgeRenders(['output-1'], [aCeltraOutput('output-1')], { ...untroubled, erroredLooks: 2 }).kind).toBe(
      'finished',
    );
  });

  it('counts as such when the output has no picture at all', () => {
    const output = aCeltraOutput('output-1', {
      name: undefined,
      assets: [aCeltraAsset({ key: 'copy', type: 'text' })],
    });
    expect(judgeRenders(['output-1'], [output], { ...untroubled, erroredLooks: 2 })).toMatchObject({
      message: 'Celtra could not render everything: output-1 has no picture to deliver.',
    });
  });
});

describe('an output that Celtra does not return', () => {
  it('may be missing three times before it counts as vanished', () => {
    const looks = [0, 1, 2, 3].map((missingLooks) => judgeRenders(['output-1'], [], { ...untroubled, missingLooks }));
    expect(looks.map(({ kind }) => kind)).toEqual(['pending', 'pending', 'pending', 'failed']);
  });

  it('is named when it has vanished', () => {
    expect(judgeRenders(['output-1'], [], { ...untroubled, missingLooks: 3 })).toMatchObject({
      kind: 'failed',
      vanished: true,
      message: 'Celtra no longer returns output-1: the design has probably been changed.',
    });
  });
});
