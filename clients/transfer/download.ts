import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { finished, type Readable } from 'node:stream';

import type { Dispatcher } from 'undici';

import { looksLikeHtml } from '../http/error-body';
import { displayHost, secretPartsOf } from '../http/redact';
import { RemoteCallError, type RemoteSystem } from '../remote-call-error';
import { validateHeaders, htmlError, tooLargeError, totalBytesOf } from './download-headers';
import { writeHashed } from './hashed-file';
import { sharedTransferDispatcher } from './transfer-network';
import { parseUrl, discard, openDownload, type DownloadContext, type OpenDownload } from './open-download';
import { findPart, removeResumeNote, resumeNote, partPathOf, resumeValidatorOf, type PartFile } from './part-file';
import { toTransferError, transferResponseError, transferError, type TransferContext } from './transfer-error';
import { watchForStall, type StallWatch } from './stall-watch';
import type { FileEnds } from './file-writer-thread';

/** What is shorter is fetched again in no time: it can be gone on with after an interruption, but not after a kill. */
const NOTED_AT_ONCE_BYTES = 8 * 1024 * 1024;

export interface DownloadRequest {
  /** Needs no credentials, so whoever has it has the file: it is in no error. */
  readonly url: string;
  /** Where the file is to be; its folder is made where it is missing. */
  readonly path: string;
  readonly maxBytes: number;
  /** Whether an interrupted download leaves its beginning beside `path`, and a later one goes on there; default no. */
  readonly resume?: boolean | undefined;
  /** Told the bytes of the whole file before one is written, where the server says so: the place to refuse them. */
  readonly onLength?: ((bytes: number | undefined) => Promise<void>) | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds without a byte after which the transfer is given up; default 30 s. */
  readonly stallTimeoutMs?: number | undefined;
  /** Told the bytes received so far, at every chunk; those of an earlier attempt count. */
  readonly onProgress?: ((bytes: number) => void) | undefined;
  /** Default `Celtra files`. */
  readonly system?: RemoteSystem | undefined;
  /** Whether this computer itself may be asked, also by plain http: for a trial with the sandbox; default no. */
  readonly allowLoopback?: boolean | undefined;
  readonly dispatcher?: Dispatcher | undefined;
}

export interface Downloaded {
  readonly bytes: number;
  /** Lower-case hex. */
  readonly md5: string;
  readonly sha256: string;
  readonly ends: FileEnds;
  readonly contentType?: string | undefined;
  /** Bytes that an earlier attempt had brought, if any. */
  readonly resumedAt?: number | undefined;
}

/**
 * Streams a file to disk and hashes it on the way; memory does not grow with the file. The file appears under its name
 * only when it is whole. Follows a few redirects to open https addresses; refuses private ones, HTML, compression that was
 * not asked for, and more than `maxBytes`. Throws RemoteCallError, the file system's own error, or the signal's reason.
 */
export async function downloadToFile(wanted: DownloadRequest): Promise<Downloaded> {
  const system = wanted.system ?? 'Celtra files';
  const allowLoopback = wanted.allowLoopback ?? false;
  const url = parseUrl(wanted.url, system);
  const part = wanted.resume === true ? partPathOf(wanted.path) : `${wanted.path}.${randomUUID()}.part`;
  const stallTimeoutMs = wanted.stallTimeoutMs ?? 30_000;
  const watch = watchForStall(stallTimeoutMs, wanted.signal);
  const from: DownloadContext = {
    system,
    allowLoopback,
    dispatcher: wanted.dispatcher ?? sharedTransferDispatcher(allowLoopback),
    signal: watch.signal,
  };
  const progress: Progress = { received: 0, mayGoOn: false };
  let place: TransferContext = {
    system,
    endpoint: `GET ${displayHost(url)}`,
    effect: 'read',
    secrets: secretPartsOf(url),
  };
  try {
    watch.signal.throwIfAborted();
    const found = wanted.resume === true ? await findPart(part) : undefined;
    const opened = await openFrom(url, from, found);
    place = opened.place;
    return await receive(opened, { ...wanted, part }, watch, progress);
  } catch (error) {
    const readable = inWords(error);
    const isInterrupted = wanted.signal?.aborted === true || isInterruption(readable);
    if (!progress.mayGoOn || !isInterrupted) {
      await removeResumeNote(part);
      await rm(part, { force: true });
    }
    wanted.signal?.throwIfAborted();
    throw readable;
  } finally {
    watch.done();
  }

  function inWords(error: unknown): unknown {
    if (error === progress.refusal) return error;
    if (!watch.stalled()) return toTransferError(place, error, `after ${progress.received} bytes`);
    const what = `sent nothing for ${stallTimeoutMs} ms, after ${progress.received} bytes`;
    return transferError(place, what, { kind: 'transient', code: 'STALLED' });
  }
}

