import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { finished, type Readable } from 'node:stream';

import type { Dispatcher } from 'undici';

import { discardBody, looksLikeHtml } from '../http/body';
import type { CallContext } from '../http/call-error';
import { RemoteCallError, type RemoteSystem } from '../remote-call-error';
import type { Digests } from './file-writer-thread';
import { writeHashed } from './hashed-file';
import {
  downloadContext,
  htmlError,
  openDownload,
  parseUrl,
  tooLargeError,
  totalBytesOf,
  validateHeaders,
  type DownloadOptions,
  type OpenDownload,
} from './open-download';
import { findPart, partPathOf, removeResumeNote, resumeNote, resumeValidatorOf, type PartFile } from './part-file';
import { watchForStall, type StallWatch, type TransferOptions } from './stall-watch';
import { toTransferError, transferError, transferResponseError } from './transfer-error';
import { sharedTransferDispatcher } from './transfer-network';

/** Shorter files get no resume note in advance: after a kill they are fetched again. */
const NOTE_IN_ADVANCE_BYTES = 8 * 1024 * 1024;

export interface DownloadRequest extends TransferOptions {
  /** A secret, because it needs no credentials; no error holds it. */
  readonly url: string;
  /** The path of the file; its folder is created if it is missing. */
  readonly path: string;
  readonly maxBytes: number;
  /** Whether an interrupted download keeps its beginning beside `path`, and a later one continues there; default no. */
  readonly resume?: boolean | undefined;
  /** Gets the length of the whole file, if known, before a byte is written; may throw to refuse the file. */
  readonly onLength?: ((bytes: number | undefined) => Promise<void>) | undefined;
  readonly system?: RemoteSystem | undefined;
}

export interface Downloaded extends Digests {
  readonly bytes: number;
  readonly contentType?: string | undefined;
  readonly resumedAt?: number | undefined;
}

/** The file gets its name when complete. Throws RemoteCallError, the file system's error, or the signal's reason. */
export async function downloadToFile(request: DownloadRequest): Promise<Downloaded> {
  const { system = 'Celtra files', stallTimeoutMs = 30_000 } = request;
  const url = parseUrl(request.url, system);
  const watch = watchForStall(stallTimeoutMs, request.signal);
  const download = new Download(request, url, downloadContext(system, url), watch);
  try {
    watch.signal.throwIfAborted();
    return await download.run();
  } catch (error) {
    const readable = await download.cleanUp(error);
    request.signal?.throwIfAborted();
    throw readable;
  } finally {
    watch.done();
  }
}

class Download {
  readonly #part: string;
  readonly #isResumable: boolean;
  #received = 0;
  #canResume = false;
  #refusal: unknown;

  constructor(
    private readonly request: DownloadRequest,
    private readonly url: URL,
    private context: CallContext,
    private readonly watch: StallWatch,
  ) {
    this.#isResumable = request.resume ?? false;
    this.#part = this.#isResumable ? partPathOf(request.path) : `${request.path}.${randomUUID()}.part`;
  }

  async run(): Promise<Downloaded> {
    const found = this.#isResumable ? await findPart(this.#part) : undefined;
    const opened = await this.#open(found);
    this.context = opened.context;
    try {
      return await this.#receive(opened.response, opened.start);
    } finally {
      discardBody(opened.response.body);
    }
  }

