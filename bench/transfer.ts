import { fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir, totalmem } from 'node:os';
import path from 'node:path';

import { request } from 'undici';

import type { HostMessage } from './transfer-host';
import type { Moved } from './transfer-move';

/** Issue 7, must show 1. */
const LEAST_SHARE = 0.8;
const MOST_MEGABYTES = 250;

interface Load {
  readonly files: number;
  readonly megabytes: number;
  /** How often each way is measured, in turn, because other work on the machine comes and goes. */
  readonly rounds: number;
}

const loads: readonly Load[] = [
  { files: 300, megabytes: 2, rounds: 3 },
  { files: 4, megabytes: 500, rounds: 3 },
  { files: 1, megabytes: 5_000, rounds: 1 },
];

/** `transfer [rounds]`: the transfer activities beside bare undici, each in a process of its own, in the same run. */
export async function transfer([rounds]: readonly string[]): Promise<boolean> {
  console.log(
    `machine             ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB; Node ${process.version}`,
  );
  const host = fork(path.join(__dirname, 'transfer-host.js'));
  try {
    const { port } = await new Promise<HostMessage>((resolve) => {
      host.once('message', (message) => {
        resolve(message as HostMessage);
      });
    });
    const verdicts: boolean[] = [];
    for (const load of loads) {
      verdicts.push(await measure(`http://127.0.0.1:${port}`, { ...load, ...(rounds && { rounds: +rounds }) }));
    }
    return verdicts.every(Boolean);
  } finally {
    host.disconnect();
  }
}

async function measure(url: string, load: Load): Promise<boolean> {
  // The host hashes what it will serve before anything is timed.
  await (await request(`${url}/?bytes=${load.megabytes * 1e6}`, { method: 'HEAD' })).body.dump();
  const bare: Moved[] = [];
  const ours: Moved[] = [];
  for (let round = 0; round < load.rounds; round++) {
    bare.push(await move('bare', url, load));
    ours.push(await move('activities', url, load));
  }
  const peak = Math.max(...ours.map(({ peakMegabytes }) => peakMegabytes));
  const share = best(load, ours, both) / best(load, bare, both);
  console.log(`${load.files} × ${load.megabytes} MB, best of ${load.rounds}   bare undici   activities   share`);
  for (const [name, seconds] of [
    ['download', ({ downloadSeconds }: Moved) => downloadSeconds],
    ['upload', ({ uploadSeconds }: Moved) => uploadSeconds],
    ['both', both],
  ] as const) {
    const [bareSpeed, ourSpeed] = [best(load, bare, seconds), best(load, ours, seconds)];
    const figures = [`${bareSpeed.toFixed(0)} MB/s`, `${ourSpeed.toFixed(0)} MB/s`];
    const [first = '', second = ''] = figures;
    console.log(`  ${name.padEnd(22)} ${first.padStart(11)} ${second.padStart(12)} ${percent(ourSpeed / bareSpeed)}`);
  }
  const [bareWork, ourWork] = [workOf(load, bare), workOf(load, ours)];
  console.log(`  processor, s per GB    ${bareWork.padStart(11)} ${ourWork.padStart(12)}`);
  console.log(`  peak memory            ${megabytes(bare).padStart(11)} ${megabytes(ours).padStart(12)}`);
  return share >= LEAST_SHARE && peak < MOST_MEGABYTES;
}

/** Megabytes a second of the quickest round. */
function best({ files, megabytes: size }: Load, moved: readonly Moved[], seconds: (one: Moved) => number): number {
  return (files * size) / Math.min(...moved.map(seconds));
}

/** Processor seconds of the moving process for each gigabyte that came and went. */
function workOf({ files, megabytes: size }: Load, moved: readonly Moved[]): string {
  return (Math.min(...moved.map(({ processorSeconds }) => processorSeconds)) / ((files * size) / 1_000)).toFixed(1);
}

function both({ downloadSeconds, uploadSeconds }: Moved): number {
  return downloadSeconds + uploadSeconds;
}

function megabytes(moved: readonly Moved[]): string {
  return `${Math.max(...moved.map(({ peakMegabytes }) => peakMegabytes)).toFixed(0)} MB`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`.padStart(7);
}

/** One process of its own, with an empty folder. */
async function move(way: 'bare' | 'activities', url: string, load: Load): Promise<Moved> {
  const folder = await mkdtemp(path.join(tmpdir(), 'extpost-bench-'));
  try {
    const words = [way, url, String(load.files), String(load.megabytes * 1e6), folder];
    const child = fork(path.join(__dirname, 'transfer-move.js'), words);
    return await new Promise<Moved>((resolve, reject) => {
      child.once('message', (moved) => {
        child.once('close', () => {
          resolve(moved as Moved);
        });
      });
      child.once('error', reject);
      child.once('exit', (code) => {
        if (code !== 0) reject(new Error(`The process that moves files ended with ${String(code)}.`));
      });
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
