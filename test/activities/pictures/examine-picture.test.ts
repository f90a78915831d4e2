import { crc32 } from 'node:zlib';

import sharp from 'sharp';

import { fileKind } from '../../../activities/pictures/bytes/file-kind';
import { examinePicture } from '../../../activities/pictures/examine-picture';
import { mp4Clip } from '../../../sandbox/pictures/animation';
import { errorOf } from '../../clients/test-server';
import { handmadeTiff, tiffFields, type TiffField } from '../../../bench/cuts/handmade-tiff';
import { drawn, examinerForEach, goodPicture } from './picture-files';

const examine = examinerForEach();

/** Inserts bytes at a place. */
const inserted = (bytes: Buffer, at: number, more: Buffer): Buffer =>
  Buffer.concat([bytes.subarray(0, at), more, bytes.subarray(at)]);

/** An EXIF block with these fields of its first directory. */
const exifBlock = (fields: readonly TiffField[]): Buffer =>
  Buffer.concat([Buffer.from('Exif\0\0'), handmadeTiff([{ fields, strips: [] }])]);

/** A JPEG with an EXIF segment, by default right behind its start. */
const withExif = (jpeg: Buffer, fields: readonly TiffField[], at = 2): Buffer => {
  const block = exifBlock(fields);
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(block.length + 2, 2);
  return inserted(jpeg, at, Buffer.concat([head, block]));
};

/** A GIF of one pixel and so many frames, none of which has a transparent colour. */
const opaqueGif = (frames: number): Buffer => {
  const header = Buffer.from('GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff', 'latin1');
  const frame = Buffer.from([0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0]);
  return Buffer.concat([header, ...Array.from({ length: frames }, () => frame), Buffer.from([0x3b])]);
};

const opaqueFrames = (frames: number): sharp.Sharp =>
  sharp(Buffer.from(Array.from({ length: 20 * 10 * 3 * frames }, (_, index) => (index * 7) % 251)), {
    raw: { width: 20, height: 10 * frames, channels: 3, pageHeight: 10 },
  });

const pngChunk = (type: string, body: Buffer): Buffer => {
  const chunk = Buffer.concat([Buffer.alloc(4), Buffer.from(type), body, Buffer.alloc(4)]);
  chunk.writeUInt32BE(body.length);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, -4)), chunk.length - 4);
  return chunk;
};

/** A PNG that moves: behind its header it says so, and its own picture is the first of these frames. */
const movingPng = (png: Buffer, frames: number): Buffer => {
  const control = pngChunk('fcTL', Buffer.alloc(26));
  const started = inserted(png, 33, Buffer.concat([pngChunk('acTL', Buffer.alloc(8)), control]));
  return inserted(started, started.length - 12, Buffer.concat(Array.from({ length: frames - 1 }, () => control)));
};

describe('Examining a picture', () => {
  it('goes by its bytes, not by its name', async () => {
    expect(await examine(drawn().png(), {}, 'picture.jpg')).toMatchObject({ format: 'png', picture: { width: 30 } });
  });

  it('reads everything that a spec can ask for', async () => {
    const bytes = await drawn().withIccProfile('srgb').withDensity(300).jpeg().toBuffer();
    expect(await examine(bytes)).toEqual({
      format: 'jpeg',
      picture: {
        format: 'jpeg',
        width: 30,
        height: 20,
        bytes: bytes.length,
        details: {
          density: { x: 300, y: 300, source: 'EXIF' },
          colorSpace: 'RGB',
          colorProfile: 'sRGB',
          profileFamily: 'sRGB',
          bitsPerChannel: 8,
          hasAlphaChannel: false,
          isTransparent: false,
          pages: 1,
        },
      },
    });
  });

  it('keeps the file system’s own error', async () => {
    expect(await errorOf(examinePicture('/nonexistent/picture'))).toMatchObject({ code: 'ENOENT' });
  });
});

