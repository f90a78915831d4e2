import { open, type FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

import { request, type Dispatcher } from 'undici';

import { discardBody } from '../http/body';
import type { CallContext } from '../http/call-error';
import { mergeHeaders } from '../http/headers';
import { displayHost, secretPartsOf } from '../http/redact';
import { userAgent } from '../http/user-agent';
import { RemoteCallError } from '../remote-call-error';
import { parseUrl } from './open-download';
import { watchForStall, type StallWatch, type TransferOptions } from './stall-watch';
import { faultOfSuccess, findEmptyFileChecksum, md5FromEtag, md5OfFile } from './stored-answer';
import { isDamagedUpload, toTransferError, transferError, transferResponseError } from './transfer-error';
import { FORBIDDEN_ADDRESS, forbiddenReason, sharedTransferDispatcher } from './transfer-network';

export interface UploadFileRequest extends TransferOptions {
  /** A presigned address, which is a secret: errors show only its host. */
  readonly url: string;
  /** Every header that was returned with the address (docs/reference/creative-force.md#presigned-uploads). */
  readonly headers: Readonly<Record<string, string>>;
  readonly path: string;
  readonly bytes: number;
  /** The hex MD5 that the bytes sent must have. */
  readonly md5?: string | undefined;
  /** Waits for an early refusal, default 0: a store that refuses while bytes are sent closes the connection. */
  readonly listenFirstMs?: number | undefined;
}

const clientHeaders = new Set(['content-length', 'transfer-encoding', 'connection', 'host', 'expect']);
/** Some servers look at a request only once 8 KiB of its body have come. */
const FIRST_BYTES = 16_384;
/** Larger chunks bring no measurable speed, and take more memory. */
const CHUNK_BYTES = 128 * 1024;

/** As many redirects as a download may have. */
const MAX_REDIRECTS = 5;

/** Verifies what was stored. Throws RemoteCallError, the file system's own error, or the signal's reason. */
export async function uploadFile(request: UploadFileRequest): Promise<void> {
  let url = parseUrl(request.url, 'object store');
  // A store may quote the address that has led to it.
  let secrets: readonly string[] = [];
  for (let hop = 0; ; hop++) {
    secrets = [...secrets, ...secretPartsOf(url)];
    const context: CallContext = {
      system: 'object store',
      endpoint: `PUT ${displayHost(url)}`,
      effect: 'write',
      secrets,
    };
    const redirect = await uploadTo(url, request, context);
    if (redirect === undefined) return;
    if (hop === MAX_REDIRECTS || !URL.canParse(redirect, url.href)) throw redirectError(context, hop);
    url = new URL(redirect, url);
  }
}

/** Returns where the file is to be sent instead, if the store says so. */
async function uploadTo(url: URL, request: UploadFileRequest, context: CallContext): Promise<string | undefined> {
  const reason = forbiddenReason(url, request.allowLoopback ?? false);
  if (reason !== undefined) {
    const what = `has an address that ${reason}, which is refused`;
    throw transferError(context, what, { kind: 'refused', code: FORBIDDEN_ADDRESS });
  }
  const file = await open(request.path);
  const watch = watchForStall(request.stallTimeoutMs ?? 30_000, request.signal);
  const upload = new Upload(request, url, context, file, watch);
  try {
    watch.signal.throwIfAborted();
    return await upload.run();
  } catch (error) {
    request.signal?.throwIfAborted();
    throw upload.toReadableError(error);
  } finally {
    watch.done();
    await file.close();
  }
}

class Upload {
  #sent = 0;

  constructor(
    private readonly request: UploadFileRequest,
    private readonly url: URL,
    private readonly context: CallContext,
    private readonly file: FileHandle,
    private readonly watch: StallWatch,
  ) {}

  async run(): Promise<string | undefined> {
    const { request } = this;
    const { size } = await this.file.stat();
    if (size !== request.bytes) throw this.#fileChanged(`is ${size} bytes long instead of ${request.bytes}`);
    const body = this.#chunks();
    try {
      const response = await this.#put(body);
      const { location } = response.headers;
      if ((response.statusCode === 307 || response.statusCode === 308) && typeof location === 'string') {
        discardBody(response.body);
        return location;
      }
      if (response.statusCode < 200 || response.statusCode > 299) {
        const refusal = await transferResponseError(this.context, response);
        throw refusal.status === 400 && refusal.kind !== 'forbidden' ? await this.#explain(refusal) : refusal;
      }
      const fault = await faultOfSuccess(this.context, response, { bytes: this.#sent, of: request.bytes });
      if (fault !== undefined) throw fault;
      const { etag: header } = response.headers;
      const etag = Array.isArray(header) ? header[0] : header;
      await this.#verify(md5FromEtag(etag, request.headers, response.headers), response.statusCode);
      return undefined;
    } finally {
      // The file is closed next, so nothing may read on.
      void body.return();
    }
  }

  toReadableError(error: unknown): unknown {
    const after = `after ${this.#sent} of ${this.request.bytes} bytes`;
    if (!this.watch.stalled()) return toTransferError(this.context, error, after);
    const what = `accepted nothing and sent no response for ${this.watch.stallTimeoutMs} ms, ${after}`;
    return transferError(this.context, what, { kind: 'transient', code: 'STALLED', mayHaveActed: true });
  }

  async #put(body: AsyncIterable<Buffer>): Promise<Dispatcher.ResponseData> {
    const { headers, bytes, allowLoopback = false, dispatcher } = this.request;
    return await request(this.url, {
      method: 'PUT',
      headers: mergeHeaders(
        { 'user-agent': userAgent(), ...headersOfStore(this.url) },
        Object.fromEntries(
          Object.entries(headers)
            .filter(([name]) => !clientHeaders.has(name.toLowerCase()))
            .map(([name, value]) => [name, utf8Bytes(value)]),
        ),
        // Never chunked, which object stores refuse.
        { 'content-length': String(bytes) },
      ),
      // undici takes any async iterable, although its types do not say so; a stream around it costs 5 % of all CPU time.
      body: body as unknown as Readable,
      dispatcher: dispatcher ?? sharedTransferDispatcher(allowLoopback),
      signal: this.watch.signal,
      // The stall watch replaces both; undici's time-outs do not see the progress of a body that is being sent.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
  }

  async *#chunks(): AsyncGenerator<Buffer, void, undefined> {
    const { bytes, listenFirstMs, onProgress } = this.request;
    const nextChunk = readAhead(this.file, bytes);
    // Ends with the last byte, not with the end of the file: undici drops a connection that gets its response earlier.
    while (this.#sent < bytes) {
      const chunk = await nextChunk();
      if (chunk.length === 0) throw this.#fileChanged(`ends after ${this.#sent} of ${bytes} bytes`);
      const isFirst = this.#sent === 0;
      this.#sent += chunk.length;
      this.watch.progressed();
      onProgress?.(this.#sent);
      if (isFirst && listenFirstMs !== undefined) {
        yield chunk.subarray(0, FIRST_BYTES);
        await sleep(listenFirstMs, undefined, { ref: false, signal: this.watch.signal });
        yield chunk.subarray(FIRST_BYTES);
      } else {
        yield chunk;
      }
    }
  }

  /** Compares what was stored with what was measured; the file is read again only if the ETag does not prove it. */
  async #verify(storedMd5: string | undefined, status: number): Promise<void> {
    if (storedMd5 !== undefined && storedMd5 === this.request.md5?.toLowerCase()) return;
    const sentMd5 = await this.#hashFile();
    if (storedMd5 === undefined || storedMd5 === sentMd5) return;
    const what = `stored other bytes than were sent: its ETag is ${storedMd5}, the MD5 sent is ${sentMd5}`;
    throw transferError(this.context, what, { kind: 'transient', status, code: 'ETAG', mayHaveActed: true });
  }

  /** The MD5 of the file on disk. Throws when it is not the measured one. */
  async #hashFile(): Promise<string> {
    const { path, md5 } = this.request;
    const onBytes = (): void => {
      this.watch.progressed();
    };
    const actual = await md5OfFile(path, onBytes, this.watch.signal);
    if (md5 === undefined || md5.toLowerCase() === actual) return actual;
    throw this.#fileChanged('has another MD5 than when it was measured');
  }

  /** Explains why a store accepts the request but not these bytes, if that can be told. */
  async #explain(refusal: RemoteCallError): Promise<RemoteCallError> {
    const { bytes, headers } = this.request;
    const checksum = bytes === 0 ? undefined : findEmptyFileChecksum(this.url, headers);
    if (checksum !== undefined) {
      const what =
        `refused the file, because its address was signed with the checksum of an empty file (${checksum}), so that no ` +
        'other bytes fit. Whoever signs the addresses must leave checksums out: with AWS’s SDK by the setting ' +
        'requestChecksumCalculation: WHEN_REQUIRED. Tell Creative Force’s support';
      return transferError(this.context, what, {
        kind: 'refused',
        status: refusal.status,
        code: 'CHECKSUM_OF_NOTHING',
      });
    }
    if (isDamagedUpload(refusal)) await this.#hashFile();
    return refusal;
  }

  #fileChanged(how: string): RemoteCallError {
    const { system, endpoint } = this.context;
    return new RemoteCallError(`The file to upload ${how}; it has to be fetched again (${endpoint}).`, {
      system,
      endpoint,
      kind: 'refused',
      code: 'FILE_CHANGED',
      mayHaveActed: false,
    });
  }
}

