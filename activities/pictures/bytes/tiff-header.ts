import { densityOf, type ColorModel, type Density } from '../../../domain/preflight/picture';
import { type ByteReader, memoryReader } from './byte-reader';
import type { HeaderOutcome } from './picture-header';
import { hasMissingStrips, readTiffDirectories, tiffTags, type TiffDirectory } from './tiff-directory';

/** By the tag PhotometricInterpretation: the model, and how many channels belong to it. */
const models: Readonly<Record<number, readonly [model: ColorModel, channels: number]>> = {
  0: ['grey', 1],
  1: ['grey', 1],
  2: ['RGB', 3],
  3: ['palette', 1],
  4: ['grey', 1],
  5: ['CMYK', 4],
  6: ['RGB', 3],
  8: ['Lab', 3],
  9: ['Lab', 3],
  10: ['Lab', 3],
};

const DECODED_BITS = [1, 2, 4, 8, 16, 32, 64];
const FLOAT = 3;
/** Values of ExtraSamples that are an alpha channel: associated and unassociated. */
const ALPHA = [1, 2];

/** Reads all directories of a TIFF or BigTIFF file. */
export async function readTiffHeader(reader: ByteReader): Promise<HeaderOutcome> {
  const { directories, missing } = await readTiffDirectories(reader);
  const [first] = directories;
  if (first === undefined) return { unreadable: 'its first directory is cut off or damaged' };
  const [width = 0] = await first.numbers(tiffTags.imageWidth);
  const [height = 0] = await first.numbers(tiffTags.imageLength);
  const bits = await first.numbers(tiffTags.bitsPerSample);
  const bitsPerChannel = bits.length === 0 ? 1 : Math.max(...bits.slice(0, 16));
  const [photometric = 1] = await first.numbers(tiffTags.photometric);
  const [colorModel, colors] = models[photometric] ?? ['unknown', 1];
  const [channels = Math.max(1, bits.length)] = await first.numbers(tiffTags.samplesPerPixel);
  const [sampleFormat = 1] = await first.numbers(tiffTags.sampleFormat);
  const [orientation] = await first.numbers(tiffTags.orientation);
  const extra = await first.numbers(tiffTags.extraSamples);
  const alphaByPage = await Promise.all(directories.map(alphaOf));
  const unnamed = Math.max(0, Math.min(channels - colors, 64) - extra.length);
  const extraChannels = [...extra, ...Array.from({ length: unnamed }, () => 0)]
    .slice(0, 64)
    .flatMap((kind) => (ALPHA.includes(kind) ? [] : ['a channel without a meaning that TIFF names']));
  const lost = missing ?? (await missingPage(directories, reader.size));
  return {
    format: 'tiff',
    width,
    height,
    colorModel,
    bitsPerChannel,
    ...(sampleFormat === FLOAT && { isFloat: true }),
    channels,
    hasAlphaChannel: alphaByPage.some((index) => index !== undefined),
    alphaByPage,
    ...(extraChannels.length > 0 && { extraChannels }),
    density: await tiffDensity(first, 'TIFF'),
    orientation,
    pages: directories.length,
    isDecodedWhole: true,
    ...undecodable(colorModel, bitsPerChannel),
    ...(lost !== undefined && { missing: lost }),
  };
}

/** The position of the alpha channel of one page. */
async function alphaOf(directory: TiffDirectory): Promise<number | undefined> {
  const extra = await directory.numbers(tiffTags.extraSamples);
  const alpha = extra.findIndex((kind) => ALPHA.includes(kind));
  if (alpha < 0) return undefined;
  const bits = await directory.numbers(tiffTags.bitsPerSample);
  const [channels = Math.max(1, bits.length)] = await directory.numbers(tiffTags.samplesPerPixel);
  return channels - extra.length + alpha;
}

async function missingPage(directories: readonly TiffDirectory[], size: number): Promise<string | undefined> {
  for (const [index, directory] of directories.entries()) {
    if (await hasMissingStrips(directory, size, await stripBytes(directory)))
      return `picture data of page ${index + 1}`;
  }
  return undefined;
}

/** The bytes of an uncompressed strip, which some writers round up; what a compressed one needs is unknown. */
async function stripBytes(directory: TiffDirectory): Promise<number> {
  const first = async (tag: number, otherwise: number): Promise<number> =>
    (await directory.numbers(tag))[0] ?? otherwise;
  const width = await first(tiffTags.imageWidth, 0);
  const height = await first(tiffTags.imageLength, 0);
  const isTiled = (await directory.numbers(tiffTags.tileOffsets)).length > 0;
  if (isTiled || (await first(tiffTags.compression, 1)) !== 1) return Infinity;
  const bits = (await directory.numbers(tiffTags.bitsPerSample)).reduce((sum, one) => sum + one, 0) || 1;
  return Math.ceil((width * bits) / 8) * Math.min(height, await first(tiffTags.rowsPerStrip, height));
}

function undecodable(model: ColorModel, bits: number): { readonly undecodable?: string | undefined } {
  if (model === 'Lab' && bits === 8) return { undecodable: 'a Lab TIFF with 8 bits per channel' };
  return DECODED_BITS.includes(bits) ? {} : { undecodable: `a TIFF with ${bits} bits per channel` };
}

/** Unit 1 gives only the shape of a pixel, 2 (the default) is per inch, 3 per centimetre. EXIF has the same tags. */
async function tiffDensity(directory: TiffDirectory, source: 'TIFF' | 'EXIF'): Promise<ReturnType<typeof densityOf>> {
  const [x] = await directory.numbers(tiffTags.xResolution);
  const [y = x] = await directory.numbers(tiffTags.yResolution);
  const [unit = 2] = await directory.numbers(tiffTags.resolutionUnit);
  const perInch = { 2: 1, 3: 2.54 }[unit];
  if (x === undefined || y === undefined || perInch === undefined) return undefined;
  return densityOf(x * perInch, y * perInch, source);
}

export interface Exif {
  readonly density?: Density | undefined;
  readonly orientation?: number | undefined;
}

const PREFIX = Buffer.from('Exif\0\0', 'latin1');

/** Reads the first directory of an EXIF block. A damaged block says nothing. */
export async function readExif(block: Buffer): Promise<Exif> {
  const bytes = block.subarray(0, PREFIX.length).equals(PREFIX) ? block.subarray(PREFIX.length) : block;
  const { directories } = await readTiffDirectories(memoryReader(bytes), 1);
  const [first] = directories;
  if (first === undefined) return {};
  const [orientation] = await first.numbers(tiffTags.orientation);
  return { density: await tiffDensity(first, 'EXIF'), orientation };
}