describe('Transparency', () => {
  const spot = async (alpha: number, format: 'png' | 'webp' | 'tiff', depth: 8 | 16 = 8): Promise<Buffer> => {
    const most = depth === 8 ? 255 : 65_535;
    const pixels = depth === 8 ? new Uint8Array(64).fill(most) : new Uint16Array(64).fill(most);
    pixels[63] = alpha;
    const picture = sharp(pixels, { raw: { width: 4, height: 4, channels: 4 } });
    const deep = depth === 8 ? picture : picture.toColourspace('rgb16');
    return format === 'webp' ? deep.webp({ lossless: true }).toBuffer() : deep[format]().toBuffer();
  };

  it.each([
    ['an opaque RGBA PNG', () => spot(255, 'png'), { hasAlphaChannel: true, isTransparent: false }],
    [
      'one pixel of a PNG that is not quite opaque',
      () => spot(254, 'png'),
      { hasAlphaChannel: true, isTransparent: true },
    ],
    ['an opaque PNG of 16 bits', () => spot(65_535, 'png', 16), { hasAlphaChannel: true, isTransparent: false }],
    ['one pixel of 16 bits that is not quite opaque', () => spot(65_400, 'png', 16), { isTransparent: true }],
    ['one pixel of a WebP', () => spot(100, 'webp'), { hasAlphaChannel: true, isTransparent: true }],
    [
      'a transparent palette',
      () => drawn(0.5).png({ palette: true }).toBuffer(),
      { colorSpace: 'palette', isTransparent: true },
    ],
    ['a picture without the channel', () => drawn().png().toBuffer(), { hasAlphaChannel: false, isTransparent: false }],
  ])('of %s is what its pixels are', async (_name, make, expected) => {
    expect(goodPicture(await examine(await make())).details).toMatchObject(expected);
  });

  it('is not what the unchanged parts of a moving GIF are stored as', async () => {
    const frame = Buffer.alloc(40 * 40 * 3, 200);
    const second = Buffer.from(frame);
    second.fill(10, 0, 60);
    const moving = sharp(Buffer.concat([frame, second]), {
      raw: { width: 40, height: 80, channels: 3, pageHeight: 40 },
    }).gif({ delay: [100, 100] });
    expect(goodPicture(await examine(moving)).details).toMatchObject({ pages: 2, isTransparent: false });
  });

  it.each([
    ['GIF', () => Promise.resolve(opaqueGif(3))],
    [
      'WebP',
      () =>
        opaqueFrames(3)
          .webp({ delay: [100, 100, 100] })
          .toBuffer(),
    ],
    ['PNG', async () => movingPng(await drawn().png().toBuffer(), 3)],
  ])('is none in a moving %s whose frames have no alpha channel', async (_format, make) => {
    const { details } = goodPicture(await examine(await make()));
    expect(details).toMatchObject({ pages: 3, hasAlphaChannel: false, isTransparent: false });
  });

  it.each([
    [
      0,
      { hasAlphaChannel: false, isTransparent: false, extraChannels: ['a channel without a meaning that TIFF names'] },
    ],
    [1, { hasAlphaChannel: true, isTransparent: true }],
    [2, { hasAlphaChannel: true, isTransparent: true }],
  ])('of a TIFF is only what ExtraSamples %i calls alpha', async (kind, expected) => {
    const fields: TiffField[] = [...tiffFields(4, 4, { bits: [8, 8, 8, 8] }), [338, 3, [kind]]];
    const tiff = handmadeTiff([{ fields, strips: [Buffer.alloc(64, 7)] }]);
    expect(goodPicture(await examine(tiff)).details).toMatchObject(expected);
  });
});

