import { sameColorProfile } from '../../../domain/preflight/color-profile';

describe('Two colour profiles', () => {
  it.each([
    ['sRGB', 'sRGB IEC61966-2.1'],
    ['SRGB iec61966-2-1 black scaled', 'sRGB built-in'],
    ['sRGB', 'c2'],
    ['Adobe RGB (1998)', 'Compatible with Adobe RGB (1998)'],
    ['AdobeRGB', 'adobe rgb 1998'],
    ['Display P3', 'sP3C'],
    ['ProPhoto RGB', 'ROMM-RGB'],
    ['Coated FOGRA39 (ISO 12647-2:2004)', 'coated fogra39'],
    ['(odd)', '(odd)'],
  ])('%s and %s are the same', (one, other) => {
    expect(sameColorProfile(one, other)).toBe(true);
    expect(sameColorProfile(other, one)).toBe(true);
  });

  it.each([
    ['sRGB', 'Adobe RGB (1998)'],
    ['sRGB', 'Gray Gamma 2.2'],
    ['Coated FOGRA39', 'Coated FOGRA27'],
    ['ISO Coated v2 (ECI)', 'ISO Coated v2 300% (ECI)'],
    ['(one)', '(other)'],
  ])('%s and %s are not', (one, other) => {
    expect(sameColorProfile(one, other)).toBe(false);
    expect(sameColorProfile(other, one)).toBe(false);
  });
});