  /** Removes what no later attempt can use, and gives the error in its readable form. */
  async cleanUp(error: unknown): Promise<unknown> {
    const readable = this.#toReadableError(error);
    const isInterrupted = this.request.signal?.aborted === true || isInterruption(readable);
    if (!this.#canResume || !isInterrupted) {
      await removeResumeNote(this.#part);
      await rm(this.#part, { force: true });
    }
    return readable;
  }

  #toReadableError(error: unknown): unknown {
    if (error === this.#refusal) return error;
    const after = `after ${this.#received} bytes`;
    if (!this.watch.stalled()) return toTransferError(this.context, error, after);
    const what = `sent nothing for ${this.watch.stallTimeoutMs} ms, ${after}`;
    return transferError(this.context, what, { kind: 'transient', code: 'STALLED' });
  }

  /** Requests the rest of `found` if the file is unchanged, or else the whole file. */
  async #open(found: PartFile | undefined): Promise<OpenDownload & { readonly start: number }> {
    const { allowLoopback = false, dispatcher = sharedTransferDispatcher(allowLoopback) } = this.request;
    const { system } = this.context;
    const options: DownloadOptions = { system, allowLoopback, dispatcher, signal: this.watch.signal };
    if (found !== undefined) {
      const opened = await openDownload(this.url, options, found);
      const { statusCode, headers, body } = opened.response;
      if (statusCode !== 206 && statusCode !== 416) return { ...opened, start: 0 };
      if (statusCode === 206 && isContinuation(headers, found)) return { ...opened, start: found.bytes };
      discardBody(body);
    }
    return { ...(await openDownload(this.url, options)), start: 0 };
  }

  async #receive(response: Dispatcher.ResponseData, start: number): Promise<Downloaded> {
    const { statusCode, headers, body } = response;
    const { request, watch } = this;
    if (statusCode !== (start === 0 ? 200 : 206)) throw await transferResponseError(this.context, response);
    const total = totalBytesOf(headers, start);
    validateHeaders(this.context, headers, total, request.maxBytes);
    await request.onLength?.(total).catch((error: unknown) => {
      this.#refusal = error;
      throw error;
    });
    watch.progressed();
    const validator = this.#isResumable ? resumeValidatorOf(headers) : undefined;
    this.#canResume = validator !== undefined || start > 0;
    const file = {
      unfinished: this.#part,
      name: request.path,
      note: resumeNote(this.#part, { validator, total }),
      isNotedInAdvance: total === undefined || total >= NOTE_IN_ADVANCE_BYTES,
      start,
      total,
      onReread: () => {
        watch.progressed();
      },
    };
    const digests = await writeHashed(file, async (hashed) => {
      this.#received = start;
      await readAll(body, (chunk) => {
        this.#checkChunk(chunk);
        const room = hashed.write(chunk);
        watch.progressed();
        request.onProgress?.(this.#received);
        return room;
      });
      this.#checkLength(statusCode, total);
      return hashed.finish();
    });
    const contentType = headers['content-type'];
    return {
      bytes: this.#received,
      ...digests,
      contentType: Array.isArray(contentType) ? contentType[0] : contentType,
      ...(start > 0 && { resumedAt: start }),
    };
  }

  #checkChunk(chunk: Buffer): void {
    const isFirst = this.#received === 0;
    if (isFirst && looksLikeHtml(chunk.subarray(0, 1_024).toString('latin1'))) throw htmlError(this.context);
    this.#received += chunk.length;
    if (this.#received > this.request.maxBytes) throw tooLargeError(this.context, this.request.maxBytes);
  }

  #checkLength(status: number, total: number | undefined): void {
    const received = this.#received;
    if (received === 0) {
      throw transferError(this.context, 'served an empty file', { kind: 'transient', status: 200, code: 'EMPTY' });
    }
    if (total !== undefined && total !== received) {
      const what = `announced ${total} bytes and served ${received}`;
      throw transferError(this.context, what, { kind: 'transient', status, code: 'LENGTH' });
    }
  }
}

/** Whether only the connection failed, so that the bytes received are worth keeping. */
function isInterruption(error: unknown): boolean {
  if (!(error instanceof RemoteCallError) || error.kind !== 'transient') return false;
  return error.code !== 'HTML' && error.code !== 'EMPTY';
}

/** Whether a 206 response is just the missing part: some servers honour the range but not the condition. */
function isContinuation(headers: Dispatcher.ResponseData['headers'], found: PartFile): boolean {
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(String(headers['content-range']));
  const total = range?.[2] === '*' ? undefined : Number(range?.[2]);
  const isSameFile = found.total === undefined || total === undefined || total === found.total;
  const { etag } = headers;
  const isOtherVersion = etag !== undefined && found.validator.startsWith('"') && etag !== found.validator;
  return Number(range?.[1]) === found.bytes && isSameFile && !isOtherVersion;
}

/** Makes no promise or stream per chunk: over https a gigabyte has 65,000. The next waits for a promise of `take`. */
async function readAll(body: Readable, take: (chunk: Buffer) => Promise<void> | undefined): Promise<void> {
  let room: Promise<void> | undefined;
  await new Promise<void>((resolve, reject) => {
    const stop = (error: Error): void => {
      body.off('data', onData).pause();
      reject(error);
    };
    const onData = (chunk: Buffer): void => {
      try {
        room = take(chunk);
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
  // A body can end while its last bytes wait for room, although it is paused.
  await room;
}
