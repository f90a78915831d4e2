import { createReadStream, createWriteStream } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

import { withByteReader } from '../bytes/byte-reader';
import { jpegHead } from './jpeg-head';
import { markTiff } from './mark-tiff';
import type { Marks } from './marks';
import { pngHead } from './png-head';

/**
 * Writes a copy of a jpeg, png or tiff with another density, and with another profile where one is given. Nothing but these fields
 * changes: pixels and all other fields are copied byte for byte. Throws the file system's error.
 */
export async function markPicture(from: string, to: string, format: string, marks: Marks): Promise<void> {
  if (format === 'tiff') {
    await copyFile(from, to);
    return markTiff(to, marks);
  }
  const { head, rest } = await withByteReader(from, (reader) =>
    format === 'png' ? pngHead(reader, marks) : jpegHead(reader, marks),
  );
  const target = createWriteStream(to);
  target.write(head);
  await pipeline(createReadStream(from, { start: rest, highWaterMark: 1024 * 1024 }), target);
}
