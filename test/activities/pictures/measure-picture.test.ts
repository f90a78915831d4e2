import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import sharp, { type Sharp } from 'sharp';

import { hasEndMarker } from '../../../activities/pictures/truncated-picture';
import { measurePicture } from '../../../activities/pictures/measure-picture';
import { errorOf } from '../../clients/test-server';
import { folderForEach } from '../activity-harness';

const folder = folderForEach();

async function written(picture: Sharp | Buffer, name = 'picture'): Promise<string> {
  const file = path.join(folder(), name);
  await writeFile(file, Buffer.isBuffer(picture) ? picture : await picture.toBuffer());
  return file;
}

/** What a download reports about a file's ends. */
const endsOf = (bytes: Buffer) => ({ head: bytes.subarray(0, 16), tail: bytes.subarray(-16) });

const drawn = (channels: 3 | 4 = 3): Sharp =>
  sharp({ create: { width: 30, height: 20, channels, background: { r: 200, g: 40, b: 40, alpha: 0.5 } } });

describe('Measuring a picture', () => {
  it('goes by its bytes, not by its name', async () => {
    const file = await written(drawn().png(), 'picture.jpg');
    expect(await measurePicture(file)).toMatchObject({ format: 'png', width: 30, height: 20 });
  });

  it('reads density, profile, bits and size of a jpeg', async () => {
    const bytes = await drawn().withIccProfile('srgb').withDensity(300).jpeg().toBuffer();
    expect(await measurePicture(await written(bytes))).toEqual({
      format: 'jpeg',
      width: 30,
      height: 20,
      bytes: bytes.length,
      details: { density: 300, colorProfile: 'sRGB', bitsPerChannel: 8, hasAlpha: false },
    });
  });

  it('sees an alpha channel', async () => {
    expect((await measurePicture(await written(drawn(4).png()))).details).toEqual({
      bitsPerChannel: 8,
      hasAlpha: true,
    });
  });

  it('sees sixteen bits', async () => {
    const file = await written(drawn().toColourspace('rgb16').tiff({ compression: 'lzw' }));
    expect((await measurePicture(file)).details?.bitsPerChannel).toBe(16);
  });

  it('says of a profile that makes no sense that it cannot be read', async () => {
    const jpeg = await drawn().withIccProfile('srgb').jpeg().toBuffer();
    // The signature of the profile's file, which every reader looks at.
    const at = jpeg.indexOf('acsp');
    jpeg.write('nope', at, 'latin1');
    const profile = (await measurePicture(await written(jpeg))).details?.colorProfile;
    expect(profile).toBe('that cannot be read');
  });

  it('refuses what is not a picture, with a reason', async () => {
    const file = await written(Buffer.from('hello'));
    expect(await errorOf(measurePicture(file))).toMatchObject({ message: 'is not a picture that can be read' });
  });

  // The same in each run: the end of a gif is one byte, which chance would put elsewhere, too.
  const samples = Array.from({ length: (200 * 150 * 3) / 32 + 1 }, (_, count) =>
    createHash('sha256').update(String(count)).digest(),
  );
  const noise = sharp(Buffer.concat(samples, 200 * 150 * 3), { raw: { width: 200, height: 150, channels: 3 } });
  const whole: [string, () => Promise<Buffer>][] = [
    ['jpeg', () => noise.clone().jpeg().toBuffer()],
    ['progressive jpeg', () => noise.clone().jpeg({ progressive: true }).toBuffer()],
    ['png', () => noise.clone().png().toBuffer()],
    ['gif', () => noise.clone().gif().toBuffer()],
    ['webp', () => noise.clone().webp().toBuffer()],
    ['tiff in strips', () => noise.clone().withDensity(300).tiff({ compression: 'lzw' }).toBuffer()],
    ['tiff in tiles', () => noise.clone().tiff({ compression: 'jpeg', tile: true }).toBuffer()],
  ];

  it.each(whole)('takes a whole %s, and one with zeros behind it', async (_format, make) => {
    const bytes = await make();
    for (const padding of [0, 20]) {
      const file = await written(Buffer.concat([bytes, Buffer.alloc(padding)]));
      expect(await measurePicture(file)).toMatchObject({ width: 200, height: 150 });
    }
  });

  it.each(whole)('sees that a %s is cut off, wherever it is', async (format, make) => {
    const bytes = await make();
    // A jpeg of which only the end mark is missing, two bytes, may have every line.
    const least = format.endsWith('jpeg') ? 3 : 1;
    for (const missing of [least, 10, Math.floor(bytes.length / 2)]) {
      const file = await written(bytes.subarray(0, bytes.length - missing));
      expect([missing, await errorOf(measurePicture(file))]).toMatchObject([missing, { name: 'CutPicture' }]);
    }
  });

  it.each(whole.filter(([format]) => !format.startsWith('tiff')))(
    'sees by the ends of a %s alone that it is whole, and takes none for whole that is cut off',
    async (_format, make) => {
      const bytes = await make();
      const cuts = [0, 1, 10, Math.floor(bytes.length / 2)].map((missing) => bytes.subarray(0, bytes.length - missing));
      expect(cuts.map((cut) => hasEndMarker(endsOf(cut), cut.length))).toEqual([true, false, false, false]);
    },
  );

  it('looks closer where the ends do not show it', async () => {
    const jpeg = await noise.clone().jpeg().toBuffer();
    const padded = Buffer.concat([jpeg, Buffer.alloc(20)]);
    const file = await written(padded);
    expect(await measurePicture(file, { bytes: padded.length, ends: endsOf(padded) })).toMatchObject({ width: 200 });
    const cut = jpeg.subarray(0, jpeg.length - 10);
    const half = await written(cut, 'cut');
    const measuring = measurePicture(half, { bytes: cut.length, ends: endsOf(cut) });
    expect(await errorOf(measuring)).toMatchObject({ name: 'CutPicture' });
  });

  it('takes a jpeg that has its end mark elsewhere, when every line is there', async () => {
    const jpeg = await noise.clone().jpeg().toBuffer();
    const file = await written(Buffer.concat([jpeg, Buffer.from('what a camera writes behind it')]));
    expect(await measurePicture(file)).toMatchObject({ format: 'jpeg', width: 200 });
  });

  it('does not open a picture of more pixels than are allowed', async () => {
    const file = await written(drawn().png());
    expect(await errorOf(measurePicture(file, { maxPixels: 599 }))).toMatchObject({
      name: 'UnreadablePicture',
      message: 'has more than the 599 pixels that a picture may have (preflight.maxPixels)',
    });
  });

  it('keeps the file system’s own error', async () => {
    expect(await errorOf(measurePicture(path.join(folder(), 'nothing')))).toMatchObject({ code: 'ENOENT' });
  });
});
