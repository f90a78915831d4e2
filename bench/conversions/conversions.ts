import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { convertPicture } from '../../activities/pictures/convert-picture';
import { examinePicture } from '../../activities/pictures/examine-picture';
import { planConversion, type Conversion } from '../../domain/preflight/conversion';
import { expectedPixels, largestDifference, storedPixels } from './expected';
import { sampleKinds, type SampleKind } from './samples';

/** What a recipe can ask for. A density changes no pixel, and the others as little as they can. */
export const wishes: Readonly<Record<string, Conversion>> = {
  '300 dpi': { density: 300 },
  'on #ffffff': { background: '#ffffff' },
  'on #ff8000': { background: '#ff8000' },
  'no alpha': { alpha: 'remove' },
  upright: { orientation: 'apply' },
  'to sRGB': { profile: 'srgb' },
  'to P3': { profile: 'p3' },
  'to CMYK': { profile: 'cmyk' },
};

/** What one wish made of one kind of picture. */
export type Outcome =
  | { readonly what: 'nothing to do' }
  | { readonly what: 'refused'; readonly why: string }
  /** `difference`: the largest one from what it should be, in 1/255; absent where only a colour engine could say. */
  | { readonly what: 'changed'; readonly difference?: number | undefined };

/** A JPEG loses a little each time that it is written. */
const MOST = { lossless: 1, lossy: 5 };

/** `conversions`: how far each kind of picture is from what each wish should make of it. */
export async function conversions(): Promise<boolean> {
  const names = Object.keys(wishes);
  console.log('picture'.padEnd(24) + names.map((name) => name.padStart(12)).join(''));
  let isRight = true;
  for (const kind of sampleKinds) {
    const outcomes = await Promise.all(names.map((name) => convertSample(kind, wishes[name] ?? {})));
    isRight &&= outcomes.every((outcome) => isAsItShould(kind, outcome));
    console.log(kind.name.padEnd(24) + outcomes.map((outcome) => inShort(outcome).padStart(12)).join(''));
  }
  return isRight;
}

export async function convertSample({ make, colours }: SampleKind, wish: Conversion): Promise<Outcome> {
  const folder = await mkdtemp(path.join(tmpdir(), 'extpost-conversions-'));
  try {
    const [from, to] = [path.join(folder, 'from'), path.join(folder, 'to')];
    const bytes = await make();
    await writeFile(from, bytes);
    const { picture, trouble } = await examinePicture(from);
    if (picture === undefined || trouble !== undefined) throw new Error(`The sample ${trouble?.why ?? 'is none'}.`);
    const { steps, impossible } = planConversion(wish, picture, undefined);
    if (impossible.length > 0) return { what: 'refused', why: impossible.join('; ') };
    if (steps === undefined) return { what: 'nothing to do' };
    await convertPicture({ from, to, picture, steps });
    const expected = expectedPixels(await storedPixels(bytes), colours, wish);
    const found = await storedPixels(await readFile(to));
    return { what: 'changed', difference: expected && largestDifference(found, expected) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export function isAsItShould({ isLossy = false }: SampleKind, outcome?: Outcome): boolean {
  const most = isLossy ? MOST.lossy : MOST.lossless;
  return outcome?.what !== 'changed' || (outcome.difference ?? 0) <= most;
}

function inShort(outcome: Outcome): string {
  if (outcome.what === 'nothing to do') return '–';
  if (outcome.what === 'refused') return 'refused';
  if (outcome.difference === undefined) return 'not known';
  return outcome.difference === 0 ? 'identical' : outcome.difference.toFixed(2);
}
