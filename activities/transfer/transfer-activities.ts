import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';

import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';

import { downloadToFile, type Downloaded } from '../../clients';
import { parseBatchReport, type BatchReport, type UploadReceipt } from '../../domain/delivery/batch-report';
import type { SuppliedFile } from '../../domain/operator/decisions';
import { failureTypes } from '../../domain/shared/failure-type';
import type { SpooledFile } from '../../domain/render/rendered-asset';
import { isDiskFull } from './disk-full';
import { withPermit } from './with-permit';
import { measurePicture, UnreadablePicture } from '../pictures/measure-picture';
import { isCancelRequested, runActivity, performAsPart, type ActivityRun } from '../runtime/run-activity';
import type { Spool } from './spool';
import { spoolFullFailure } from './spool-capacity';
import { getStudio, type ActivityStudio, type Studios } from '../runtime/studios';
import {
  createFetchActivities as createFetchOne,
  createSpoolActivities as createSpoolOne,
  type FetchRequest,
} from './transfer-file';

/** Files of one batch that travel side by side at most; how many of all batches may is a setting of the worker. */
const SIDE_BY_SIDE = 4;
const STALL_TIMEOUT_MS = 30_000;

/** One file that lies in the spool, and where it may be put. */
interface UploadRequest {
  readonly studio: string;
  readonly taskId: string;
  readonly fileId: string;
  readonly sealedAddress: string;
}

/** The activities of the transfer queue, several files in one: an activity a file would cost six events each. */
export function createFetchActivities(studios: Studios, spool: Spool) {
  const one = createFetchOne(studios, spool);
  return {
    ...one,

    /**
     * Brings renders into the spool; what an attempt before has brought is not fetched again. In the order given. Of a task
     * that is called off nothing stays.
     */
    fetchRenders: ({ files }: { files: readonly FetchRequest[] }): Promise<SpooledFile[]> =>
      runActivity((performing) =>
        cleaningUp(spool, files[0]?.taskId, performing, () =>
          // What was fetched lies in the spool, so a failure need not tell of it.
          inParts(files, { ...performing, setFailureDetails: () => undefined }, async (file, begun) => ({
            ...(await one.fetchRender(file)),
            fetchedAt: new Date().toISOString(),
            downloads: begun(),
          })),
        ),
      ),

    /** Brings a file that a person supplies into the spool, by an address that may be sealed. */
    fetchSuppliedFile: (
      request: SuppliedFile & { studio: string; taskId: string; expectedKey: string },
    ): Promise<SpooledFile> =>
      runActivity((performing) =>
        cleaningUp(spool, request.taskId, performing, async () => {
          const { taskId } = request;
          const studio = getStudio(studios, request.studio);
          const fileId = spool.fileId([request.expectedKey, randomUUID()]);
          const path = spool.pathOf(taskId, fileId);
          try {
            const url = addressOf(request, studio.seal);
            const downloaded = await withPermit(spool.permits.downloads, performing, () =>
              download(url, { path, studio, spool, performing }),
            );
            const { bytes, md5, sha256, ends } = downloaded;
            const measured = await measurePicture(path, { bytes, ends, maxPixels: studio.maxPixels }).catch(
              (error: unknown) => {
                // A film is delivered as it was supplied: nothing of it is measured.
                if (error instanceof UnreadablePicture && error.film !== undefined) {
                  return { format: error.film, width: 0, height: 0 };
                }
                throw error;
              },
            );
            const fetched = { fetchedAt: new Date().toISOString(), downloads: activityInfo().attempt };
            const which = { queue: spool.queue, fileId, outputId: 'supplied' };
            const file: SpooledFile = { ...which, ...measured, bytes, md5, sha256, ...fetched };
            await spool.addFile(taskId, file);
            return file;
          } catch (error) {
            // The next attempt has another place.
            await rm(path, { force: true });
            if (isDiskFull(error)) throw spoolFullFailure('The disk of this worker’s spool folder is full');
            if (!(error instanceof UnreadablePicture)) throw error;
            const message = `What the supplied address served ${error.message}. Supply another file.`;
            throw ApplicationFailure.nonRetryable(message, failureTypes.notAPicture);
          }
        }),
      ),
  };
}

