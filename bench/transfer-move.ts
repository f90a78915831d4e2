import { createReadStream, createWriteStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

import { MockActivityEnvironment } from '@temporalio/testing';
import { request, Agent } from 'undici';

import { createSpool, type ActivityStudio, type Studios } from '../activities';
import { createFetchActivities, createSpoolActivities } from '../activities/transfer';
import { loadConfig } from '../config';
import type { CeltraOutput } from '../domain/celtra-output';
import type { SpooledFile } from '../domain/rendered-asset';
import { createStudios } from '../workers/studios';
import { createWorkerMetrics } from '../workers/metrics';

const TASK = '00000000-0000-4000-8000-000000000000';
const IN_PARALLEL = 4;
const FIRST_BYTES = 100_000;
const assetFormats = { Image: { image: { format: 'jpeg', quality: 90 } } } as const;

/** One way to bring a file here and to take it away again. */
interface Mover {
  download(index: number): Promise<void>;
  upload(index: number): Promise<void>;
}

/** What one process measured of itself. */
export interface Moved {
  readonly downloadSeconds: number;
  readonly uploadSeconds: number;
  readonly processorSeconds: number;
  /** 1,000,000 bytes each. */
  readonly peakMegabytes: number;
}

/** `activities|bare <url> <files> <bytes> <folder>`: the process whose speed and memory are measured. */
async function move([way = '', url = '', files = '', bytes = '', folder = '']: readonly string[]) {
  const moverOf = (length: string): Mover | Promise<Mover> =>
    (way === 'bare' ? bareMover : activityMover)(`${url}/file.jpg?bytes=${length}`, folder);
  // A worker runs for weeks: what it loads for its first file is not what is measured.
  const first = await moverOf(String(FIRST_BYTES));
  await first.download(-1);
  await first.upload(-1);
  const mover = await moverOf(bytes);
  const indexes = Array.from({ length: Number(files) }, (_, index) => index);
  const before = process.cpuUsage();
  const downloadSeconds = await secondsOf(indexes, (index) => mover.download(index));
  const uploadSeconds = await secondsOf(indexes, (index) => mover.upload(index));
  const { user, system } = process.cpuUsage(before);
  const moved: Moved = {
    downloadSeconds,
    uploadSeconds,
    processorSeconds: (user + system) / 1e6,
    peakMegabytes: (process.resourceUsage().maxRSS * 1024) / 1e6,
  };
  process.send?.(moved);
  process.disconnect();
}

async function secondsOf(indexes: readonly number[], move: (index: number) => Promise<void>): Promise<number> {
  const began = performance.now();
  const left = indexes.values();
  const worker = async (): Promise<void> => {
    for (const index of left) await move(index);
  };
  await Promise.all(Array.from({ length: IN_PARALLEL }, worker));
  return (performance.now() - began) / 1000;
}

/** What anybody would write with undici: no hash, no check. */
function bareMover(address: string, folder: string): Mover {
  const dispatcher = new Agent();
  const fileOf = (index: number): string => path.join(folder, `${index}.jpg`);
  return {
    async download(index) {
      const answer = await request(address, { dispatcher });
      await pipeline(answer.body, createWriteStream(fileOf(index)));
    },
    async upload(index) {
      const { size } = await stat(fileOf(index));
      const headers = { 'content-length': String(size) };
      const answer = await request(address, {
        method: 'PUT',
        headers,
        body: createReadStream(fileOf(index)),
        dispatcher,
      });
      await answer.body.dump();
      if (answer.statusCode !== 200) throw new Error(`The host answered ${answer.statusCode}.`);
    },
  };
}

/** The activities of the worker, with everything that they do: fresh address, room, both hashes, picture, ETag, heartbeats. */
async function activityMover(address: string, folder: string): Promise<Mover> {
  const studio = await exampleStudio(folder, address);
  const studios: Studios = new Map([['acme', studio]]);
  const limits = { maxTotalBytes: 1e12, keepFree: 0, bytesInFlight: 1e12, clearAfterMs: 1e9 };
  const spool = createSpool(folder, 'bench', limits);
  const { fetchRender } = createFetchActivities(studios, spool);
  const { uploadFile } = createSpoolActivities(studios, spool);
  const sealedAddress = studio.seal.close({ localId: '1', url: address, headers: {}, assetId: 'asset' });
  const fileIds = new Map<number, string>();
  const task = { studio: 'acme', taskId: TASK };
  return {
    async download(index) {
      const outputId = `output-${index}`;
      const output = { outputId, designFileId: 'design', contentHash: 'hash' };
      const asset = { outputId, assetKey: 'image', extension: 'jpg', blobHash: 'blob' };
      const fetch = (): Promise<SpooledFile> => fetchRender({ ...task, output, asset, assetFormats });
      const { fileId } = await new MockActivityEnvironment().run<[], SpooledFile, typeof fetch>(fetch);
      fileIds.set(index, fileId);
    },
    async upload(index) {
      const fileId = fileIds.get(index) ?? '';
      await new MockActivityEnvironment().run(() => uploadFile({ ...task, fileId, sealedAddress }));
    },
  };
}

/** The first studio of the sandbox's configuration, with a Celtra that has every output at one address. */
async function exampleStudio(folder: string, url: string): Promise<ActivityStudio> {
  const file = path.join(__dirname, '..', '..', 'examples', 'sandbox', 'extpost.yaml');
  const names = [...(await readFile(file, 'utf8')).matchAll(/\$\{(\w+)\}/g)].map(([, name = '']) => name);
  const environment = Object.fromEntries(
    names.map((name) => [name, name.endsWith('_URL') ? 'https://bench.invalid' : name.endsWith('_ID') ? TASK : name]),
  );
  const config = await loadConfig({ path: file, environment: { ...environment, EXTPOST_FOLDER: folder } });
  const studio = createStudios(config, createWorkerMetrics()).get('acme');
  if (studio === undefined) throw new Error('The example has no studio acme.');
  return {
    ...studio,
    celtra: { exportOutputs: ({ outputIds = [] }) => Promise.resolve(outputIds.map((id) => outputAt(id, url))) },
  };
}

function outputAt(outputId: string, url: string): CeltraOutput {
  return {
    outputId,
    name: outputId,
    status: 'finished',
    designFile: { id: 'design', contentHash: 'hash' },
    assets: [{ key: 'image', type: 'image', status: 'finished', extension: 'jpg', blobHash: 'blob', url }],
    facts: {},
  };
}

void move(process.argv.slice(2));