interface Progress {
  received: number;
  /** Whether what has come can be gone on with. */
  mayGoOn: boolean;
  /** What the caller threw when it was told the length. */
  refusal?: unknown;
}

/** Whether only the way was bad, so that what has come is worth keeping. */
function isInterruption(error: unknown): boolean {
  if (!(error instanceof RemoteCallError) || error.kind !== 'transient') return false;
  return error.code !== 'HTML' && error.code !== 'EMPTY';
}

/** The rest of `found` when the server still has that very file, else the whole file. */
async function openFrom(
  url: URL,
  from: DownloadContext,
  found: PartFile | undefined,
): Promise<OpenDownload & { readonly start: number }> {
  if (found !== undefined) {
    const opened = await openDownload(url, from, found);
    const { statusCode, headers } = opened.answer;
    if (statusCode !== 206 && statusCode !== 416) return { ...opened, start: 0 };
    if (statusCode === 206 && continues(headers, found)) return { ...opened, start: found.bytes };
    discard(opened.answer);
  }
  return { ...(await openDownload(url, from)), start: 0 };
}

/** Whether an answer of 206 brings just what is missing: some servers look at the range and not at the condition. */
function continues(headers: Dispatcher.ResponseData['headers'], found: PartFile): boolean {
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(String(headers['content-range']));
  const total = range?.[2] === '*' ? undefined : Number(range?.[2]);
  const isSameFile = found.total === undefined || total === undefined || total === found.total;
  const { etag } = headers;
  const isOtherVersion = etag !== undefined && found.validator.startsWith('"') && etag !== found.validator;
  return Number(range?.[1]) === found.bytes && isSameFile && !isOtherVersion;
}

async function receive(
  { answer, place, start }: OpenDownload & { readonly start: number },
  wanted: DownloadRequest & { readonly part: string },
  watch: StallWatch,
  progress: Progress,
): Promise<Downloaded> {
  const { statusCode, headers, body } = answer;
  // The watch stays on, since an error's body can stall as well.
  if (statusCode !== (start === 0 ? 200 : 206)) throw await transferResponseError(place, answer);
  const total = totalBytesOf(headers, start);
  const contentType = headers['content-type'];
  try {
    const unwanted = validateHeaders(place, headers, total, wanted.maxBytes);
    if (unwanted !== undefined) throw unwanted;
    await wanted.onLength?.(total).catch((error: unknown) => {
      progress.refusal = error;
      throw error;
    });
    watch.progressed();
    const validator = wanted.resume === true ? resumeValidatorOf(headers) : undefined;
    progress.mayGoOn = validator !== undefined || start > 0;
    const file = {
      unfinished: wanted.part,
      name: wanted.path,
      note: resumeNote(wanted.part, { validator, total }),
      isNotedAtOnce: total === undefined || total >= NOTED_AT_ONCE_BYTES,
      start,
      onReread: () => {
        watch.progressed();
      },
    };
    const digests = await writeHashed(file, async (hashed) => {
      progress.received = start;
      const take = (chunk: Buffer): Promise<void> | undefined => {
        if (progress.received === 0 && looksLikeHtml(chunk.subarray(0, 1_024).toString('latin1'))) {
          throw htmlError(place);
        }
        progress.received += chunk.length;
        if (progress.received > wanted.maxBytes) throw tooLargeError(place, wanted.maxBytes);
        const room = hashed.write(chunk);
        watch.progressed();
        wanted.onProgress?.(progress.received);
        return room;
      };
      await readAll(body, take);
      const { received } = progress;
      if (received === 0)
        throw transferError(place, 'served an empty file', { kind: 'transient', status: 200, code: 'EMPTY' });
      if (total !== undefined && total !== received) {
        const what = `announced ${total} bytes and served ${received}`;
        throw transferError(place, what, { kind: 'transient', status: statusCode, code: 'LENGTH' });
      }
      return hashed.finish();
    });
    return {
      bytes: progress.received,
      ...digests,
      contentType: Array.isArray(contentType) ? contentType[0] : contentType,
      ...(start === 0 ? {} : { resumedAt: start }),
    };
  } finally {
    // Nothing is left of a body that was read to its end.
    discard(answer);
  }
}

/**
 * Hands over the chunks of a body, without a promise or a second stream for each: over https a gigabyte comes in 65,000 of
 * them. When `take` gives a promise, the next chunk comes only after that. Throws what broke the body, or what `take` throws.
 */
async function readAll(body: Readable, take: (chunk: Buffer) => Promise<void> | undefined): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const stop = (error: Error): void => {
      body.off('data', onData).pause();
      reject(error);
    };
    const onData = (chunk: Buffer): void => {
      try {
        const room = take(chunk);
        if (room === undefined) return;
        body.pause();
        room.then(() => {
          body.resume();
        }, stop);
      } catch (error) {
        stop(error as Error);
      }
    };
    body.on('data', onData);
    finished(body, { writable: false }, (error) => {
      if (error) stop(error);
      else resolve();
    });
  });
}
