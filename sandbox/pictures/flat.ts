import { createHash } from 'node:crypto';
import sharp from 'sharp';
import type { Pixels } from './render';

/** Four coloured fields derived from a text: cheap, and different for different texts. */
export async function flatPixels(text: string, width: number, height: number): Promise<Pixels> {
  const colours = createHash('sha256').update(text).digest().subarray(0, 12);
  const data = await sharp(colours, { raw: { width: 2, height: 2, channels: 3 } })
    .resize(width, height, { kernel: 'nearest', fit: 'fill' })
    .ensureAlpha()
    .raw()
    .toBuffer();
  return { data, width, height };
}
