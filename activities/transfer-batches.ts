import { randomUUID } from 'node:crypto';

import { ApplicationFailure } from '@temporalio/common';

import { downloadToFile } from '../clients';
import type { SuppliedFile } from '../domain/decisions';
import { failureTypes } from '../domain/failure-type';
import type { SpooledFile } from '../domain/rendered-asset';
import { measurePicture, UnreadablePicture } from './measure-picture';
import { perform, performAsPart, type Performing } from './perform';
import type { Spool } from './spool';
import { studioNamed, type Studios } from './studios';
import {
  createFetchActivities as createFetchOne,
  createSpoolActivities as createSpoolOne,
  type FetchRequest,
} from './transfer';

/** Files of one batch that travel side by side. */
const SIDE_BY_SIDE = 3;
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

    /** Brings renders into the spool; what an attempt before has brought is not fetched again. In the order given. */
    fetchRenders: ({ files }: { files: readonly FetchRequest[] }): Promise<SpooledFile[]> =>
      perform((performing) => inParts(files, performing, (file) => one.fetchRender(file))),

    /** Brings a file that a person supplies into the spool, by an address that may be sealed. */
    fetchSuppliedFile: (
      request: SuppliedFile & { studio: string; taskId: string; expectedKey: string },
    ): Promise<SpooledFile> =>
      perform(async ({ signal, report }) => {
        const studio = studioNamed(studios, request.studio);
        const fileId = spool.fileId([request.expectedKey, randomUUID()]);
        const path = await spool.pathOf(request.taskId, fileId);
        const { bytes, md5, sha256 } = await downloadToFile({
          url: addressOf(request, studio.seal),
          system: 'supplied file',
          allowLoopback: studio.allowLoopback,
          path,
          maxBytes: studio.maxRenderBytes,
          signal,
          stallTimeoutMs: STALL_TIMEOUT_MS,
          onProgress: (received) => {
            report({ phase: 'download', bytes: received });
          },
        });
        const measured = await measurePicture(path, { maxPixels: studio.maxPixels }).catch((error: unknown) => {
          if (!(error instanceof UnreadablePicture)) throw error;
          const message = `What the supplied address served ${error.message}. Supply another file.`;
          throw ApplicationFailure.nonRetryable(message, failureTypes.notAPicture);
        });
        const file: SpooledFile = { queue: spool.queue, fileId, outputId: 'supplied', ...measured, bytes, md5, sha256 };
        await spool.keep(request.taskId, file);
        return file;
      }),
  };
}

/** The activities of one worker's own queue, several files in one. */
export function createSpoolActivities(studios: Studios, spool: Spool) {
  const one = createSpoolOne(studios, spool);
  return {
    ...one,

    /**
     * Uploads files; what an attempt before has uploaded is not sent again. `thenDrop`: this was all that the spool holds of
     * the task, and is removed afterwards.
     */
    uploadFiles: ({
      files,
      thenDrop,
    }: {
      files: readonly UploadRequest[];
      thenDrop?: { taskId: string };
    }): Promise<void> =>
      perform(async (performing) => {
        await inParts(files, performing, (file) => one.uploadFile(file));
        if (thenDrop !== undefined) await spool.drop(thenDrop.taskId);
      }),
  };
}

/** What a batch tells with its heartbeats: what came of each file that is done, and how far the others are. By position. */
interface BatchReport {
  readonly done: Readonly<Record<string, unknown>>;
  readonly underWay: Readonly<Record<string, unknown>>;
}

/**
 * Does the same with each of several files, a few side by side, and remembers over retries which are done. When one fails the
 * others are let finish: what they bring is not lost.
 */
async function inParts<Item, Result>(
  items: readonly Item[],
  { lastReport, report, signal }: Performing,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const before = asBatchReport(lastReport);
  const done = new Map<string, unknown>(Object.entries(before.done));
  const underWay = new Map<string, unknown>();
  const failures: unknown[] = [];
  const tell = (): void => {
    report({ done: Object.fromEntries(done), underWay: Object.fromEntries(underWay) } satisfies BatchReport);
  };
  const waiting = items.map((item, index) => ({ item, key: String(index) })).filter(({ key }) => !done.has(key));
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined && failures.length === 0; next = waiting.shift()) {
      signal.throwIfAborted();
      const { item, key } = next;
      const progress = (latest: unknown): void => {
        underWay.set(key, latest);
        tell();
      };
      try {
        const result = await performAsPart({ lastReport: before.underWay[key], report: progress }, () => work(item));
        done.set(key, result ?? null);
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

function asBatchReport(report: unknown): BatchReport {
  const { done, underWay } = (report ?? {}) as Partial<BatchReport>;
  return { done: done ?? {}, underWay: underWay ?? {} };
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
