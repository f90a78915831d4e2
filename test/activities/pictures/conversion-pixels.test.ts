import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import sharp, { type Sharp } from 'sharp';

import { handmadeTiff, tiffFields } from '../../../bench/cuts/handmade-tiff';
import { convertPicture } from '../../../activities/pictures/convert-picture';
import { examinePicture } from '../../../activities/pictures/examine-picture';
import { builtInProfile } from '../../../activities/pictures/profile/built-in-profile';
import { profileChunk } from '../../../activities/pictures/mark/png-head';
import { planConversion, type Conversion } from '../../../domain/preflight/conversion';
import { handmadeProfile } from '../../../bench/conversions/handmade-profile';
import { folderForEach } from '../activity-harness';
import { goodPicture, noise } from './picture-files';

const folder = folderForEach();

/** The picture after a conversion, or why it cannot be had. */
async function converted(bytes: Buffer, wish: Conversion): Promise<{ bytes: Buffer; changes: string[] } | string[]> {
  const [from, to] = [path.join(folder(), 'from'), path.join(folder(), 'to')];
  await writeFile(from, bytes);
  const picture = goodPicture(await examinePicture(from));
  const { steps, impossible } = planConversion(wish, picture, undefined);
  if (impossible.length > 0) return [...impossible];
  if (steps === undefined) return { bytes, changes: [] };
  const changes = await convertPicture({ from, to, picture, steps });
  goodPicture(await examinePicture(to));
  return { bytes: await readFile(to), changes };
}

async function bytesAfter(bytes: Buffer, wish: Conversion): Promise<Buffer> {
  const after = await converted(bytes, wish);
  if (Array.isArray(after)) throw new Error(after.join('; '));
  return after.bytes;
}

/** The pixels as stored. */
async function pixels(bytes: Buffer): Promise<Buffer> {
  const { space } = await sharp(bytes).metadata();
  const isDeep = space.endsWith('16');
  return sharp(bytes, { ignoreIcc: true })
    .pipelineColourspace(space)
    .toColourspace(space)
    .raw({ depth: isDeep ? 'ushort' : 'uchar' })
    .toBuffer();
}

const colour = (channels: 3 | 4 = 3): Sharp => noise(24, 16, channels);
const cmyk16 = (): Buffer => {
  const strip = Buffer.from(Uint8Array.from({ length: 24 * 16 * 8 }, (_, index) => index * 7));
  return handmadeTiff([{ fields: tiffFields(24, 16, { bits: [16, 16, 16, 16], photometric: 5 }), strips: [strip] }]);
};

const kinds: [string, () => Promise<Buffer>][] = [
  ['an RGB JPEG', () => colour().jpeg().toBuffer()],
  ['a JPEG with a profile and EXIF', () => colour().withIccProfile('p3').withDensity(72).jpeg().toBuffer()],
  ['a CMYK JPEG', () => colour().toColourspace('cmyk').jpeg().toBuffer()],
  ['a grey JPEG', () => colour().toColourspace('b-w').jpeg().toBuffer()],
  ['an RGB PNG', () => colour().png().toBuffer()],
  ['an RGBA PNG', () => colour(4).png().toBuffer()],
  ['a PNG of 16 bits', () => colour().toColourspace('rgb16').png().toBuffer()],
  ['a grey PNG with alpha', () => colour(4).toColourspace('b-w').png().toBuffer()],
  ['a palette PNG', () => colour().png({ palette: true, colours: 16 }).toBuffer()],
  ['a TIFF', () => colour().tiff({ compression: 'lzw' }).toBuffer()],
  [
    'a TIFF that says nothing of its density',
    () => Promise.resolve(handmadeTiff([{ fields: tiffFields(8, 4), strips: [Buffer.alloc(96, 5)] }])),
  ],
  [
    'a BigTIFF',
    () => Promise.resolve(handmadeTiff([{ fields: tiffFields(8, 4), strips: [Buffer.alloc(96, 5)] }], { big: true })),
  ],
  ['a CMYK TIFF of 16 bits', () => Promise.resolve(cmyk16())],
];

