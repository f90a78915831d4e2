import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import sharp from 'sharp';

import { pixelHash } from '../../../activities/pictures/pixel-hash';
import { handmadeTiff, tiffFields } from '../../../bench/cuts/handmade-tiff';
import { folderForEach } from '../activity-harness';

const folder = folderForEach();

const page = (value: number) => ({ fields: tiffFields(8, 4), strips: [Buffer.alloc(96, value)] });
const twoPages = (second: number): Promise<Buffer> => Promise.resolve(handmadeTiff([page(5), page(second)]));

function deep(last: number): Promise<Buffer> {
  const values = Uint16Array.from({ length: 8 * 4 * 3 }, (_, index) => (index === 95 ? last : 257 * index));
  return sharp(values, { raw: { width: 8, height: 4, channels: 3 } })
    .toColourspace('rgb16')
    .png()
    .toBuffer();
}

function greyWithAlpha(alpha: number): Promise<Buffer> {
  const values = Uint8Array.from({ length: 8 * 4 * 2 }, (_, index) => (index % 2 === 0 ? 100 : alpha));
  return sharp(values, { raw: { width: 8, height: 4, channels: 2 } })
    .toColourspace('b-w')
    .png()
    .toBuffer();
}

function deepGreyWithAlpha(alpha: number): Promise<Buffer> {
  const values = Uint16Array.from({ length: 8 * 4 * 2 }, (_, index) => (index % 2 === 0 ? 257 * index : alpha));
  const [strip, bits] = [Buffer.from(values.buffer), [16, 16]];
  const fields = tiffFields(8, 4, { bits, photometric: 1 });
  // ExtraSamples: unassociated alpha.
  return Promise.resolve(handmadeTiff([{ fields: [...fields, [338, 3, [2]]], strips: [strip] }]));
}

async function hashOf(bytes: Buffer): Promise<string> {
  const file = path.join(folder(), 'picture');
  await writeFile(file, bytes);
  return pixelHash(file);
}

describe('The hash of pixels', () => {
  it.each<[string, (changed: number) => Promise<Buffer>, number, number]>([
    ['a later page', twoPages, 5, 6],
    ['the lowest of 16 bits', deep, 0x8000, 0x8001],
    ['the alpha of a grey picture', greyWithAlpha, 200, 201],
    ['the alpha of a grey picture of 16 bits', deepGreyWithAlpha, 0x8000, 0x8001],
  ])('tells a change in %s', async (_where, make, before, after) => {
    expect(await hashOf(await make(before))).toBe(await hashOf(await make(before)));
    expect(await hashOf(await make(before))).not.toBe(await hashOf(await make(after)));
  });
});
