import { createHash } from 'node:crypto';

import sharp from 'sharp';

/** sharp leaves the alpha of a grey picture out of raw pixels. */
const withAlpha: Readonly<Record<string, 'srgb' | 'rgb16'>> = { 'b-w': 'srgb', grey16: 'rgb16' };

/** SHA-256 of all pixels as they are stored: of every page, with every bit and with alpha, without any conversion of colours. */
export async function pixelHash(file: string): Promise<string> {
  const hash = createHash('sha256');
  const { pages = 1 } = await sharp(file, { limitInputPixels: false }).metadata();
  for (let page = 0; page < pages; page++) {
    const ofPage = { limitInputPixels: false, ...(pages > 1 && { page }) };
    const { space, depth, hasAlpha } = await sharp(file, ofPage).metadata();
    const { data, info } = await sharp(file, { ...ofPage, ignoreIcc: true, failOn: 'truncated' })
      .pipelineColourspace(space)
      .toColourspace(hasAlpha ? (withAlpha[space] ?? space) : space)
      .raw({ depth })
      .toBuffer({ resolveWithObject: true });
    hash.update(`${info.width}×${info.height}×${info.channels} ${depth};`).update(data);
  }
  return hash.digest('hex');
}
