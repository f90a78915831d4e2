import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';

import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';

import { discardPart, downloadToFile, partPathOf, uploadFile, type Downloaded } from '../../clients';
import { failureTypes } from '../../domain/shared/failure-type';
import type { Candidate } from '../../domain/plan/candidate';
import type { MeasuredPicture } from '../../domain/preflight/preflight';
import type { AssetFormats } from '../../domain/recipe/recipe';
import type { RenderedAsset, SpooledFile } from '../../domain/render/rendered-asset';
import { isDiskFull } from './disk-full';
import { requestAssetAddress, expiredAddressFailure } from '../celtra/asset-address';
import { withPermit } from './with-permit';
import { measurePicture, UnreadablePicture, type MeasuringLimits } from '../pictures/measure-picture';
import { runActivity, type ActivityRun } from '../runtime/run-activity';
import { notInSpoolFailure, WAITING_FOR_PERMIT, type Spool } from './spool';
import { spoolFullFailure } from './spool-capacity';
import { getStudio, type ActivityStudio, type Studios } from '../runtime/studios';
import { uploadFailure } from './upload-failures';
import { uploadRecord } from './upload-record';

/** A transfer that sends nothing for this long is given up and tried again. */
const STALL_TIMEOUT_MS = 30_000;

const REPORT_EVERY_MS = 500;

/** Long enough for a store far away to say no. */
const LISTEN_FIRST_MS = 1_000;

/** One finished render to be brought into the spool. */
export interface FetchRequest {
  readonly studio: string;
  readonly taskId: string;
  readonly output: Pick<Candidate, 'outputId' | 'designFileId' | 'contentHash'>;
  readonly asset: RenderedAsset;
  readonly assetFormats: AssetFormats;
}

/** A file that lies in this worker's spool, and where it goes. */
export interface PutRequest {
  readonly studio: string;
  readonly taskId: string;
  readonly fileId: string;
  readonly sealedAddress: string;
}

/** When a file was stored (ISO 8601, UTC). */
export interface Stored {
  readonly uploadedAt: string;
}

/** What one worker's transfers need. */
interface TransferTools {
  readonly studios: Studios;
  readonly spool: Spool;
}

/** The activity of the transfer queue: whichever worker takes it keeps the bytes in its spool. */
export function createFetchActivities(studios: Studios, spool: Spool) {
  return {
    /** Brings one render into the spool; see {@link fetchOne}. */
    fetchRender: (request: FetchRequest): Promise<SpooledFile> =>
      runActivity((performing) => fetchOne({ studios, spool }, request, performing)),
  };
}

/** The activities of one worker's own queue: they need the bytes that lie in its spool. */
export function createSpoolActivities(studios: Studios, spool: Spool) {
  return {
    /** Uploads one file; see {@link putOne}. */
    uploadFile: (request: PutRequest): Promise<Stored> =>
      runActivity((performing) => putOne({ studios, spool }, request, performing)),

    /** Removes what this worker keeps of a task. */
    dropFiles: (request: { taskId: string }): Promise<void> => runActivity(() => spool.drop(request.taskId)),
  };
}

/**
 * Asks Celtra for a fresh address, downloads the render and measures it; goes on where an earlier attempt on this
 * worker stopped, and fetches nothing twice. The address lives only in here: it needs no credentials, so whoever has it
 * has the picture (docs/reference/celtra.md#asset-addresses).
 */
async function fetchOne(
  { studios, spool }: TransferTools,
  request: FetchRequest,
  performing: ActivityRun,
): Promise<SpooledFile> {
  const { studio: studioName, taskId, output, asset, assetFormats } = request;
  const { signal } = performing;
  const studio = getStudio(studios, studioName);
  // Nothing that names the version: then no earlier download may count as this one.
  const version = asset.blobHash ?? output.contentHash ?? randomUUID();
  const fileId = spool.fileId([output.outputId, version, JSON.stringify(assetFormats)]);
  return spool.exclusively(taskId, fileId, signal, async () => {
    const known = await spool.find(taskId, fileId);
    if (known !== undefined) return known;
    const path = spool.pathOf(taskId, fileId);
    const { md5, sha256, bytes, ends } = await withPermit(spool.permits.downloads, performing, async () => {
      // Only now: an address grows old while it waits.
      const url = await requestAssetAddress(
        studios,
        { studio: studioName, taskId, assetFormats, outputs: [output], assetKey: asset.assetKey },
        signal,
      );
      return download(spool, { url, path, studio }, performing).catch((error: unknown) => {
        throw expiredAddressFailure(error, output.outputId) ?? error;
      });
    });
    const limits = { bytes, ends, maxPixels: studio.maxPixels };
    const measured = await measure(path, output.outputId, limits).catch(async (error: unknown) => {
      // The task may never come back to this worker, and then nobody would clear it.
      await rm(path, { force: true });
      throw error;
    });
    const { queue } = spool;
    const file: SpooledFile = { queue, fileId, outputId: output.outputId, ...measured, bytes, md5, sha256 };
    await spool.addFile(taskId, file);
    return file;
  });
}

