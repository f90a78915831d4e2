import { rm } from 'node:fs/promises';

import sharp from 'sharp';

/** Pixels of a thumbnail's longer edge: enough to tell pictures apart, small enough for hundreds on a page. */
const EDGE = 480;

/** A picture for the page, or why there is none, in words. */
export type Thumbnail =
  { readonly dataUri: string; readonly why?: undefined } | { readonly why: string; readonly dataUri?: undefined };

/** A small JPEG of a picture on disk, written out as an address that holds it; the file is removed. */
export async function thumbnailOf(file: string): Promise<Thumbnail> {
  try {
    const small = await sharp(file)
      .rotate()
      .resize(EDGE, EDGE, { fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#ffffff' })
      .jpeg({ quality: 78 })
      .toBuffer();
    return { dataUri: `data:image/jpeg;base64,${small.toString('base64')}` };
  } catch {
    return { why: 'not a picture that can be shown' };
  } finally {
    await rm(file, { force: true });
  }
}
