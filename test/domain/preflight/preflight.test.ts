import {
  actionOf,
  preflightFindings,
  judgeRender,
  pixelSizeInMatching,
  type PreflightActions,
} from '../../../domain/preflight/preflight';
import type { Density, MeasuredPicture, PictureDetails } from '../../../domain/preflight/picture';
import type { OutputSpec } from '../../../domain/task/task';
import { feedSpec } from '../../support/facts';

const picture: MeasuredPicture = { format: 'jpeg', width: 1080, height: 1080, bytes: 200_000 };

const preflight = (label: string, measured: MeasuredPicture, spec: OutputSpec | undefined): string[] =>
  preflightFindings({ label, fileName: `a.${spec?.extension ?? 'jpg'}`, picture: measured, spec }).map(
    ({ message }) => message,
  );

describe('preflight', () => {
  it.each([
    ['that fits its spec', feedSpec],
    ['without a spec', undefined],
    ['whose spec asks for nothing', { specId: 'spec' }],
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
      'Front: the spec allows at most 199,999 bytes, the render has 200,000 bytes.',
    ]);
  });

  it('says everything that is wrong at once', () => {
    const wrong = { format: 'png', width: 1, height: 1, bytes: 9_000_000 };
    expect(preflight('Front', wrong, { ...feedSpec, maxBytes: 1_000 })).toHaveLength(3);
  });
});

describe('The findings of a picture', () => {
  const dpi = (x: number, y = x, source: Density['source'] = 'JFIF'): Density => ({ x, y, source });
  const details: PictureDetails = {
    density: dpi(72),
    colorSpace: 'RGB',
    colorProfile: 'sRGB',
    bitsPerChannel: 8,
    hasAlphaChannel: false,
    isTransparent: false,
    pages: 1,
  };
  const whole: MeasuredPicture = { ...picture, details };
  const spec = {
    ...feedSpec,
    dpi: 72,
    colorProfile: 'sRGB IEC61966-2.1',
    bitsPerChannel: 8,
    backgroundColor: '#ffffff',
  };
  const find = (changes: Partial<PictureDetails>, fileName = 'a.jpg') =>
    preflightFindings({ label: 'Front', fileName, picture: { ...whole, details: { ...details, ...changes } }, spec });

  it('are none when every fact is as the spec asks', () => {
    expect(find({})).toEqual([]);
  });

  it.each([
    ['density', { density: dpi(300) }, 'Front: the spec asks for 72 dpi, the render has 300 dpi (JFIF).'],
    ['density', { density: undefined }, 'Front: the spec asks for 72 dpi, the render has no dpi.'],
    [
      'colorProfile',
      { colorProfile: 'Display P3' },
      'Front: the spec asks for the colour profile sRGB IEC61966-2.1, the render has the profile Display P3.',
    ],
    [
      'colorProfile',
      { colorProfile: undefined },
      'Front: the spec asks for the colour profile sRGB IEC61966-2.1, the render has no colour profile in it.',
    ],
    ['bitsPerChannel', { bitsPerChannel: 16 }, 'Front: the spec asks for 8 bits per channel, the render has 16.'],
    ['density', { density: dpi(72, 300) }, 'Front: the spec asks for 72 dpi, the render has 72 × 300 dpi (JFIF).'],
    [
      'density',
      { otherDensity: dpi(300, 300, 'EXIF') },
      'Front: the spec asks for 72 dpi, the render has 72 dpi (JFIF) and 300 dpi (EXIF).',
    ],
    [
      'colorProfile',
      { colorProfile: 'sRGB linear', profileFamily: 'other' },
      'Front: the spec asks for the colour profile sRGB IEC61966-2.1, the render has the profile sRGB linear, whose primaries and curve match no known profile.',
    ],
    [
      'bitsPerChannel',
      { colorSpace: 'palette', bitsPerChannel: 4 },
      'Front: the spec asks for 8 bits per channel, the render has a palette with indexes of 4 bits.',
    ],
    [
      'bitsPerChannel',
      { isFloat: true, bitsPerChannel: 16 },
      'Front: the spec asks for 8 bits per channel, the render has 16 as floating-point numbers.',
    ],
    [
      'alpha',
      { hasAlphaChannel: true, isTransparent: true },
      'Front: the spec asks for the background #ffffff, the render has transparent pixels.',
    ],
    [
      'alpha',
      { extraChannels: ['a spot colour'] },
      'Front: the spec asks for the background #ffffff, the render has a spot colour.',
    ],
    [
      'orientation',
      { orientation: 6 },
      'Front: the picture should be shown as it is stored, the render needs its orientation tag (6), which not every program applies.',
    ],
  ])('say in words what is wrong with %s (%j)', (rule, changes, message) => {
    expect(find(changes as Partial<PictureDetails>)).toMatchObject([{ rule, message }]);
  });

  it('take the rounding of PNG for what was asked', () => {
    expect(find({ density: dpi(72.01, 72.01, 'pHYs') })).toEqual([]);
  });

  it('are none for an alpha channel without a transparent pixel', () => {
    expect(find({ hasAlphaChannel: true })).toEqual([]);
  });

  it.each([
    ['GIMP built-in sRGB', 'sRGB'],
    ['Nikon sRGB 4.0.0.3002', 'sRGB'],
  ])('go by the primaries and the curve of %s, and not by its name', (colorProfile, profileFamily) => {
    expect(find({ colorProfile, profileFamily })).toEqual([]);
  });

  it('only warn of an orientation tag where nobody has said otherwise', () => {
    expect(actionOf('orientation', { onMismatch: 'block' })).toBe('warn');
    expect(actionOf('orientation', { onMismatch: 'warn', rules: { orientation: 'block' } })).toBe('block');
  });

  it('leave out what was not measured', () => {
    expect(preflightFindings({ label: 'Front', fileName: 'a.jpg', picture, spec })).toEqual([]);
  });

  it('say nothing of the pixels of a film, which are not known', () => {
    const film = { format: 'mp4', width: 0, height: 0, bytes: 1 };
    const wanted = { ...spec, extension: 'mp4' };
    expect(preflightFindings({ label: 'Front', fileName: 'a.mp4', picture: film, spec: wanted })).toEqual([]);
  });

  it('detect a name that stands for another format than the spec', () => {
    expect(find({}, 'a.png')).toMatchObject([{ rule: 'extension', message: expect.stringContaining('asks for .jpg') }]);
  });

  it('detect a name that stands for other bytes, where there is no spec', () => {
    const found = preflightFindings({ label: 'Front', fileName: 'a.png', picture: whole });
    expect(found.map(({ message }) => message)).toEqual([
      'Front: the file should be called a.png, the render is jpeg.',
    ]);
  });

  it('name a format that Celtra does not make', () => {
    const found = preflightFindings({
      label: 'Front',
      fileName: 'a',
      picture: whole,
      spec: { specId: 's', extension: 'psd' },
    });
    expect(found).toEqual([{ rule: 'format', message: 'Front: the spec asks for psd, the render is jpeg.' }]);
  });
});