describe('A TIFF of several pages', () => {
  const page = (alpha: boolean, value: number) => {
    const bits = alpha ? [8, 8, 8, 8] : [8, 8, 8];
    const fields: TiffField[] = [...tiffFields(4, 4, { bits }), ...(alpha ? [[338, 3, [2]] as const] : [])];
    return { fields, strips: [Buffer.alloc(16 * bits.length, value)] };
  };

  it.each([
    ['of the first page', [page(true, 7), page(false, 7)], true],
    ['of a later page', [page(false, 7), page(true, 7)], true],
    ['of a later page behind an opaque one', [page(true, 255), page(true, 7)], true],
    ['of no page', [page(true, 255), page(true, 255)], false],
  ])('is transparent by a pixel %s', async (_which, pages, isTransparent) => {
    const { details } = goodPicture(await examine(handmadeTiff(pages)));
    expect(details).toMatchObject({ hasAlphaChannel: true, isTransparent, pages: 2 });
  });
});

describe('Density', () => {
  /** A JPEG with a JFIF segment, which sharp does not write. */
  const jfif = async (unit: number, x: number, y = x): Promise<Buffer> => {
    const segment = Buffer.from('\xff\xe0\0\x10JFIF\0\x01\x02\0\0\0\0\0\0\0', 'latin1');
    segment.writeUInt8(unit, 11);
    segment.writeUInt16BE(x, 12);
    segment.writeUInt16BE(y, 14);
    return inserted(await drawn().jpeg().toBuffer(), 2, segment);
  };
  const png = async (unit?: number, x = 11_811, y = x): Promise<Buffer> => {
    const plain = await drawn().png().toBuffer();
    const at = plain.indexOf('pHYs');
    const bare = at < 0 ? plain : Buffer.concat([plain.subarray(0, at - 4), plain.subarray(at + 17)]);
    if (unit === undefined) return bare;
    const chunk = Buffer.alloc(21);
    chunk.writeUInt32BE(9, 0);
    chunk.write('pHYs', 4);
    chunk.writeUInt32BE(x, 8);
    chunk.writeUInt32BE(y, 12);
    chunk.writeUInt8(unit, 16);
    // The checksum of type and value.
    chunk.writeUInt32BE(crc32(chunk.subarray(4, 17)), 17);
    return inserted(bare, 33, chunk);
  };
  const tiff = (fields: readonly TiffField[]): Buffer =>
    handmadeTiff([{ fields: [...tiffFields(4, 4), ...fields], strips: [Buffer.alloc(48)] }]);
  const exif = (x: number, unit = 2): TiffField[] => [
    [282, 5, [x, 1]],
    [283, 5, [x, 1]],
    [296, 3, [unit]],
  ];

  it.each([
    ['JFIF per inch', () => jfif(1, 300), { x: 300, y: 300, source: 'JFIF' }],
    ['JFIF per centimetre', () => jfif(2, 100), { x: 254, y: 254, source: 'JFIF' }],
    ['JFIF, axes that differ', () => jfif(1, 72, 300), { x: 72, y: 300, source: 'JFIF' }],
    ['JFIF without a unit', () => jfif(0, 1), undefined],
    ['JFIF of zero', () => jfif(1, 0), undefined],
    [
      'JFIF without a unit, and EXIF',
      async () => withExif(await jfif(0, 1), exif(300)),
      { x: 300, y: 300, source: 'EXIF' },
    ],
    ['PNG per metre', () => png(1), { x: 300, y: 300, source: 'pHYs' }],
    ['PNG without a unit', () => png(0, 300), undefined],
    ['PNG that says nothing', () => png(), undefined],
    ['PNG, axes that differ', () => png(1, 2835, 11_811), { x: 72.01, y: 300, source: 'pHYs' }],
    ['TIFF per inch', () => tiff(exif(300)), { x: 300, y: 300, source: 'TIFF' }],
    ['TIFF per centimetre', () => tiff(exif(100, 3)), { x: 254, y: 254, source: 'TIFF' }],
    ['TIFF without a unit', () => tiff(exif(300, 1)), undefined],
    ['TIFF that says nothing', () => tiff([]), undefined],
    ['WebP by EXIF', () => drawn().withDensity(300).webp().toBuffer(), { x: 300, y: 300, source: 'EXIF' }],
    ['WebP that says nothing', () => drawn().webp().toBuffer(), undefined],
  ])('of %s is what the file says', async (_name, make, expected) => {
    expect(goodPicture(await examine(await make())).details.density).toEqual(expected);
  });

  it('names both where JFIF and EXIF disagree', async () => {
    expect(goodPicture(await examine(withExif(await jfif(1, 72), exif(300)))).details).toMatchObject({
      density: { x: 72, source: 'JFIF' },
      otherDensity: { x: 300, source: 'EXIF' },
    });
  });

  it('names one where they agree', async () => {
    const { details } = goodPicture(await examine(withExif(await jfif(1, 300), exif(300))));
    expect(details.otherDensity).toBeUndefined();
  });
});