/** Downloads a supplied file to where it may lie, as far as there is room. */
async function download(
  url: string,
  { path, studio, spool, performing: { signal, report } }: DownloadTools,
): Promise<Downloaded> {
  try {
    return await downloadToFile({
      url,
      system: 'supplied file',
      allowLoopback: studio.allowLoopback,
      path,
      maxBytes: studio.maxRenderBytes,
      onLength: (bytes = 0) => spool.capacity.reserve(path, bytes),
      signal,
      stallTimeoutMs: STALL_TIMEOUT_MS,
      onProgress: (received) => {
        report({ phase: 'download', bytes: received });
      },
    });
  } finally {
    spool.capacity.release(path);
  }
}

interface DownloadTools {
  readonly path: string;
  readonly studio: ActivityStudio;
  readonly spool: Spool;
  readonly performing: Pick<ActivityRun, 'signal' | 'report'>;
}

/** A task that is called off while its files are fetched has nobody who would clear the spool for it. */
async function cleaningUp<T>(
  spool: Spool,
  taskId: string | undefined,
  { signal }: ActivityRun,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (taskId !== undefined && isCancelRequested(signal)) await spool.drop(taskId);
    throw error;
  }
}

/** The activities of one worker's own queue, several files in one. */
export function createSpoolActivities(studios: Studios, spool: Spool) {
  const one = createSpoolOne(studios, spool);
  return {
    ...one,

    /**
     * Uploads files; what an attempt before has uploaded is not sent again. A failure and a cancel tell which are stored.
     * `thenDrop`: this was all that the spool holds of the task, and is removed afterwards.
     */
    uploadFiles: ({
      files,
      thenDrop,
    }: {
      files: readonly UploadRequest[];
      thenDrop?: { taskId: string };
    }): Promise<UploadReceipt[]> =>
      runActivity(async (performing) => {
        const receipts = await inParts(files, performing, async (file, begun): Promise<UploadReceipt> => {
          const { uploadedAt } = await one.uploadFile(file);
          return { uploadedAt, uploads: begun() };
        });
        if (thenDrop !== undefined) await spool.drop(thenDrop.taskId);
        return receipts;
      }),
  };
}

/**
 * Does the same with each of several files, a few side by side, and remembers over retries which are done. When one fails the
 * others are let finish, and the failure tells which are done: what they bring is not lost. `work` is told how often it was
 * begun, this time included.
 */
async function inParts<Item, Result>(
  items: readonly Item[],
  { lastReport, report, setFailureDetails: leaveBehind, signal }: ActivityRun,
  work: (item: Item, begun: () => number) => Promise<Result>,
): Promise<Result[]> {
  const before = parseBatchReport(lastReport);
  const done = new Map<string, unknown>(Object.entries(before.done));
  const underWay = new Map<string, unknown>();
  const begun = new Map<string, number>(Object.entries(before.attempts));
  const failures: unknown[] = [];
  const tell = (): void => {
    report({
      done: Object.fromEntries(done),
      inProgress: Object.fromEntries(underWay),
      attempts: Object.fromEntries(begun),
    } satisfies BatchReport);
  };
  const leave = (): void => {
    leaveBehind({ done: Object.fromEntries(done) });
  };
  leave();
  const waiting = items.map((item, index) => ({ item, key: String(index) })).filter(({ key }) => !done.has(key));
  const moveOne = async ({ item, key }: { item: Item; key: string }): Promise<void> => {
    const progress = (latest: unknown): void => {
      underWay.set(key, latest);
      tell();
    };
    const begin = (): void => {
      // While it waited another one may have failed.
      if (failures.length > 0) throw failures[0];
      begun.set(key, (begun.get(key) ?? 0) + 1);
    };
    const part = { lastReport: before.inProgress[key], report: progress, begin };
    const result = await performAsPart(part, () => work(item, () => Math.max(1, begun.get(key) ?? 0)));
    done.set(key, result);
    leave();
  };
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined && failures.length === 0; next = waiting.shift()) {
      signal.throwIfAborted();
      const { key } = next;
      if (key in before.inProgress) underWay.set(key, before.inProgress[key]);
      try {
        await moveOne(next);
      } catch (error) {
        failures.push(error);
      }
      underWay.delete(key);
      tell();
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, lane));
  if (failures.length > 0) throw failures[0];
  return items.map((_, index) => done.get(String(index)) as Result);
}

function addressOf({ url, sealedUrl }: SuppliedFile, seal: { openText(sealed: string): string }): string {
  if (sealedUrl === undefined) return url ?? '';
  try {
    return seal.openText(sealedUrl);
  } catch {
    throw ApplicationFailure.nonRetryable(
      'The sealed address cannot be opened: it was sealed with another client secret. Supply the file once more.',
      failureTypes.refused,
    );
  }
}
