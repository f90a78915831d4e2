import { preflight, type MeasuredPicture } from '../../domain/preflight';
import { feedSpec } from '../support/facts';

const picture: MeasuredPicture = { format: 'jpeg', width: 1080, height: 1080, bytes: 200_000 };

describe('preflight', () => {
  it.each([
    ['that fits its spec', feedSpec],
    ['without a spec', undefined],
    ['whose spec asks for nothing', { specId: 'spec' }],
    ['whose format cannot be judged', { ...feedSpec, extension: 'psd' }],
    ['of just the size allowed', { ...feedSpec, maxBytes: 200_000 }],
    ['whose spec leaves one side open', { specId: 'spec', width: 1080 }],
  ])('finds nothing in a picture %s', (_case, spec) => {
    expect(preflight('Front, Feed', picture, spec)).toEqual([]);
  });

  it('takes .tif for TIFF', () => {
    expect(preflight('Front', { ...picture, format: 'tiff' }, { specId: 'spec', extension: 'tif' })).toEqual([]);
  });

  it('finds another format, by the bytes', () => {
    expect(preflight('Front, Feed', { ...picture, format: 'png' }, feedSpec)).toEqual([
      'Front, Feed: the spec asks for jpeg, the render is png.',
    ]);
  });

  it('finds another size in pixels', () => {
    expect(preflight('Front, Feed', { ...picture, height: 1081 }, feedSpec)).toEqual([
      'Front, Feed: the spec asks for 1080 × 1080 pixels, the render has 1080 × 1081.',
    ]);
  });

  it('says which side was left open', () => {
    expect(preflight('Front', { ...picture, width: 500 }, { specId: 'spec', width: 1080 })).toEqual([
      'Front: the spec asks for 1080 × any pixels, the render has 500 × 1080.',
    ]);
  });

  it('finds too many bytes', () => {
    expect(preflight('Front', picture, { specId: 'spec', maxBytes: 199_999 })).toEqual([
      'Front: the spec allows 199999 bytes, the render has 200000.',
    ]);
  });

  it('says everything that is wrong at once', () => {
    const wrong = { format: 'png', width: 1, height: 1, bytes: 9_000_000 };
    expect(preflight('Front', wrong, { ...feedSpec, maxBytes: 1_000 })).toHaveLength(3);
  });
});