describe('Bits and colours', () => {
  const tiff = (bits: readonly number[], photometric: number, strip: Buffer, more: readonly TiffField[] = []): Buffer =>
    handmadeTiff([{ fields: [...tiffFields(8, 4, { bits, photometric }), ...more], strips: [strip] }]);

  it.each([
    [
      'a PNG of 1 bit',
      () => drawn().greyscale().png({ palette: true, colours: 2 }).toBuffer(),
      { bitsPerChannel: 1, colorSpace: 'palette' },
    ],
    [
      'a PNG of 16 bits',
      () => drawn().toColourspace('rgb16').png().toBuffer(),
      { bitsPerChannel: 16, colorSpace: 'RGB' },
    ],
    ['a grey JPEG', () => drawn().toColourspace('b-w').jpeg().toBuffer(), { bitsPerChannel: 8, colorSpace: 'grey' }],
    ['a CMYK JPEG', () => drawn().toColourspace('cmyk').jpeg().toBuffer(), { bitsPerChannel: 8, colorSpace: 'CMYK' }],
    [
      'a TIFF of 1 bit',
      () => Promise.resolve(tiff([1], 1, Buffer.alloc(4))),
      { bitsPerChannel: 1, colorSpace: 'grey' },
    ],
    [
      'a TIFF of 4 bits',
      () => Promise.resolve(tiff([4], 1, Buffer.alloc(16))),
      { bitsPerChannel: 4, colorSpace: 'grey' },
    ],
    [
      'a TIFF of 16 bits',
      () => Promise.resolve(tiff([16, 16, 16], 2, Buffer.alloc(192))),
      { bitsPerChannel: 16, colorSpace: 'RGB' },
    ],
    [
      'a TIFF of half floats',
      () => Promise.resolve(tiff([16, 16, 16], 2, Buffer.alloc(192), [[339, 3, [3, 3, 3]]])),
      { bitsPerChannel: 16, isFloat: true },
    ],
    ['a GIF', () => drawn().gif().toBuffer(), { colorSpace: 'palette' }],
  ])('of %s are those of the file', async (_name, make, expected) => {
    expect(goodPicture(await examine(await make())).details).toMatchObject(expected);
  });
});

describe('Orientation', () => {
  it.each([
    [1, { width: 60, height: 30 }],
    [3, { width: 60, height: 30 }],
    [6, { width: 30, height: 60 }],
    [8, { width: 30, height: 60 }],
  ])('%i counts for the size', async (orientation, size) => {
    const jpeg = await drawn().resize(60, 30).jpeg().toBuffer();
    const picture = goodPicture(await examine(withExif(jpeg, [[274, 3, [orientation]]])));
    expect(picture).toMatchObject(size);
    expect(picture.details.orientation).toBe(orientation === 1 ? undefined : orientation);
  });

  it('counts also when it stands behind the frame header', async () => {
    const jpeg = await drawn().jpeg().toBuffer();
    const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
    const behind = frame + 2 + jpeg.readUInt16BE(frame + 2);
    const picture = goodPicture(await examine(withExif(jpeg, [[274, 3, [6]]], behind)));
    expect(picture).toMatchObject({ width: 20, height: 30, details: { orientation: 6 } });
  });

  it('counts in a TIFF', async () => {
    const fields: TiffField[] = [...tiffFields(8, 4), [274, 3, [6]]];
    const tiff = handmadeTiff([{ fields, strips: [Buffer.alloc(96)] }]);
    expect(goodPicture(await examine(tiff))).toMatchObject({ width: 4, height: 8 });
  });
});

