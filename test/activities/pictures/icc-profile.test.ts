import sharp from 'sharp';

import { builtInProfile } from '../../../activities/pictures/profile/built-in-profile';
import { readIccProfile } from '../../../activities/pictures/profile/icc-profile';
import { readMatrixProfile } from '../../../activities/pictures/profile/matrix-profile';
import { handmadeProfile } from '../../../bench/conversions/handmade-profile';

const srgb = [0.436, 0.2225, 0.0139, 0.3851, 0.7169, 0.0971, 0.1431, 0.0606, 0.7141];
const adobe = [0.6097, 0.3111, 0.0195, 0.2053, 0.6257, 0.0609, 0.1492, 0.0632, 0.7446];
const wide = [0.6, 0.3, 0, 0.25, 0.65, 0.05, 0.1142, 0.05, 0.7751];

describe('An ICC profile', () => {
  it.each([
    ['GIMP built-in sRGB', srgb, 2.2, 'sRGB'],
    ['sRGB with gamma 1.0', srgb, 1, 'other'],
    ['sRGB with gamma 1.8', srgb, 1.8, 'other'],
    ['opRGB', adobe, 2.199, 'Adobe RGB'],
    ['sRGB, it says', adobe, 2.199, 'Adobe RGB'],
    ['sRGB, it says', wide, 2.2, 'other'],
  ])('"%s" is what its primaries and curve are (%#)', (name, colorants, gamma, family) => {
    expect(readIccProfile(handmadeProfile({ name, colorants, gamma }))).toEqual({ description: name, family });
  });

  it.each([
    ['srgb', 'sRGB'],
    ['p3', 'Display P3'],
  ])('that sharp embeds as %s is known', async (name, family) => {
    const jpeg = sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
      .withIccProfile(name)
      .jpeg();
    const { icc } = await sharp(await jpeg.toBuffer()).metadata();
    expect(readIccProfile(icc ?? Buffer.alloc(0))?.family).toBe(family);
  });

  it('of several languages is called by its English name', () => {
    const names = [
      ['de', 'Ein Profil'],
      ['en', 'A profile'],
    ] as const;
    expect(readIccProfile(handmadeProfile({ names, colorants: srgb, gamma: 2.2 }))?.description).toBe('A profile');
  });

  it('is read although its length is off by padding', () => {
    const profile = handmadeProfile({ name: 'Padded', colorants: srgb, gamma: 2.2 });
    expect(readIccProfile(Buffer.concat([profile, Buffer.alloc(3)]))?.description).toBe('Padded');
    profile.writeUInt32BE(profile.length + 2, 0);
    expect(readIccProfile(profile)?.description).toBe('Padded');
  });

  it('has a description of bounded length', () => {
    const profile = handmadeProfile({ name: 'x'.repeat(100_000), colorants: srgb, gamma: 2.2 });
    expect(readIccProfile(profile)?.description).toHaveLength(200);
  });

  it.each([
    ['tables', 'cprt', 'A2B0'],
    ['only two curves', 'rTRC', 'xTRC'],
    ['no matrix', 'gXYZ', 'xXYZ'],
  ])('with %s has no matrix to compute by', async (_what, tag, instead) => {
    const profile = await builtInProfile('p3');
    expect(readMatrixProfile(profile)?.toXyz[0]).toBeCloseTo(0.515119, 6);
    profile.write(instead, profile.indexOf(tag), 'latin1');
    expect(readMatrixProfile(profile)).toBeUndefined();
  });

  it('that is none cannot be read', () => {
    const profile = handmadeProfile({ colorants: srgb, gamma: 2.2 });
    profile.write('nope', 36);
    expect(readIccProfile(profile)).toBeUndefined();
  });
});
