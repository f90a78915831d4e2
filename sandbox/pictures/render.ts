import { renderAsync } from '@resvg/resvg-js';
import sharp from 'sharp';

/** The encoding of a picture: Celtra's `ImageAssetFormat` (docs/reference/celtra.md#asset-formats). */
export type PictureFormat =
  | { readonly format: 'png'; readonly colors?: number | undefined }
  | { readonly format: 'jpeg'; readonly quality?: number | undefined; readonly maxSizeKb?: number | undefined }
  | { readonly format: 'tiff' }
  | { readonly format: 'webp' };

const DOTS_PER_INCH = 72;
const BEST_JPEG_QUALITY = 95;
const fontFiles = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'].map((file) =>
  require.resolve(`dejavu-fonts-ttf/ttf/${file}`),
);

/** Raw pixels, four bytes each: red, green, blue, alpha. */
export interface Pixels {
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
}

/** Draws an SVG document, scaled by `ratio`, without fonts of the machine. */
export async function drawSvg(svg: string, ratio = 1): Promise<Pixels> {
  const drawn = await renderAsync(svg, {
    font: { fontFiles, loadSystemFonts: false, defaultFontFamily: 'DejaVu Sans' },
    logLevel: 'off',
    ...(ratio === 1 ? {} : { fitTo: { mode: 'zoom', value: ratio } as const }),
  });
  return { data: drawn.pixels, width: drawn.width, height: drawn.height };
}

/** Draws and encodes an SVG document; the same input gives the same bytes. */
export async function renderPicture(svg: string, format: PictureFormat): Promise<Buffer> {
  return encodePicture(await drawSvg(svg), format);
}

/** Encodes pixels as a picture in sRGB at 72 dpi. */
export async function encodePicture({ data, width, height }: Pixels, format: PictureFormat): Promise<Buffer> {
  const pixels = sharp(data, { raw: { width, height, channels: 4 } })
    .withIccProfile('srgb')
    .withMetadata({ density: DOTS_PER_INCH });
  switch (format.format) {
    case 'png':
      return pixels
        .png({ compressionLevel: 6, ...(format.colors === undefined ? {} : { colours: format.colors }) })
        .toBuffer();
    case 'tiff':
      return pixels.tiff({ compression: 'lzw' }).toBuffer();
    case 'webp':
      return pixels.webp({ effort: 2 }).toBuffer();
    case 'jpeg':
      return encodeJpeg(pixels.flatten({ background: '#ffffff' }), format);
  }
}

/**
 * `quality` is used only if `maxSizeKb` is absent (docs/reference/celtra.md#asset-formats); under a size, the best
 * quality that fits is taken.
 */
async function encodeJpeg(
  pixels: sharp.Sharp,
  format: { readonly quality?: number | undefined; readonly maxSizeKb?: number | undefined },
): Promise<Buffer> {
  if (format.maxSizeKb === undefined) {
    const quality = Math.max(1, format.quality ?? BEST_JPEG_QUALITY);
    return pixels.jpeg({ quality, mozjpeg: false }).toBuffer();
  }
  const encode = (quality: number): Promise<Buffer> => pixels.clone().jpeg({ quality, mozjpeg: false }).toBuffer();
  let smallest = await encode(BEST_JPEG_QUALITY);
  for (const quality of [85, 75, 60, 45, 30, 15, 5]) {
    if (smallest.length <= format.maxSizeKb * 1000) break;
    smallest = await encode(quality);
  }
  return smallest;
}
