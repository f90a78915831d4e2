import { fork } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { cpus, tmpdir, totalmem } from 'node:os';
import path from 'node:path';

import { Agent, request } from 'undici';

import { median } from './median';
import type { HostMessage } from './transfer-host';
import type { Moved } from './transfer-move';

/** The limits that the benchmark enforces. */
const MIN_SHARE = 0.8;
const MAX_MEGABYTES = 250;

interface Load {
  readonly files: number;
  readonly megabytes: number;
  /** Number of measurements of each way, in turn, because the machine's load varies. */
  readonly rounds: number;
  /** Shows that memory does not grow with the file size. */
  readonly isForMemory?: boolean;
}

const loads: readonly Load[] = [
  { files: 300, megabytes: 2, rounds: 7 },
  { files: 4, megabytes: 500, rounds: 3 },
  { files: 1, megabytes: 5_000, rounds: 1, isForMemory: true },
];

/** A local host, and the path of its certificate. */
interface Host {
  readonly url: string;
  readonly certificate?: string | undefined;
  readonly certificateFile?: string | undefined;
}

/**
 * `transfer [rounds]`: the transfer activities beside bare undici, each in a process of its own, in the same run.
 * Customers' files come and go by https only, so that is what is judged; the same by plain http is shown beside it.
 */
export async function transfer([rounds]: readonly string[]): Promise<boolean> {
  console.log(
    `machine             ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB; Node ${process.version}`,
  );
  const verdicts: boolean[] = [];
  for (const protocol of ['https', 'http'] as const) {
    await withHost(protocol, async (host) => {
      for (const load of loads) {
        const { share, peak } = await measure(protocol, host, { ...load, ...(rounds && { rounds: +rounds }) });
        if (protocol === 'http') continue;
        verdicts.push(peak < MAX_MEGABYTES);
        if (load.isForMemory !== true) verdicts.push(share >= MIN_SHARE);
      }
    });
  }
  return verdicts.every(Boolean);
}

async function withHost(protocol: 'https' | 'http', work: (host: Host) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'extpost-bench-host-'));
  const child = fork(path.join(__dirname, 'transfer-host.js'), [protocol]);
  try {
    const { port, certificate } = await new Promise<HostMessage>((resolve) => {
      child.once('message', (message) => {
        resolve(message as HostMessage);
      });
    });
    const certificateFile = certificate === undefined ? undefined : path.join(folder, 'certificate.pem');
    if (certificate !== undefined && certificateFile !== undefined) await writeFile(certificateFile, certificate);
    await work({ url: `${protocol}://127.0.0.1:${port}`, certificate, certificateFile });
  } finally {
    child.disconnect();
    await rm(folder, { recursive: true, force: true });
  }
}

/** `share`: our speed beside that of bare undici; `peak`: megabytes. */
async function measure(protocol: string, host: Host, load: Load): Promise<{ share: number; peak: number }> {
  // The host hashes its files before the measurement.
  const dispatcher = new Agent({ connect: { ca: host.certificate } });
  await (await request(`${host.url}/?bytes=${load.megabytes * 1e6}`, { method: 'HEAD', dispatcher })).body.dump();
  await dispatcher.close();
  const bare: Moved[] = [];
  const ours: Moved[] = [];
  for (let round = 0; round < load.rounds; round++) {
    bare.push(await move('bare', host, load));
    ours.push(await move('activities', host, load));
  }
  const peak = Math.max(...ours.map(({ peakMegabytes }) => peakMegabytes));
  const share = median(ours.map((mine, round) => shareOf(mine, bare[round])));
  const title = `${protocol}, ${load.files} × ${load.megabytes} MB`.padEnd(24);
  console.log(`${title} bare undici   activities   share   (median of ${load.rounds})`);
  for (const [name, seconds] of [
    ['download', ({ downloadSeconds }: Moved) => downloadSeconds],
    ['upload', ({ uploadSeconds }: Moved) => uploadSeconds],
    ['both', both],
  ] as const) {
    const [bareSpeed, ourSpeed] = [speedOf(load, bare, seconds), speedOf(load, ours, seconds)];
    const share = median(ours.map((mine, round) => shareOf(mine, bare[round], seconds)));
    const figures = [`${bareSpeed.toFixed(0)} MB/s`, `${ourSpeed.toFixed(0)} MB/s`];
    const [first = '', second = ''] = figures;
    console.log(`  ${name.padEnd(22)} ${first.padStart(11)} ${second.padStart(12)} ${percent(share)}`);
  }
  const [bareWork, ourWork] = [workOf(load, bare), workOf(load, ours)];
  console.log(`  processor, s per GB    ${bareWork.padStart(11)} ${ourWork.padStart(12)}`);
  console.log(`  peak memory            ${megabytes(bare).padStart(11)} ${megabytes(ours).padStart(12)}`);
  return { share, peak };
}

/** Megabytes per second. */
function speedOf({ files, megabytes: size }: Load, moved: readonly Moved[], seconds: (one: Moved) => number): number {
  return (files * size) / median(moved.map(seconds));
}

/**
 * Our speed beside that of bare undici in the same round, just before: the machine's own speed differs by a third from
 * minute to minute, so neither the best nor the mean of either would be about the same machine.
 */
function shareOf(mine: Moved, bare: Moved | undefined, seconds: (one: Moved) => number = both): number {
  return bare === undefined ? NaN : seconds(bare) / seconds(mine);
}

/** CPU seconds of the measured process per gigabyte. */
function workOf({ files, megabytes: size }: Load, moved: readonly Moved[]): string {
  return (median(moved.map(({ processorSeconds }) => processorSeconds)) / ((files * size) / 1_000)).toFixed(1);
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

/** Measures one process with an empty folder. */
async function move(way: 'bare' | 'activities', host: Host, load: Load): Promise<Moved> {
  const folder = await mkdtemp(path.join(tmpdir(), 'extpost-bench-'));
  try {
    const words = [way, host.url, String(load.files), String(load.megabytes * 1e6), folder];
    const child = fork(path.join(__dirname, 'transfer-move.js'), words, {
      env: { ...process.env, ...(host.certificateFile && { NODE_EXTRA_CA_CERTS: host.certificateFile }) },
    });
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