/** Whoever signs a header signs its text in UTF-8, and Node writes a character of a header as one byte. */
function utf8Bytes(value: string): string {
  return Buffer.from(value, 'utf8').toString('latin1');
}

/** Azure takes no PUT without this header, which is not part of what a shared access signature signs. */
function headersOfStore({ hostname, searchParams }: URL): Record<string, string> {
  const isAzure =
    hostname.endsWith('.blob.core.windows.net') || ['sv', 'sr', 'sig'].every((name) => searchParams.has(name));
  return isAzure ? { 'x-ms-blob-type': 'BlockBlob' } : {};
}

function redirectError(context: CallContext, hop: number): RemoteCallError {
  const what =
    hop < MAX_REDIRECTS ? 'redirects to what is no address' : `answered with more than ${MAX_REDIRECTS} redirects`;
  return transferError(context, what, { kind: 'refused', code: 'REDIRECTS' });
}

/** Reads each chunk while the one before is being sent; an empty chunk means that the file is shorter. */
function readAhead(file: FileHandle, bytes: number): () => Promise<Buffer> {
  let position = 0;
  const read = async (): Promise<Buffer> => {
    const block = Buffer.allocUnsafeSlow(Math.min(CHUNK_BYTES, bytes - position));
    const { bytesRead } = await file.read(block, 0, block.length, position);
    position += bytesRead;
    return block.subarray(0, bytesRead);
  };
  let next: Promise<Buffer> | undefined;
  return async () => {
    const chunk = await (next ?? read());
    next = chunk.length > 0 && position < bytes ? read() : undefined;
    // A caller that asks for this chunk gets the error; one that has stopped does not need it.
    next?.catch(() => undefined);
    return chunk;
  };
}