describe('The action of a rule', () => {
  it('is the recipe’s word before the studio’s, and the studio’s before what it says of all', () => {
    const studio = { onMismatch: 'block', rules: { density: 'warn', alpha: 'warn' } } as const;
    expect(actionOf('alpha', studio, { alpha: 'ignore' })).toBe('ignore');
    expect(actionOf('density', studio, { alpha: 'ignore' })).toBe('warn');
    expect(actionOf('format', studio)).toBe('block');
  });

  it('decides whether a creative of another size may be matched at all', () => {
    expect(pixelSizeInMatching({ onMismatch: 'block' })).toBe('block');
    expect(pixelSizeInMatching({ onMismatch: 'block', rules: { pixelSize: 'warn' } })).toBe('ignore');
    expect(pixelSizeInMatching({ onMismatch: 'warn' }, { pixelSize: 'block' })).toBe('block');
  });
});

describe('A judged render', () => {
  const judge = (fileName: string, recipe?: PreflightActions) =>
    judgeRender(
      { label: 'Front', fileName, picture: { ...picture, width: 1 }, spec: feedSpec },
      { onMismatch: 'warn' },
      recipe,
    );

  it('has a name that is corrected, and reports it', () => {
    expect(judge('SKU-1.JPEG')).toMatchObject({
      fileName: 'SKU-1.jpg',
      corrections: ['"SKU-1.JPEG" is delivered as "SKU-1.jpg", as the spec writes it.'],
    });
  });

  it('keeps a finding with its action, and drops one that is ignored', () => {
    expect(judge('a.jpg').findings).toMatchObject([{ rule: 'pixelSize', action: 'warn' }]);
    expect(judge('a.jpg', { pixelSize: 'block' }).findings).toMatchObject([{ rule: 'pixelSize', action: 'block' }]);
    expect(judge('a.jpg', { pixelSize: 'ignore' }).findings).toEqual([]);
  });
});
