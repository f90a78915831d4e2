import sharp from 'sharp';

import { iccTags } from './icc-tags';
import { profileFamilies } from './profile-families';

/** The ICC profile that sharp has for sRGB or Display P3: a matrix and the curve of sRGB. */
export async function builtInProfile(name: 'srgb' | 'p3'): Promise<Buffer> {
  const dot = sharp({ create: { width: 1, height: 1, channels: 3, background: '#000000' } });
  const { icc } = await sharp(await dot.withIccProfile(name).png().toBuffer()).metadata();
  if (icc === undefined) throw new Error(`sharp has written no profile ${name}.`);
  return name === 'p3' ? withExactP3(icc) : icc;
}

/** In sharp's profile the Z of red is rounded to 0, which is 2/255 for the purest colours. */
function withExactP3(icc: Buffer): Buffer {
  const exact = Buffer.from(icc);
  const tags = iccTags(exact);
  const { colorants = [] } = profileFamilies.find(({ name }) => name === 'Display P3') ?? {};
  colorants.forEach((value, index) => {
    const colorant = tags?.get(['rXYZ', 'gXYZ', 'bXYZ'][Math.floor(index / 3)] ?? '');
    colorant?.writeInt32BE(Math.round(value * 65_536), 8 + 4 * (index % 3));
  });
  return exact;
}
