import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import sharp from 'sharp';

import { type DownloadRequest, downloadToFile } from '../../clients';
import { messageOf, pluralise } from '../../domain/shared/text';
import { candidateId } from '../../domain/plan/candidate-id';
import { chunk } from '../../domain/shared/chunk';
import type { CeltraOutput } from '../../domain/render/celtra-output';
import { fetchFile } from '../celtra/fetch-file';
import { settledOutputs } from '../celtra/settled-outputs';
import { mapInParallel } from '../shared/map-in-parallel';
import { retryTransient } from '../shared/retry';
import type { StudioClients } from '../shared/studio-clients';
import type { TaskPlan } from '../../domain/plan/make-plan';
import { groupExportRequest } from './plan-task';

export interface Pictures {
  /** By the id of the input asset. */
  readonly inputs: ReadonlyMap<string, Thumbnail>;
  /** By output id. */
  readonly creatives: ReadonlyMap<string, Thumbnail>;
}

export interface PictureOptions {
  readonly studio: StudioClients;
  /** How long to wait in all for what Celtra has not rendered yet, in milliseconds. */
  readonly waitMs: number;
  readonly signal: AbortSignal;
  readonly log: (text: string) => void;
}

/** Downloads at the same time. */
const PARALLEL = 4;
const NOT_RENDERED = 'not rendered yet';

/** Fetches the first input of each shot and each matched creative, as thumbnails or with a reason why there is none. */
export async function fetchPictures(plans: readonly TaskPlan[], options: PictureOptions): Promise<Pictures> {
  const folder = await mkdtemp(path.join(tmpdir(), 'extpost-plan-'));
  try {
    const newFile = (): string => path.join(folder, randomUUID());
    const inputs = await inputPictures(plans, newFile, options);
    const creatives = new Map<string, Thumbnail>();
    const until = Date.now() + options.waitMs;
    for (const plan of plans) await addCreatives(creatives, plan, newFile, until, options);
    return { inputs, creatives };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function inputPictures(
  plans: readonly TaskPlan[],
  newFile: () => string,
  { studio, signal, log }: PictureOptions,
): Promise<Map<string, Thumbnail>> {
  const ids = [...new Set(plans.flatMap(({ due }) => due.flatMap(({ shot }) => shot.inputs[0]?.assetId ?? [])))];
  const pictures = new Map<string, Thumbnail>();
  if (ids.length === 0) return pictures;
  log(`Fetching ${pluralise(ids.length, 'picture')} from the studio.`);
  for (const part of chunk(ids, studio.settings.creativeForce.bulkSize)) {
    const { found } = await retryTransient(() => studio.creativeForce.readAssetFiles(part, signal), { signal });
    await mapInParallel(found, PARALLEL, async ({ fileId, url }) => {
      pictures.set(fileId, await orReason(signal, () => fetchInput(url, newFile(), studio, signal)));
    });
  }
  return pictures;
}

async function fetchInput(
  url: string | undefined,
  file: string,
  { maxBytes, allowLoopback }: StudioClients,
  signal: AbortSignal,
): Promise<Thumbnail> {
  if (url === undefined) return { why: 'Creative Force gives no file' };
  const wanted: DownloadRequest = { url, path: file, maxBytes, allowLoopback, signal, system: 'object store' };
  await retryTransient(() => downloadToFile(wanted), { signal });
  return thumbnailOf(file);
}

async function addCreatives(
  pictures: Map<string, Thumbnail>,
  plan: TaskPlan,
  newFile: () => string,
  until: number,
  { studio, signal, log }: PictureOptions,
): Promise<void> {
  for (const { group, matching } of plan.matched) {
    const chosen = new Set(matching.pairings.map(({ output }) => output.outputId));
    const outputs = (plan.answers.get(group) ?? []).filter(({ outputId }) => chosen.has(outputId));
    if (outputs.length === 0) continue;
    log(`Fetching ${pluralise(outputs.length, 'picture')} from Celtra, recipe ${group.recipe}.`);
    for (const { output } of matching.pairings) pictures.set(candidateId(output), { why: NOT_RENDERED });
    const request = groupExportRequest(studio, plan.facts.task.taskId, group);
    const wait = { ...studio.wait, deadlineMs: Math.max(0, until - Date.now()), signal };
    for await (const { output, files } of settledOutputs(studio.celtra, request, outputs, wait)) {
      for (const { output: candidate } of matching.pairings.filter((one) => one.output.outputId === output.outputId)) {
        const chosenKey = candidate.assetKey ?? group.asset;
        const asset = files.find(({ key }) => key === chosenKey) ?? files.find(({ type }) => type === 'image');
        if (asset === undefined) {
          pictures.set(candidateId(candidate), { why: missingPictureReason(output) });
          continue;
        }
        const file = newFile();
        const { celtra: client, wait: read, maxBytes, allowLoopback } = studio;
        const tools = { client, request, read, maxBytes, allowLoopback, signal };
        const picture = await orReason(signal, async () => {
          await fetchFile(output, asset, file, { ...tools, onBytes: () => undefined });
          return thumbnailOf(file);
        });
        pictures.set(candidateId(candidate), picture);
      }
    }
  }
}

function missingPictureReason({ assets }: CeltraOutput): string {
  const error = assets.find(({ status }) => status === 'error')?.error;
  if (error !== undefined) return `Celtra could not render it: ${error}`;
  return assets.some(({ status }) => status === 'pending') ? NOT_RENDERED : 'it has no picture';
}

/** One missing picture must not prevent the report. */
async function orReason(signal: AbortSignal, fetch: () => Promise<Thumbnail>): Promise<Thumbnail> {
  try {
    return await fetch();
  } catch (error) {
    signal.throwIfAborted();
    return { why: messageOf(error) };
  }
}

/** Pixels of a thumbnail's longer edge: enough to tell pictures apart, small enough for hundreds on a page. */
const EDGE = 480;

/** A picture for the report, or why there is none. */
export type Thumbnail =
  | { readonly dataUri: string; readonly why?: undefined }
  /** Words behind "No picture: ". */
  | { readonly why: string; readonly dataUri?: undefined };

/** A small JPEG of a picture file, as a data URI. Deletes the file. */
async function thumbnailOf(file: string): Promise<Thumbnail> {
  try {
    const small = await sharp(file)
      .rotate()
      .resize(EDGE, EDGE, { fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#ffffff' })
      .jpeg({ quality: 78 })
      .toBuffer();
    return { dataUri: `data:image/jpeg;base64,${small.toString('base64')}` };
  } catch {
    return { why: 'not a picture that can be shown' };
  } finally {
    await rm(file, { force: true });
  }
}