describe('Another density', () => {
  it.each(kinds)('changes nothing else of %s', async (_kind, make) => {
    const before = await make();
    const after = await bytesAfter(before, { density: 300 });
    expect((await pixels(after)).equals(await pixels(before))).toBe(true);
    const [one, other] = await Promise.all([sharp(before).metadata(), sharp(after).metadata()]);
    const kept = ({ icc, xmp, iptc, space, depth }: sharp.Metadata) => ({ icc, xmp, iptc, space, depth });
    expect(kept(other)).toEqual(kept(one));
    await writeFile(path.join(folder(), 'after'), after);
    const { details } = goodPicture(await examinePicture(path.join(folder(), 'after')));
    expect([details.density, details.otherDensity]).toMatchObject([{ x: 300, y: 300 }, undefined]);
  });

  it('keeps all pages of a TIFF, each with the density', async () => {
    const page = { fields: tiffFields(8, 4), strips: [Buffer.alloc(96, 5)] };
    const after = await bytesAfter(handmadeTiff([page, page, page]), { density: 300 });
    expect(await sharp(after).metadata()).toMatchObject({ pages: 3, density: 300 });
    expect(await sharp(after, { page: 2 }).metadata()).toMatchObject({ density: 300 });
  });

  it('says that every pixel is unchanged', async () => {
    const after = await converted(await colour().jpeg().toBuffer(), { density: 300 });
    expect(after).toMatchObject({ changes: ['marked with 300 dpi', 'every pixel is unchanged'] });
  });
});

describe('A background', () => {
  const transparent = (
    space: 'srgb' | 'b-w' | 'rgb16',
    background = { r: 100, g: 100, b: 100, alpha: 0 },
  ): Promise<Buffer> =>
    sharp({ create: { width: 8, height: 8, channels: 4, background } })
      .toColourspace(space)
      .png()
      .toBuffer();

  it.each([
    ['RGB', 'srgb', [255, 128, 0]],
    ['grey', 'b-w', [255, 128, 0]],
    ['16 bits', 'rgb16', [255, 128, 0]],
  ] as const)('is the colour that was asked for, behind %s', async (_name, space, expected) => {
    const after = await bytesAfter(await transparent(space), { background: '#ff8000' });
    const rgb = await sharp(after).toColourspace('srgb').raw().toBuffer();
    [0, 1, 2].forEach((channel) => {
      expect(Math.abs((rgb[channel] ?? 0) - (expected[channel] ?? 0))).toBeLessThanOrEqual(1);
    });
  });

  it('that is grey keeps a grey picture grey', async () => {
    const after = await bytesAfter(await transparent('b-w'), { background: '#ffffff' });
    expect(await sharp(after).metadata()).toMatchObject({ space: 'b-w', channels: 1 });
  });

  it('keeps the opaque pixels of a picture with a wide profile, and its profile', async () => {
    const opaque = await colour().withIccProfile('p3').png().toBuffer();
    const rgba = await sharp(opaque, { ignoreIcc: true })
      .keepIccProfile()
      .joinChannel(Buffer.alloc(24 * 16, 255).fill(0, 0, 24), { raw: { width: 24, height: 16, channels: 1 } })
      .png()
      .toBuffer();
    const after = await bytesAfter(rgba, { background: '#ffffff' });
    const [before, now] = await Promise.all([pixels(opaque), pixels(after)]);
    expect(now.subarray(24 * 3).equals(before.subarray(24 * 3))).toBe(true);
    expect((await sharp(after).metadata()).icc).toEqual((await sharp(opaque).metadata()).icc);
  });

  it('behind nothing changes nothing', async () => {
    const opaque = await colour().ensureAlpha().png().toBuffer();
    expect(await converted(opaque, { background: '#ffffff' })).toMatchObject({ changes: [] });
  });
});

describe('An opaque alpha channel', () => {
  it('is left out, and every colour stays', async () => {
    const rgb = await colour().png().toBuffer();
    const after = await bytesAfter(await sharp(rgb).ensureAlpha().png().toBuffer(), { alpha: 'remove' });
    expect((await sharp(after).metadata()).hasAlpha).toBe(false);
    expect((await pixels(after)).equals(await pixels(rgb))).toBe(true);
  });
});

describe('An orientation', () => {
  it('is stored in the pixels', async () => {
    const png = await colour().withMetadata({ orientation: 6 }).png().toBuffer();
    const turned = await sharp(png).rotate(90).raw().toBuffer();
    const after = await bytesAfter(png, { orientation: 'apply' });
    const { width, height, orientation = 1 } = await sharp(after).metadata();
    expect({ width, height, orientation }).toEqual({ width: 16, height: 24, orientation: 1 });
    expect((await pixels(after)).equals(turned)).toBe(true);
  });
});

