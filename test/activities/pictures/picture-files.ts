import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import sharp, { type Sharp } from 'sharp';

import { examinePicture, type Examination } from '../../../activities/pictures/examine-picture';
import type { ExaminationLimits } from '../../../activities/pictures/picture-limits';
import type { MeasuredPicture, PictureDetails } from '../../../domain/preflight/picture';
import { folderForEach } from '../activity-harness';

/** Examines bytes as a file of this test's folder. */
export function examinerForEach() {
  const folder = folderForEach();
  return async (picture: Sharp | Buffer, limits?: ExaminationLimits, name = 'picture'): Promise<Examination> => {
    const file = path.join(folder(), name);
    await writeFile(file, Buffer.isBuffer(picture) ? picture : await picture.toBuffer());
    return examinePicture(file, limits);
  };
}

/** The picture of an examination that found no trouble. */
export function goodPicture({ picture, trouble }: Examination): MeasuredPicture & { details: PictureDetails } {
  if (trouble !== undefined) throw new Error(`There is trouble: it ${trouble.why}.`);
  if (picture?.details === undefined) throw new Error('There is no picture.');
  return { ...picture, details: picture.details };
}

/** A plain picture of 30 × 20 pixels; `alpha` from 0 to 1 is that of every pixel. */
export const drawn = (alpha?: number): Sharp =>
  sharp({
    create: {
      width: 30,
      height: 20,
      channels: alpha === undefined ? 3 : 4,
      background: { r: 200, g: 40, b: 40, alpha: alpha ?? 1 },
    },
  });

/** Noise by a small generator with a seed, because noise cannot be compressed, and failures must repeat. */
export function noise(width: number, height: number, channels: 1 | 3 | 4 = 3, seed = 1): Sharp {
  const bytes = Buffer.alloc(width * height * channels);
  let state = seed >>> 0;
  for (let at = 0; at < bytes.length; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[at] = state >>> 24;
  }
  return sharp(bytes, { raw: { width, height, channels } });
}
