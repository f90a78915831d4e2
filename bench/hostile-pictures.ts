import { readFileSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import sharp from 'sharp';

import { createDecoderProcesses } from '../activities';
import { examinePicture } from '../activities/pictures/examine-picture';
import { median } from './median';

const EDGE = 16_383;
const AT_ONCE = 6;
const MAX_MEGABYTES = 1_500;
const SAMPLE_MS = 20;

/** `hostile-pictures`: memory of this process and its children with six hostile pictures at once, and times of usual ones. */
export async function hostilePictures(): Promise<boolean> {
  const folder = await mkdtemp(path.join(tmpdir(), 'extpost-hostile-'));
  const decoder = createDecoderProcesses();
  try {
    await usualTimes(folder, decoder);
    const pictures = await hostileFiles(folder);
    let peak = 0;
    const timer = setInterval(() => {
      peak = Math.max(peak, memoryOfFamily());
    }, SAMPLE_MS);
    const never = new AbortController().signal;
    const began = performance.now();
    const examined = await Promise.all(
      Array.from({ length: AT_ONCE }, (_, index) =>
        decoder.examine(pictures[index % pictures.length] ?? '', {}, never),
      ),
    );
    clearInterval(timer);
    const seconds = (performance.now() - began) / 1000;
    for (const { format, trouble } of examined) console.log(`  ${format}: ${trouble?.why ?? 'measured'}`);
    const megabytes = Math.round(peak / 1024 ** 2);
    console.log(`six at once: ${megabytes} MiB at most, all processes together, in ${seconds.toFixed(1)} s`);
    return megabytes < MAX_MEGABYTES;
  } finally {
    decoder.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Pictures of few bytes and of as many pixels as are allowed. */
async function hostileFiles(folder: string): Promise<string[]> {
  const flat = (channels: 3 | 4): sharp.Sharp =>
    sharp({
      create: { width: EDGE, height: EDGE, channels, background: { r: 9, g: 9, b: 9, alpha: 1 } },
      limitInputPixels: false,
    });
  const files: [string, sharp.Sharp][] = [
    ['progressive.jpg', flat(3).jpeg({ progressive: true })],
    ['baseline.jpg', flat(3).jpeg()],
    ['rgba.png', flat(4).png({ compressionLevel: 1 })],
  ];
  for (const [name, picture] of files) {
    const file = path.join(folder, name);
    await picture.toFile(file);
    console.log(`${name}: ${EDGE} × ${EDGE} pixels in ${((await stat(file)).size / 1e6).toFixed(1)} MB`);
  }
  return files.map(([name]) => path.join(folder, name));
}

async function usualTimes(folder: string, decoder: ReturnType<typeof createDecoderProcesses>): Promise<void> {
  const noise = await sharp({
    create: {
      width: 500,
      height: 375,
      channels: 3,
      background: '#888',
      noise: { type: 'gaussian', mean: 128, sigma: 60 },
    },
  })
    .png()
    .toBuffer();
  const files: [string, sharp.Sharp][] = [
    ['jpeg', sharp(noise).resize(3200, 2400, { kernel: 'cubic' }).jpeg({ quality: 88 })],
    ['rgba png', sharp(noise).resize(2850, 2140, { kernel: 'cubic' }).ensureAlpha().png()],
  ];
  for (const [name, picture] of files) {
    const file = path.join(folder, 'usual');
    await picture.toFile(file);
    const never = new AbortController().signal;
    const here: number[] = [];
    const there: number[] = [];
    for (let round = 0; round < 9; round++) {
      here.push(await millisecondsOf(() => examinePicture(file)));
      there.push(await millisecondsOf(() => decoder.examine(file, {}, never)));
    }
    const size = ((await stat(file)).size / 1e6).toFixed(1);
    console.log(`${name} of ${size} MB: ${median(there).toFixed(0)} ms, in this process ${median(here).toFixed(0)} ms`);
  }
}

async function millisecondsOf(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** Bytes in memory of this process and its children (Linux only). */
function memoryOfFamily(): number {
  const family = [process.pid, ...childrenOf(process.pid)];
  return family.reduce((sum, pid) => sum + residentBytes(pid), 0);
}

function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1');
  return text.split(' ').flatMap((one) => (one.trim() === '' ? [] : [Number(one)]));
}

function residentBytes(pid: number): number {
  try {
    const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return Number(kilobytes ?? 0) * 1024;
  } catch {
    // It has ended meanwhile.
    return 0;
  }
}