describe('A profile', () => {
  const flat = (space: 'srgb' | 'rgb16', profile?: string): Sharp => {
    const picture = sharp({ create: { width: 8, height: 8, channels: 3, background: { r: 200, g: 40, b: 30 } } });
    return (profile === undefined ? picture : picture.withIccProfile(profile)).toColourspace(space);
  };
  /** The largest difference of the first pixel. */
  const difference = (found: Buffer, expected: readonly number[]): number =>
    Math.max(...expected.map((value, index) => Math.abs((found[index] ?? 0) - value)));

  it('of 16 bits that has none is taken for sRGB', async () => {
    const after = await bytesAfter(await flat('rgb16').png().toBuffer(), { profile: 'srgb' });
    const { depth, icc } = await sharp(after).metadata();
    expect([depth, icc !== undefined]).toEqual(['ushort', true]);
    expect(
      difference(await sharp(after, { ignoreIcc: true }).toColourspace('srgb').raw().toBuffer(), [200, 40, 30]),
    ).toBeLessThanOrEqual(1);
  });

  it.each([
    ['a JPEG', () => colour().jpeg().toBuffer()],
    ['a PNG', () => colour().png().toBuffer()],
    ['a PNG of 16 bits', () => colour().toColourspace('rgb16').png().toBuffer()],
    ['a palette PNG', () => colour().png({ palette: true, colours: 16 }).toBuffer()],
    ['a TIFF', () => colour().tiff({ compression: 'lzw' }).toBuffer()],
    [
      'a BigTIFF',
      () => Promise.resolve(handmadeTiff([{ fields: tiffFields(8, 4), strips: [Buffer.alloc(96, 5)] }], { big: true })),
    ],
  ])('of %s that has none is only named sRGB, and no pixel changes', async (_kind, make) => {
    const before = await make();
    const after = await converted(before, { profile: 'srgb' });
    if (Array.isArray(after)) throw new Error(after.join('; '));
    expect(after.changes).toEqual(['marked as sRGB', 'every pixel is unchanged']);
    expect((await pixels(after.bytes)).equals(await pixels(before))).toBe(true);
    const [one, other] = await Promise.all([sharp(before).metadata(), sharp(after.bytes).metadata()]);
    expect([other.icc?.length, other.density]).toEqual([480, one.density]);
  });

  it('is exchanged in a picture of many parts, in each pixel and with everything else kept', async () => {
    const flatWide = sharp({ create: { width: 1100, height: 700, channels: 3, background: { r: 200, g: 40, b: 30 } } });
    const jpeg = await flatWide
      .withIccProfile('p3')
      .withExif({ IFD0: { Copyright: 'Acme' } })
      .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"/>')
      .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
      .toBuffer();
    const caption = Buffer.from('\x1c\x02\x78\0\x07caption', 'latin1');
    const resource = Buffer.concat([Buffer.from('Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x0c', 'latin1'), caption]);
    const segment = Buffer.concat([Buffer.from([0xff, 0xed, 0, resource.length + 2]), resource]);
    const before = Buffer.concat([jpeg.subarray(0, 2), segment, jpeg.subarray(2)]);
    const after = await bytesAfter(before, { profile: 'srgb' });
    const { exif, xmp, iptc, icc } = await sharp(after).metadata();
    expect(exif?.includes('Acme')).toBe(true);
    expect(xmp?.includes('x:xmpmeta')).toBe(true);
    expect(iptc?.includes('caption')).toBe(true);
    expect(icc).toEqual((await sharp(await flat('srgb', 'srgb').png().toBuffer()).metadata()).icc);
    const [first, found] = [await pixels(before), await pixels(after)];
    expect(difference(first, [...found.subarray(0, 3)])).toBeGreaterThan(3);
    const { channels } = await sharp(after, { ignoreIcc: true }).stats();
    expect(channels.every(({ min, max }) => max - min <= 2)).toBe(true);
  });

  it('and a background: the background is the colour asked for in the new profile', async () => {
    const transparent = sharp({
      create: { width: 8, height: 8, channels: 4, background: { r: 9, g: 99, b: 9, alpha: 0 } },
    });
    const png = await transparent.png().toBuffer();
    const wide = Buffer.concat([png.subarray(0, 33), profileChunk(await builtInProfile('p3')), png.subarray(33)]);
    const after = await bytesAfter(wide, { profile: 'srgb', background: '#ff8000' });
    expect([...(await pixels(after)).subarray(0, 3)]).toEqual([255, 128, 0]);
  });

  it('of sRGB is the same colour in Display P3', async () => {
    const after = await bytesAfter(await flat('srgb').png().toBuffer(), { profile: 'p3' });
    expect(difference(await sharp(after, { ignoreIcc: true }).raw().toBuffer(), [184, 56, 41])).toBeLessThanOrEqual(1);
  });

  it('of a wide picture is not clipped to sRGB on its way', async () => {
    // The purest green of Adobe RGB: by way of sRGB it would have 117 of red in Display P3.
    const adobe = [0.6097, 0.3111, 0.0195, 0.2053, 0.6257, 0.0609, 0.1492, 0.0632, 0.7446];
    const profile = handmadeProfile({ name: 'Adobe RGB', colorants: adobe, gamma: 2.199 });
    const green = sharp({ create: { width: 8, height: 8, channels: 3, background: '#00ff00' } });
    const png = await green.png().toBuffer();
    const chunk = profileChunk(profile);
    const wide = Buffer.concat([png.subarray(0, 33), chunk, png.subarray(33)]);
    const after = await bytesAfter(wide, { profile: 'p3' });
    const [red = 255, greenAfter = 0] = await sharp(after, { ignoreIcc: true }).raw().toBuffer();
    expect(red).toBeLessThan(80);
    expect(greenAfter).toBeGreaterThan(240);
  });
});