describe('What cannot be measured', () => {
  it.each([
    [
      'a Lab TIFF with 8 bits per channel',
      () => handmadeTiff([{ fields: tiffFields(4, 4, { photometric: 8 }), strips: [Buffer.alloc(48)] }]),
    ],
    [
      'a TIFF with 12 bits per channel',
      () => handmadeTiff([{ fields: tiffFields(4, 4, { bits: [12], photometric: 1 }), strips: [Buffer.alloc(24)] }]),
    ],
  ])('is called %s', async (kind, make) => {
    expect(await examine(make())).toMatchObject({
      picture: { width: 4, height: 4 },
      trouble: { kind: 'cannot be measured', why: `is ${kind}, which extpost cannot decode` },
    });
  });

  it('is called a PNG in Apple’s own form', async () => {
    const png = await drawn().png().toBuffer();
    const chunk = Buffer.from('\0\0\0\x04CgBI\x50\0\x20\x06\x2c\xb8\x77\x66', 'latin1');
    const { trouble } = await examine(inserted(png, 8, chunk));
    expect(trouble?.why).toBe('is a PNG in Apple’s own form (CgBI), which extpost cannot decode');
  });

  it('is a picture of more pixels than are allowed, which no decoder sees', async () => {
    expect((await examine(drawn().png(), { maxPixels: 599 })).trouble).toEqual({
      kind: 'too large',
      why: 'has more than the 599 pixels that a picture may have (preflight.maxPixels)',
    });
  });

  it('is a picture that needs more memory than is allowed', async () => {
    const flat = sharp({ create: { width: 1000, height: 1000, channels: 3, background: 'red' } });
    const { trouble } = await examine(flat.jpeg({ progressive: true }), { maxDecodedBytes: 1024 ** 2 });
    expect(trouble).toEqual({
      kind: 'too large',
      why: 'needs 6 MiB of memory to be decoded, more than the 1 MiB of worker.decodedBytes',
    });
  });
});

describe('What is not a picture', () => {
  it.each([
    ['html', '<!DOCTYPE html><html>Sign in</html>', 'is an HTML page, not a picture that a spec can ask for'],
    ['html', '\n  <html><body>403</body>', 'is an HTML page, not a picture that a spec can ask for'],
    [
      'svg',
      '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>',
      'is an SVG drawing, not a picture that a spec can ask for',
    ],
    ['json', '{"error":"gone"}', 'is JSON text, not a picture that a spec can ask for'],
    ['psd', '8BPS\0\x01', 'is a Photoshop document, not a picture that a spec can ask for'],
    ['pdf', '%PDF-1.7', 'is a PDF document, not a picture that a spec can ask for'],
    ['jxl', '\xff\x0a', 'is a JPEG XL picture, not a picture that a spec can ask for'],
    ['avif', '\0\0\0\x1cftypavif\0\0\0\0mif1avif', 'is an AVIF picture'],
    ['heic', '\0\0\0\x18ftypmif1\0\0\0\0heic', 'is a HEIC picture'],
    ['unknown', 'hello', 'is not a picture that can be read'],
    ['unknown', '', 'is empty'],
  ])('is told by its bytes to be %s', async (format, text, why) => {
    expect(await examine(Buffer.from(text, 'latin1'), {}, 'picture.jpg')).toEqual({
      format,
      trouble: { kind: 'not a picture', why },
    });
  });

  it('is a film', async () => {
    expect((await examine(mp4Clip({ width: 64, height: 64 }, 'film'))).trouble).toEqual({
      kind: 'film',
      why: 'is a film (mp4)',
    });
  });

  it('is not recognised behind bytes that hide it', () => {
    expect(fileKind(Buffer.from('   <svg/>')).kind).toBe('other');
  });
});
