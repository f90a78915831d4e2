import { planConversion } from '../../../domain/preflight/conversion';
import type { MeasuredPicture, PictureDetails } from '../../../domain/preflight/picture';
import { feedSpec } from '../../support/facts';

const spec = { ...feedSpec, dpi: 300, colorProfile: 'sRGB IEC61966-2.1', backgroundColor: '#ffffff', maxBytes: 1_000 };

function aPicture(details: Partial<PictureDetails> = {}, changes: Partial<MeasuredPicture> = {}): MeasuredPicture {
  const whole = {
    density: { x: 300, y: 300, source: 'JFIF' as const },
    colorSpace: 'RGB' as const,
    colorProfile: 'sRGB',
    hasAlphaChannel: false,
    isTransparent: false,
    pages: 1,
    ...details,
  };
  return { format: 'jpeg', width: 10, height: 10, bytes: 900, details: whole, ...changes };
}

const at72 = { x: 72, y: 72, source: 'JFIF' } as const;
const everything = { density: 'as asked', profile: 'as asked', background: 'as asked', lowestQuality: 60 } as const;

describe('A conversion', () => {
  it('is not made of a picture that is right', () => {
    expect(planConversion(everything, aPicture(), spec)).toEqual({ impossible: [] });
  });

  it('changes only what is not right', () => {
    expect(
      planConversion({ ...everything, lowestQuality: undefined }, aPicture({ density: at72 }), spec).steps,
    ).toEqual({
      density: 300,
    });
  });

  it('takes density, profile and background from the spec', () => {
    const picture = aPicture(
      { density: undefined, colorProfile: 'Display P3', isTransparent: true },
      { format: 'png' },
    );
    expect(planConversion(everything, picture, spec)).toEqual({
      steps: { density: 300, profile: 'srgb', background: '#ffffff' },
      impossible: [],
    });
  });

  it('takes what the recipe itself says', () => {
    const wanted = { density: 150, profile: 'p3', background: '#000000' } as const;
    expect(planConversion(wanted, aPicture({ isTransparent: true }), undefined).steps).toEqual(wanted);
  });

  it('looks for a quality when the file is too large', () => {
    expect(planConversion(everything, aPicture({}, { bytes: 1_001 }), spec).steps).toEqual({
      fit: { maxBytes: 1_000, lowestQuality: 60 },
    });
  });

  it('respects the size limit of a file that is rewritten for another reason', () => {
    expect(planConversion(everything, aPicture({ density: at72 }), spec).steps?.fit).toBeDefined();
  });

  it('does nothing where the spec asks for nothing', () => {
    expect(
      planConversion(everything, aPicture({ density: { x: 1, y: 1, source: 'JFIF' }, isTransparent: true }), {
        specId: 's',
      }),
    ).toEqual({
      impossible: [],
    });
  });

  it.each([
    [
      'there is no profile Adobe RGB (1998) to convert to',
      { profile: 'as asked' },
      { colorProfile: 'Adobe RGB (1998)' },
      'jpeg',
    ],
    ['the background white is not a colour', { background: 'as asked' }, { backgroundColor: 'white' }, 'png'],
    ['a png cannot be made smaller', { lowestQuality: 50 }, { maxBytes: 1 }, 'png'],
    ['a png cannot be in CMYK', { profile: 'cmyk' }, {}, 'png'],
    ['a webp cannot be converted', { density: 72 }, {}, 'webp'],
  ] as const)('says what cannot be had: %s', (why, wanted, asked, format) => {
    const { steps, impossible } = planConversion(wanted, aPicture({}, { format }), { specId: 's', ...asked });
    expect(steps).toBeUndefined();
    expect(impossible).toEqual([expect.stringContaining(why)]);
  });
});