async function download(
  spool: Spool,
  { url, path, studio }: { url: string; path: string; studio: ActivityStudio },
  { signal, report }: Pick<ActivityRun, 'signal' | 'report'>,
): Promise<Downloaded> {
  const part = partPathOf(path);
  const tell = inSteps((bytes) => {
    report({ phase: 'download', bytes });
  });
  try {
    return await downloadToFile({
      url,
      path,
      maxBytes: studio.maxRenderBytes,
      allowLoopback: studio.allowLoopback,
      resume: true,
      onLength: (bytes = 0) => spool.capacity.reserve(part, bytes),
      signal,
      stallTimeoutMs: STALL_TIMEOUT_MS,
      onProgress: tell,
    });
  } catch (error) {
    // A worker that shuts down goes on later; whoever was cancelled does not.
    if (signal.aborted && !isShutdown(signal.reason)) await discardPart(path);
    if (isDiskFull(error)) throw spoolFullFailure('The disk of this worker’s spool folder is full');
    throw error;
  } finally {
    spool.capacity.release(part);
  }
}

/**
 * PUTs a file with every header that was returned with its address
 * (docs/reference/creative-force.md#presigned-uploads). Safe to repeat: what an attempt before has stored there is not
 * sent again.
 */
async function putOne(
  { studios, spool }: TransferTools,
  request: PutRequest,
  performing: ActivityRun,
): Promise<Stored> {
  const { signal, lastReport, report } = performing;
  const studio = getStudio(studios, request.studio);
  const address = studio.seal.unseal(request.sealedAddress);
  const file = await spool.find(request.taskId, request.fileId);
  if (file === undefined) throw notInSpoolFailure();
  const note = uploadRecord(spool.index, { ...request, file });
  const before = await note.read();
  if (before !== undefined) return { uploadedAt: before };
  const tell = inSteps((bytes) => {
    report({ phase: 'upload', bytes, of: file.bytes });
  }, file.bytes);
  try {
    const send = () =>
      uploadFile({
        url: address.url,
        headers: address.headers,
        path: spool.pathOf(request.taskId, request.fileId),
        bytes: file.bytes,
        md5: file.md5,
        allowLoopback: studio.allowLoopback,
        signal,
        stallTimeoutMs: STALL_TIMEOUT_MS,
        listenFirstMs: activityInfo().attempt > 1 && !wasCutOff(lastReport) ? LISTEN_FIRST_MS : undefined,
        onProgress: tell,
      });
    await withPermit(spool.permits.uploads, performing, () => {
      report({ phase: 'waiting to upload', of: file.bytes });
      return spool.permits.uploadBytes.withPermits(file.bytes, signal, send);
    });
    const uploadedAt = new Date().toISOString();
    await note.write(uploadedAt);
    return { uploadedAt };
  } catch (error) {
    report({ phase: 'interrupted', of: file.bytes });
    const healed = uploadFailure(error);
    // What lies here is not what was measured, so the next download must not find it.
    if (healed?.type === failureTypes.notInSpool) await spool.drop(request.taskId);
    throw healed ?? error;
  }
}

/** Whether the attempt before did not end but was killed with its worker: then the store has refused nothing. */
function wasCutOff(lastReport: unknown): boolean {
  const { phase } = (lastReport ?? {}) as { phase?: string };
  return phase === WAITING_FOR_PERMIT || phase === 'waiting to upload' || phase === 'upload';
}

/** Tells a few times a second instead of at every chunk, and always of the last one, where the length is known. */
function inSteps(tell: (bytes: number) => void, of?: number): (bytes: number) => void {
  let toldAt = -Infinity;
  return (bytes) => {
    const now = performance.now();
    if (now - toldAt < REPORT_EVERY_MS && bytes !== of) return;
    toldAt = now;
    tell(bytes);
  };
}

function isShutdown(reason: unknown): boolean {
  return reason instanceof CancelledFailure && reason.message === 'WORKER_SHUTDOWN';
}

async function measure(path: string, outputId: string, limits: MeasuringLimits): Promise<MeasuredPicture> {
  try {
    return await measurePicture(path, limits);
  } catch (error) {
    if (!(error instanceof UnreadablePicture)) throw error;
    throw ApplicationFailure.nonRetryable(
      `What Celtra's file host served for output ${outputId} ${error.message}. Look at the output in Celtra.`,
      error.film === undefined ? failureTypes.notAPicture : failureTypes.film,
    );
  }
}
