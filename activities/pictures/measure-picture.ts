import { open, stat } from 'node:fs/promises';

import { parse } from 'icc';
import sharp from 'sharp';

import type { FileEnds } from '../../clients';
import { filmFormat } from '../../domain/render/film';
import type { MeasuredPicture } from '../../domain/preflight/preflight';
import { TruncatedPicture, hasEndMarker, isTruncatedPicture } from './truncated-picture';

/** 16,383 pixels squared: enough for a poster at 300 dpi, but not for a decompression bomb. */
export const DEFAULT_MAX_PIXELS = 268_402_689;
const TIME_LIMIT_MS = 60_000;

export interface MeasuringLimits {
  readonly maxPixels?: number | undefined;
  readonly timeLimitMs?: number | undefined;
  readonly bytes?: number | undefined;
  readonly ends?: FileEnds | undefined;
}

/** The bytes are not a readable picture; the message continues "What was served …". */
export class UnreadablePicture extends Error {
  override readonly name = 'UnreadablePicture';
  constructor(
    message: string,
    /** The format, if it is a film. */
    readonly film?: string,
  ) {
    super(message);
  }
}

/** By sharp's name of a sample format. */
const bitsOfDepth: Readonly<Record<string, number>> = {
  uchar: 8,
  char: 8,
  ushort: 16,
  short: 16,
  uint: 32,
  int: 32,
  float: 32,
  double: 64,
};

/** Reads only headers. Throws {@link UnreadablePicture}, {@link TruncatedPicture}, or the file system's error. */
export async function measurePicture(path: string, limits: MeasuringLimits = {}): Promise<MeasuredPicture> {
  const { maxPixels = DEFAULT_MAX_PIXELS, timeLimitMs = TIME_LIMIT_MS } = limits;
  const size = limits.bytes ?? (await stat(path)).size;
  const isWhole = limits.ends !== undefined && hasEndMarker(limits.ends, size);
  // Checked first, because some formats have their headers at the end.
  if (!isWhole && (await withTimeLimit(isTruncatedPicture(path, size, maxPixels), timeLimitMs)))
    throw new TruncatedPicture('The picture is cut off.');
  const headers = await withTimeLimit(readHeaders(path, maxPixels), timeLimitMs);
  const { format, width, height, density, icc, depth, hasAlpha } = headers;
  return {
    format,
    width,
    height,
    bytes: size,
    details: {
      hasAlpha,
      ...(density !== undefined && { density }),
      ...(icc !== undefined && { colorProfile: describeProfile(icc) }),
      ...(bitsOfDepth[depth] !== undefined && { bitsPerChannel: bitsOfDepth[depth] }),
    },
  };
}

async function readHeaders(path: string, maxPixels: number): Promise<sharp.Metadata> {
  try {
    return await sharp(path, { limitInputPixels: maxPixels }).metadata();
  } catch (error) {
    const isFlood = error instanceof Error && error.message.includes('pixel limit');
    const film = isFlood ? undefined : filmFormat(await headOf(path));
    if (film !== undefined) throw new UnreadablePicture(`is a film (${film})`, film);
    throw new UnreadablePicture(
      isFlood
        ? `has more than the ${maxPixels.toLocaleString('en')} pixels that a picture may have (preflight.maxPixels)`
        : 'is not a picture that can be read',
    );
  }
}

async function headOf(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(16), 0, 16, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** A malicious file must not block a slot for ever. Work in libvips cannot be stopped, so it is not awaited. */
async function withTimeLimit<T>(work: Promise<T>, timeLimitMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new UnreadablePicture(`could not be read within ${timeLimitMs / 1000} s`));
    }, timeLimitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function describeProfile(profile: Buffer): string {
  try {
    const description = parse(profile)
      .description?.replace(/\p{Cc}/gu, '')
      .trim();
    return description === undefined || description === '' ? 'without a description' : description;
  } catch {
    return 'that cannot be read';
  }
}
