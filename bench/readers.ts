import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { examinePicture } from '../activities/pictures/examine-picture';
import { sampleKinds } from './conversions/samples';
import { makeSample, seeded } from './cuts/samples';

/** Reads each file that it is given with Pillow, and TIFF with tifffile as well; one line of JSON for each. */
const READER = `
import json, sys
from PIL import Image
import tifffile
for name in sys.argv[1:]:
    with Image.open(name) as picture:
        read = {"format": picture.format.lower(), "size": list(picture.size), "mode": picture.mode,
                "pages": getattr(picture, "n_frames", 1), "profile": "icc_profile" in picture.info,
                "orientation": picture.getexif().get(274, 1)}
        if read["format"] == "tiff":
            with tifffile.TiffFile(name) as tiff:
                read["pages"], read["bits"] = len(tiff.pages), tiff.pages[0].bitspersample
        print(json.dumps(read))
`;

interface Read {
  readonly format: string;
  readonly size: readonly [number, number];
  readonly mode: string;
  readonly pages: number;
  readonly profile: boolean;
  readonly orientation: number;
  readonly bits?: number;
}

const LARGE = { width: 120, height: 81 };
const others = ['JPEG, progressive', 'WebP, lossy', 'WebP, lossless', 'TIFF, strips, JPEG', 'TIFF, tiles'];
const paged = ['TIFF, 3 pages', 'TIFF, big, libtiff', 'GIF, still', 'GIF, moving'];

/**
 * `readers`: what Pillow and tifffile say of pictures, beside what extpost measures. EXTPOST_BENCH_PYTHON names a Python that has both;
 * without them nothing is compared.
 */
export async function readers(): Promise<boolean> {
  const folder = await mkdtemp(path.join(tmpdir(), 'extpost-readers-'));
  try {
    const random = seeded(18);
    const samples = [
      ...sampleKinds.map(({ name, make }) => ({ name, make })),
      ...[...others, ...paged].map((name) => ({
        name,
        make: async () => (await makeSample(name, LARGE, random)).bytes,
      })),
    ];
    const files: string[] = [];
    for (const [index, { make }] of samples.entries()) {
      const file = path.join(folder, String(index));
      await writeFile(file, await make());
      files.push(file);
    }
    const read = await readByPython(files);
    if (read === undefined) return true;
    console.log(`${'picture'.padEnd(24)}${'independent reader'.padEnd(52)}extpost`);
    let isSame = true;
    for (const [index, { name }] of samples.entries()) {
      const [theirs, ours] = [inWords(read[index]), await measured(files[index] ?? '')];
      isSame &&= theirs === ours;
      console.log(`${name.padEnd(24)}${theirs.padEnd(52)}${theirs === ours ? 'the same' : ours}`);
    }
    return isSame;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readByPython(files: readonly string[]): Promise<Read[] | undefined> {
  const python = process.env['EXTPOST_BENCH_PYTHON'] ?? 'python3';
  try {
    const { stdout } = await promisify(execFile)(python, ['-c', READER, ...files]);
    return stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Read);
  } catch (error) {
    const [why = ''] = String(error).split('\n').slice(-2);
    console.log(`Nothing is compared: ${python} has no Pillow and tifffile (pip install pillow tifffile). ${why}`);
    return undefined;
  }
}

/** Format, pixels as stored, colours, alpha, bits where the reader says so, pages, profile, orientation. */
function inWords(read: Read | undefined): string {
  if (read === undefined) return 'not read';
  const { format, size, mode, pages, profile, orientation, bits } = read;
  const colours = mode.startsWith('CMYK')
    ? 'CMYK'
    : mode === 'P'
      ? 'palette'
      : /^(?:L|I|1)/.test(mode)
        ? 'grey'
        : 'RGB';
  return words({ format, size, colours, hasAlpha: mode.endsWith('A'), pages, profile, orientation, bits });
}

async function measured(file: string): Promise<string> {
  const { picture, trouble, format } = await examinePicture(file);
  const details = picture?.details;
  if (picture === undefined || details === undefined) return trouble?.why ?? 'nothing';
  const {
    orientation = 1,
    pages,
    colorSpace: colours,
    hasAlphaChannel: hasAlpha,
    colorProfile,
    bitsPerChannel,
  } = details;
  const { width, height } = picture;
  const size = orientation >= 5 ? ([height, width] as const) : ([width, height] as const);
  const bits = format === 'tiff' ? bitsPerChannel : undefined;
  return words({ format, size, colours, hasAlpha, pages, profile: colorProfile !== undefined, orientation, bits });
}

function words(facts: {
  readonly format: string;
  readonly size: readonly [number, number];
  readonly colours: string;
  readonly hasAlpha: boolean;
  readonly pages: number;
  readonly profile: boolean;
  readonly orientation: number;
  readonly bits?: number | undefined;
}): string {
  const { format, size, colours, hasAlpha, pages, profile, orientation, bits } = facts;
  return [
    `${format} ${size.join('×')}`,
    // What a moving GIF does not repeat is stored like transparency, which is none.
    `${colours}${hasAlpha && format !== 'gif' ? '+alpha' : ''}`,
    ...(bits === undefined ? [] : [`${bits} bits`]),
    ...(pages === 1 ? [] : [`${pages} pages`]),
    ...(profile ? ['profile'] : []),
    ...(orientation === 1 ? [] : [`orientation ${orientation}`]),
  ].join(', ');
}
