import { comparePixels } from '../../../domain/render/pixel-comparison';

const before = { expectedKey: 'key', outputId: 'output-1', contentHash: 'hash-1', blobHash: 'blob-1' };
const now = { outputId: 'output-1', contentHash: 'hash-2', blobHash: 'blob-2', isRendered: true };

describe('pixels', () => {
  it.each([
    ['are the same while the design is as it was', { ...now, contentHash: 'hash-1' }, 'same'],
    ['have changed when Celtra names others', now, 'changed'],
    ['are the same when only the design was saved anew', { ...now, blobHash: 'blob-1' }, 'same'],
    ['cannot be told while they are rendered', { ...now, blobHash: undefined, isRendered: false }, 'rendering'],
    [
      'of another output that Celtra does not name have changed',
      { ...now, outputId: 'output-2', blobHash: undefined },
      'changed',
    ],
    ['of another output may be the very same', { ...now, outputId: 'output-2', blobHash: 'blob-1' }, 'same'],
  ] as const)('%s', (_what, shown, verdict) => {
    expect(comparePixels(before, shown)).toBe(verdict);
  });
});
