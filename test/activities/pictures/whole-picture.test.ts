import sharp from 'sharp';

import { countCuts } from '../../../bench/cuts/cuts';
import { handmadeTiff, tiffFields } from '../../../bench/cuts/handmade-tiff';
import { examinerForEach, noise } from './picture-files';

const examine = examinerForEach();

describe('A picture that is cut off or damaged', () => {
  // `npm run bench -- cuts` makes the whole table.
  it('never passes when pixels are lost, and is never seen in one that is whole', async () => {
    const counts = await countCuts(2, 3);
    expect(counts.map(({ kind, harmful, wrongAlarms }) => [kind, harmful, wrongAlarms])).toEqual(
      counts.map(({ kind }) => [kind, 0, 0]),
    );
    expect(counts.reduce((sum, { noticed }) => sum + noticed, 0)).toBeGreaterThan(400);
  });

  it('in the last row of blocks of a baseline JPEG is noticed', async () => {
    const jpeg = await noise(1080, 1350).blur(2).jpeg().toBuffer();
    expect((await examine(jpeg.subarray(0, -1000))).trouble).toMatchObject({
      kind: 'cut',
      why: expect.stringContaining('is cut off: its last row cannot be decoded') as unknown,
    });
  });

  it('and has got an end mark again is noticed', async () => {
    const jpeg = await noise(200, 150).jpeg().toBuffer();
    const ended = Buffer.concat([jpeg.subarray(0, -1000), Buffer.from([0xff, 0xd9])]);
    expect((await examine(ended)).trouble?.kind).toBe('cut');
  });

  it('in a later page of a TIFF is noticed', async () => {
    const page = { fields: tiffFields(20, 10), strips: [Buffer.alloc(600, 9)] };
    const tiff = handmadeTiff([page, page, page]);
    expect((await examine(tiff.subarray(0, -100))).trouble?.why).toBe('is cut off: picture data of page 3 is missing');
  });

  it.each(['IHDR', 'PLTE', 'IDAT'])('is noticed when the checksum of the chunk %s of a PNG is wrong', async (chunk) => {
    const png = await noise(20, 15).png({ palette: true }).toBuffer();
    const at = png.indexOf(chunk);
    const checksum = at + 4 + png.readUInt32BE(at - 4);
    png.writeUInt8(png.readUInt8(checksum) ^ 0xff, checksum);
    expect((await examine(png)).trouble?.why).toMatch(/^is .* decoded \(.*(CRC|read) error/);
  });

  it('in its header is noticed', async () => {
    const jpeg = await noise(20, 15).jpeg().toBuffer();
    expect((await examine(jpeg.subarray(0, 100))).trouble?.kind).toBe('cut');
  });
});

describe('A picture that is whole', () => {
  const page = { fields: tiffFields(21, 9), strips: [Buffer.alloc(567, 9)] };
  it.each([
    ['a JPEG with what a camera writes behind it', () => noise(20, 15).jpeg().toBuffer(), 'more'],
    ['a JPEG with zeros behind it', () => noise(20, 15).jpeg().toBuffer(), '\0'.repeat(100)],
    ['a PNG with much behind its end', () => noise(20, 15).png().toBuffer(), 'x'.repeat(100_000)],
    ['a GIF with bytes behind its end', () => noise(20, 15).gif().toBuffer(), 'more'],
    ['a WebP with bytes behind its end', () => noise(20, 15).webp().toBuffer(), 'more'],
    ['a TIFF with bytes behind its end', () => noise(20, 15).tiff().toBuffer(), 'more'],
    ['a TIFF with an odd number of bytes', () => Promise.resolve(handmadeTiff([page])), ''],
    ['a BigTIFF', () => Promise.resolve(handmadeTiff([page, page], { big: true })), ''],
    ['a big-endian TIFF', () => Promise.resolve(handmadeTiff([page, page], { little: false })), ''],
  ])('is %s', async (_name, make, behind) => {
    const { trouble } = await examine(Buffer.concat([await make(), Buffer.from(behind)]));
    expect(trouble).toBeUndefined();
  });

  it('is a JPEG that a decoder only warns of', async () => {
    const jpeg = await noise(20, 15).jpeg().toBuffer();
    const odd = Buffer.concat([jpeg.subarray(0, 2), Buffer.from([1, 2, 3]), jpeg.subarray(2)]);
    await expect(sharp(odd, { failOn: 'warning' }).raw().toBuffer()).rejects.toThrow('extraneous');
    expect((await examine(odd)).trouble).toBeUndefined();
  });
});
