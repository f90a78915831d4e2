import { createReadStream, createWriteStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

import { MockActivityEnvironment } from '@temporalio/testing';
import { request, Agent } from 'undici';

import {
  createDecoderProcesses,
  createFetchActivities,
  createSpool,
  createSpoolActivities,
  type ActivityStudio,
  type Studios,
} from '../activities';
import { sealUploadAddress } from '../activities/creative-force/address-seal';
import type { FetchRequest } from '../activities/transfer/fetch-render';
import { loadConfig, type ExtpostConfig } from '../config';
import type { CeltraOutput } from '../domain/render/celtra-output';
import { RequestBudget } from '../clients';
import { createStudios } from '../workers/composition/studios';
import { createWorkerMetrics } from '../workers/metrics/worker-metrics';
import { chunk } from '../domain/shared/chunk';
import { FILES_PER_BATCH } from '../workflows/activity-options';

const TASK = '00000000-0000-4000-8000-000000000000';
const WARM_UP_FILES = 48;
const WARM_UP_BYTES = 1_000_000;
const assetFormats = { Image: { image: { format: 'jpeg', quality: 90 } } } as const;

/** One way to download and upload files. */
interface Mover {
  download(indexes: readonly number[]): Promise<void>;
  upload(indexes: readonly number[]): Promise<void>;
}

/** The measurements of one process. */
export interface Moved {
  readonly downloadSeconds: number;
  readonly uploadSeconds: number;
  readonly processorSeconds: number;
  /** 1,000,000 bytes each. */
  readonly peakMegabytes: number;
}

/** `activities|bare <url> <files> <bytes> <folder>`: the process whose speed and memory are measured. */
async function move([way = '', url = '', files = '', bytes = '', folder = '']: readonly string[]) {
  const config = await exampleConfig(folder);
  const moverOf = (length: string | number): Mover => {
    const address = `${url}/file.jpg?bytes=${length}`;
    const inParallel = config.worker.transfersInParallel;
    return way === 'bare' ? bareMover(address, folder, inParallel) : activityMover(address, folder, config);
  };
  // Warm up, because a worker runs for weeks.
  const first = moverOf(WARM_UP_BYTES);
  const firstIndexes = Array.from({ length: WARM_UP_FILES }, (_, index) => -1 - index);
  await first.download(firstIndexes);
  await first.upload(firstIndexes);
  const mover = moverOf(bytes);
  const indexes = Array.from({ length: Number(files) }, (_, index) => index);
  const before = process.cpuUsage();
  const downloadSeconds = await secondsOf(() => mover.download(indexes));
  const uploadSeconds = await secondsOf(() => mover.upload(indexes));
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

async function secondsOf(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

/** Runs as many files or batches concurrently as a worker does. */
async function runConcurrently<Item>(
  inParallel: number,
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const left = items.values();
  const lane = async (): Promise<void> => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: inParallel }, lane));
}

/** Plain undici: no hash, no check. */
function bareMover(address: string, folder: string, inParallel: number): Mover {
  const dispatcher = new Agent();
  const fileOf = (index: number): string => path.join(folder, `${index}.jpg`);
  return {
    download: (indexes) =>
      runConcurrently(inParallel, indexes, async (index) => {
        const answer = await request(address, { dispatcher });
        await pipeline(answer.body, createWriteStream(fileOf(index)));
      }),
    upload: (indexes) =>
      runConcurrently(inParallel, indexes, async (index) => {
        const { size } = await stat(fileOf(index));
        const headers = { 'content-length': String(size) };
        const body = createReadStream(fileOf(index));
        const answer = await request(address, { method: 'PUT', headers, body, dispatcher });
        await answer.body.dump();
        if (answer.statusCode !== 200) throw new Error(`The host answered ${answer.statusCode}.`);
      }),
  };
}

/**
 * The activities of the worker, in batches as the workflow calls them, with everything that they do: fresh address,
 * room, both hashes, picture, ETag, index, heartbeats.
 */
function activityMover(address: string, folder: string, config: ExtpostConfig): Mover {
  const studio = exampleStudio(config, address);
  const { transfersInParallel } = config.worker;
  const studios: Studios = new Map([['acme', studio]]);
  const limits = { maxTotalBytes: 1e12, keepFree: 0, bytesInFlight: 1e12, clearAfterMs: 1e9 };
  const spool = createSpool(folder, 'bench', { ...limits, filesInFlight: transfersInParallel });
  const { fetchRenders } = createFetchActivities(studios, spool, { decoder: createDecoderProcesses() });
  const { uploadFiles } = createSpoolActivities(studios, spool);
  const sealedAddress = sealUploadAddress(studio.seal, TASK, { url: address, headers: {} });
  const fileIds = new Map<number, string>();
  const task = { studio: 'acme', taskId: TASK };
  const inBatches = (indexes: readonly number[], work: (batch: readonly number[]) => Promise<void>): Promise<void> =>
    runConcurrently(transfersInParallel, chunk(indexes, FILES_PER_BATCH), (batch) =>
      new MockActivityEnvironment().run(() => work(batch)),
    );
  const renderOf = (index: number): FetchRequest => {
    const outputId = `output-${index}`;
    const output = { outputId, designFileId: 'design', contentHash: 'hash' };
    const asset = { outputId, assetKey: 'image', type: 'image' as const, extension: 'jpg', blobHash: 'blob' };
    return { ...task, output, asset, assetFormats };
  };
  return {
    download: (indexes) =>
      inBatches(indexes, async (batch) => {
        const fetched = await fetchRenders({ files: batch.map(renderOf) });
        batch.forEach((index, position) => fileIds.set(index, fetched[position]?.fileId ?? ''));
      }),
    upload: (indexes) =>
      inBatches(indexes, async (batch) => {
        const files = batch.map((index) => ({ ...task, fileId: fileIds.get(index) ?? '', sealedAddress }));
        await uploadFiles({ files });
      }),
  };
}

/** The sandbox's configuration, with the defaults of everything that it leaves out. */
async function exampleConfig(folder: string): Promise<ExtpostConfig> {
  const file = path.join(__dirname, '..', '..', 'examples', 'sandbox', 'extpost.yaml');
  const names = [...(await readFile(file, 'utf8')).matchAll(/\$\{(\w+)\}/g)].map(([, name = '']) => name);
  const environment = Object.fromEntries(
    names.map((name) => [name, name.endsWith('_URL') ? 'https://bench.invalid' : name.endsWith('_ID') ? TASK : name]),
  );
  return loadConfig({ path: file, environment: { ...environment, EXTPOST_FOLDER: folder } });
}

/** Its first studio, with a Celtra that serves every output from one address. */
function exampleStudio(config: ExtpostConfig, url: string): ActivityStudio {
  const studio = createStudios(config, createWorkerMetrics(), new RequestBudget()).get('acme');
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
    assets: [{ key: 'image', type: 'image' as const, status: 'finished', extension: 'jpg', blobHash: 'blob', url }],
    facts: {},
  };
}

void move(process.argv.slice(2));
