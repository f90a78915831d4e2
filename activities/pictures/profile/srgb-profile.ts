import { deflateSync } from 'node:zlib';

import sharp from 'sharp';

/** The contents of a PNG's iCCP chunk with sharp's own sRGB profile. */
export async function srgbProfileChunk(): Promise<Buffer> {
  const dot = sharp({ create: { width: 1, height: 1, channels: 3, background: '#000000' } });
  const { icc } = await sharp(await dot.withIccProfile('srgb').png().toBuffer()).metadata();
  if (icc === undefined) throw new Error('sharp has written no profile.');
  return Buffer.concat([Buffer.from('sRGB\0\0', 'latin1'), deflateSync(icc)]);
}