describe('A picture in CMYK', () => {
  const cmyk = (...ink: number[]): Buffer => {
    const strip = Buffer.from(Uint8Array.from({ length: 8 * 4 * 4 }, (_, index) => ink[index % 4] ?? 0));
    return handmadeTiff([{ fields: tiffFields(8, 4, { bits: [8, 8, 8, 8], photometric: 5 }), strips: [strip] }]);
  };

  it.each([
    ['paper', [0, 0, 0, 0], ([red, green, blue]: number[]) => Math.min(red ?? 0, green ?? 0, blue ?? 0) > 250],
    ['black', [0, 0, 0, 255], ([red, green, blue]: number[]) => Math.max(red ?? 255, green ?? 255, blue ?? 255) < 70],
    [
      'cyan',
      [255, 0, 0, 0],
      ([red, green, blue]: number[]) => (red ?? 255) < 90 && (green ?? 0) > 110 && (blue ?? 0) > 160,
    ],
    [
      'yellow',
      [0, 0, 255, 0],
      ([red, green, blue]: number[]) => (red ?? 0) > 220 && (green ?? 0) > 200 && (blue ?? 255) < 90,
    ],
  ])('becomes a picture of a screen only where that is asked: %s', async (_name, ink, isRight) => {
    const after = await bytesAfter(cmyk(...ink), { profile: 'srgb' });
    const { data, info } = await sharp(after, { ignoreIcc: true }).raw().toBuffer({ resolveWithObject: true });
    expect(info.channels).toBe(3);
    expect([[...data.subarray(0, 3)], isRight([...data.subarray(0, 3)])]).toEqual([[...data.subarray(0, 3)], true]);
    expect((await pixels(await bytesAfter(cmyk(...ink), { density: 300 }))).subarray(0, 4)).toEqual(Buffer.from(ink));
  });
});

describe('A conversion that may keep only the first page', () => {
  const page = { fields: tiffFields(8, 4), strips: [Buffer.alloc(96, 5)] };

  it('writes that, and says so', async () => {
    const after = await converted(handmadeTiff([page, page]), { profile: 'p3', pages: 'first' });
    if (Array.isArray(after)) throw new Error(after.join('; '));
    expect(after.changes).toContain('kept to its first page');
    expect((await sharp(after.bytes).metadata()).pages ?? 1).toBe(1);
  });

  it('keeps all pages where nothing has to be written anew', async () => {
    const after = await bytesAfter(handmadeTiff([page, page]), { density: 300, pages: 'first' });
    expect((await sharp(after).metadata()).pages).toBe(2);
  });
});

describe('A conversion that would lose something', () => {
  const page = { fields: tiffFields(8, 4, { bits: [8, 8, 8, 8] }), strips: [Buffer.alloc(128, 5)] };
  it.each([
    ['pages', handmadeTiff([{ ...page, fields: [...page.fields, [338, 3, [2]]] }, page]), 'it has 2 pages'],
    ['a spot colour', handmadeTiff([page]), 'it has a channel without a meaning that TIFF names'],
  ])('is refused: %s', async (_what, bytes, why) => {
    const after = await converted(bytes, { profile: 'p3' });
    expect(after).toEqual([expect.stringContaining(why)]);
  });
});
