import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { examinePicture } from '../../activities/pictures/examine-picture';
import { UnreadableFilm } from '../../activities/pictures/film-index';
import { measureFilm } from '../../activities/pictures/measure-film';
import { makeSample, pixelsOf, sampleKinds, seeded, type Sample } from './samples';

/** What became of the cuts of one kind of picture. */
export interface CutCount {
  readonly kind: string;
  readonly noticed: number;
  /** Taken for whole, and every pixel is there. */
  readonly harmless: number;
  /** Taken for whole, although pixels are lost. */
  readonly harmful: number;
  /** Whole files that were called cut. */
  readonly wrongAlarms: number;
}

/** The heights of pictures in use, and small odd ones; the widths follow by a factor that differs. */
const EDGES = [
  7, 8, 9, 15, 16, 17, 31, 33, 63, 65, 81, 97, 101, 127, 129, 144, 161, 177, 193, 200, 209, 225, 241, 257, 270,
];

/** `cuts [sizes] [random cuts of each file]`: how many cuts are noticed; `cuts whole [files]`: whether whole files pass. */
export async function cuts([sizes = '25', more = '10']: readonly string[]): Promise<boolean> {
  if (sizes === 'whole') return wholeFiles(Number(more === '10' ? 3_000 : more));
  const counts = await countCuts(Number(sizes), Number(more));
  console.log('kind                       cuts  noticed  passed, harmless  passed, harmful  whole, called cut');
  for (const { kind, noticed, harmless, harmful, wrongAlarms } of counts) {
    const figures = [
      [noticed + harmless + harmful, 6],
      [noticed, 9],
      [harmless, 18],
      [harmful, 17],
      [wrongAlarms, 18],
    ] as const;
    console.log(kind.padEnd(25) + figures.map(([figure, width]) => String(figure).padStart(width)).join(''));
  }
  return counts.every(({ harmful, wrongAlarms }) => harmful === 0 && wrongAlarms === 0);
}

/** Cuts pictures of each kind at their last 1 to 16 bytes, at 1 %, 10 % and 50 %, and at random places. */
export async function countCuts(sizes: number, randomCuts: number): Promise<CutCount[]> {
  return withExaminer(async (isTaken) => {
    const random = seeded(18);
    const counts: CutCount[] = [];
    for (const kind of sampleKinds) {
      const count = { kind, noticed: 0, harmless: 0, harmful: 0, wrongAlarms: 0 };
      const step = EDGES.length / sizes;
      for (let index = 0; index < sizes; index++) {
        const height = EDGES[Math.floor(index * step)] ?? 8;
        const sample = await makeSample(kind, { width: height + 5, height }, random);
        if (!(await isTaken(sample, sample.bytes))) count.wrongAlarms += 1;
        for (const length of cutsOf(sample, randomCuts, random)) {
          const cut = sample.bytes.subarray(0, length);
          if (!(await isTaken(sample, cut))) count.noticed += 1;
          else if (await losesNothing(sample, cut)) count.harmless += 1;
          else count.harmful += 1;
        }
      }
      counts.push(count);
    }
    return counts;
  });
}

/** Whole files of all kinds and of random sizes, none of which may be called cut. */
async function wholeFiles(files: number): Promise<boolean> {
  const wrong = await withExaminer(async (isTaken) => {
    const random = seeded(3_000);
    const alarms: string[] = [];
    for (let index = 0; index < files; index++) {
      const kind = sampleKinds[index % sampleKinds.length] ?? '';
      const [width, height] = [1 + Math.floor(400 * random()), 1 + Math.floor(400 * random())];
      const sample = await makeSample(kind, { width, height }, random);
      if (!(await isTaken(sample, sample.bytes))) alarms.push(`${kind}, ${width} × ${height}`);
    }
    return alarms;
  });
  console.log(
    `${files} whole files of ${sampleKinds.length} kinds, 1 to 400 pixels wide and high: ${wrong.length} called cut`,
  );
  for (const one of wrong.slice(0, 20)) console.log(one);
  return wrong.length === 0;
}

type IsTaken = (sample: Sample, bytes: Buffer) => Promise<boolean>;

async function withExaminer<T>(work: (isTaken: IsTaken) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'extpost-cuts-'));
  const file = path.join(folder, 'file');
  try {
    return await work(async ({ needed }, bytes) => {
      await writeFile(file, bytes);
      return needed === undefined ? (await examinePicture(file)).trouble === undefined : isWholeFilm(file);
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function isWholeFilm(file: string): Promise<boolean> {
  try {
    return (await measureFilm(file)).isWhole;
  } catch (error) {
    if (error instanceof UnreadableFilm) return false;
    throw error;
  }
}

async function losesNothing({ bytes, pages, needed }: Sample, cut: Buffer): Promise<boolean> {
  if (needed !== undefined) return cut.length >= needed;
  const whole = await pixelsOf(bytes, pages);
  return whole !== undefined && (await pixelsOf(cut, pages))?.equals(whole) === true;
}

function cutsOf({ bytes }: Sample, randomCuts: number, random: () => number): number[] {
  const { length } = bytes;
  const last = Array.from({ length: 16 }, (_, index) => length - 1 - index);
  const shares = [0.99, 0.9, 0.5].map((share) => Math.floor(length * share));
  const anywhere = Array.from({ length: randomCuts }, () => Math.floor(length * random()));
  return [...last, ...shares, ...anywhere].filter((at) => at > 0 && at < length);
}
