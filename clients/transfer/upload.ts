import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

import { request, type Dispatcher } from 'undici';

import { displayHost, secretPartsOf } from '../http/redact';
import { userAgent } from '../http/user-agent';
import { RemoteCallError } from '../remote-call-error';
import { FORBIDDEN_ADDRESS, sharedTransferDispatcher, forbiddenReason } from './transfer-network';
import { parseUrl } from './open-download';
import { readAhead } from './read-ahead';
import { findEmptyFileChecksum, md5FromEtag, md5OfFile } from './checksums';
import { toTransferError, transferResponseError, transferError, type TransferContext } from './transfer-error';
import { watchForStall, type StallWatch } from './stall-watch';

export interface UploadFileRequest {
  /** A presigned address: a secret, and in no error but for its host. */
  readonly url: string;
  /** Every header that was returned with the address (docs/reference/creative-force.md#presigned-uploads). */
  readonly headers: Readonly<Record<string, string>>;
  readonly path: string;
  /** The exact length of the file. */
  readonly bytes: number;
  /** Hex; when given, the bytes sent must have it. */
  readonly md5?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds without progress after which the transfer is given up; default 30 s. */
  readonly stallTimeoutMs?: number | undefined;
  /**
   * Milliseconds to wait after the first bytes for a refusal, default 0. A store that refuses at once closes the
   * connection under whoever is still sending, and its answer is lost; so a repeat should listen first. undici has no
   * `Expect` on HTTP/1.
   */
  readonly listenFirstMs?: number | undefined;
  /** Told the bytes handed to the connection so far, at every chunk. */
  readonly onProgress?: ((bytes: number) => void) | undefined;
  /** Whether this computer itself may be the store, also by plain http: for a trial with the sandbox; default no. */
  readonly allowLoopback?: boolean | undefined;
  readonly dispatcher?: Dispatcher | undefined;
}

/** HTTP itself writes these. */
const writtenByHttp = new Set(['content-length', 'transfer-encoding', 'connection', 'host', 'expect']);
const FIRST_BYTES = 1_024;

/**
 * PUTs a file from disk in one request with its exact length, never chunked (object stores refuse that), and makes sure
 * that it is the measured one: by the store's ETag where that is an MD5, else by hashing the file once more. Safe to
 * repeat. Throws RemoteCallError, the file system's own error, or the signal's reason.
 */
export async function uploadFile(wanted: UploadFileRequest): Promise<{ etag?: string }> {
  const url = parseUrl(wanted.url, 'object store');
  const allowLoopback = wanted.allowLoopback ?? false;
  const place: TransferContext = {
    system: 'object store',
    endpoint: `PUT ${displayHost(url)}`,
    effect: 'write',
    secrets: secretPartsOf(url),
  };
  const why = forbiddenReason(url, allowLoopback);
  if (why !== undefined) {
    const what = `has an address that ${why}, which is refused`;
    throw transferError(place, what, { kind: 'refused', code: FORBIDDEN_ADDRESS });
  }
  const file = await open(wanted.path);
  const stallTimeoutMs = wanted.stallTimeoutMs ?? 30_000;
  const watch = watchForStall(stallTimeoutMs, wanted.signal);
  let sent = 0;
  const chunks = async function* () {
    const nextChunk = readAhead(file, wanted.bytes);
    // To its last byte and not to its end: undici throws a connection away whose answer comes before a body has ended.
    while (sent < wanted.bytes) {
      const chunk = await nextChunk();
      if (chunk.length === 0) throw fileChanged(place, `ends after ${sent} of ${wanted.bytes} bytes`);
      const isFirst = sent === 0;
      sent += chunk.length;
      watch.progressed();
      wanted.onProgress?.(sent);
      if (isFirst && wanted.listenFirstMs !== undefined) {
        yield chunk.subarray(0, FIRST_BYTES);
        await sleep(wanted.listenFirstMs, undefined, { ref: false, signal: watch.signal });
        yield chunk.subarray(FIRST_BYTES);
      } else {
        yield chunk;
      }
    }
  };
  const body = chunks();
  try {
    watch.signal.throwIfAborted();
    const { size } = await file.stat();
    if (size !== wanted.bytes) throw fileChanged(place, `is ${size} bytes long instead of ${wanted.bytes}`);
    const answer = await request(url, {
      method: 'PUT',
      headers: {
        'user-agent': userAgent(),
        ...Object.fromEntries(
          Object.entries(wanted.headers).filter(([name]) => !writtenByHttp.has(name.toLowerCase())),
        ),
        'content-length': String(wanted.bytes),
      },
      // undici takes any async iterable (as its documentation of `Dispatcher` says), which its types leave out; a
      // stream around it costs a twentieth of all processor time.
      body: body as unknown as Readable,
      dispatcher: wanted.dispatcher ?? sharedTransferDispatcher(allowLoopback),
      signal: watch.signal,
      // The watch replaces both; undici's own does not see the progress of a body that is being sent.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    if (answer.statusCode < 200 || answer.statusCode > 299) {
      const refusal = await transferResponseError(place, answer);
      throw refusal.status === 400 ? await explained(refusal, { place, url, wanted, watch }) : refusal;
    }
    await answer.body.dump();
    const etag = single(answer.headers['etag']);
    const stored = md5FromEtag(etag, wanted.headers, answer.headers);
    // Only what the store's ETag proves needs no second reading.
    if (stored === undefined || stored !== wanted.md5?.toLowerCase()) {
      const actual = await md5Of(place, wanted, watch);
      if (stored !== undefined && stored !== actual) throw otherBytes(place, stored, actual, answer.statusCode);
    }
    return etag === undefined ? {} : { etag };
  } catch (error) {
    wanted.signal?.throwIfAborted();
    if (watch.stalled()) {
      const what = `took nothing and said nothing for ${stallTimeoutMs} ms, after ${sent} of ${wanted.bytes} bytes`;
      throw transferError(place, what, { kind: 'transient', code: 'STALLED', mayHaveActed: true });
    }
    throw toTransferError(place, error, `after ${sent} of ${wanted.bytes} bytes`);
  } finally {
    watch.done();
    // Nobody may read on from a file that is closed.
    void body.return();
    await file.close();
  }
}

/** The MD5 of the file as it lies here; it must be the one that was measured. */
async function md5Of(place: TransferContext, wanted: UploadFileRequest, watch: StallWatch): Promise<string> {
  const onBytes = (): void => {
    watch.progressed();
  };
  const actual = await md5OfFile(wanted.path, onBytes, watch.signal);
  if (wanted.md5 !== undefined && wanted.md5.toLowerCase() !== actual) {
    throw fileChanged(place, 'has another MD5 than when it was measured');
  }
  return actual;
}

/** Why a store takes the request but not these bytes, where that can be told. */
async function explained(
  refusal: RemoteCallError,
  { place, url, wanted, watch }: { place: TransferContext; url: URL; wanted: UploadFileRequest; watch: StallWatch },
): Promise<RemoteCallError> {
  const checksum = wanted.bytes === 0 ? undefined : findEmptyFileChecksum(url, wanted.headers);
  if (checksum !== undefined) {
    const what =
      `refused the file, because its address was signed with the checksum of an empty file (${checksum}), so that no ` +
      'other bytes fit. Whoever signs the addresses must leave checksums out: with AWS’s SDK by the setting ' +
      'requestChecksumCalculation: WHEN_REQUIRED. Tell Creative Force’s support';
    return transferError(place, what, { kind: 'refused', status: refusal.status, code: 'CHECKSUM_OF_NOTHING' });
  }
  if (refusal.code === 'BadDigest') await md5Of(place, wanted, watch);
  return refusal;
}

/** The file on our own disk is not the one that was measured: it has to be fetched again. */
function fileChanged(place: TransferContext, how: string): RemoteCallError {
  return new RemoteCallError(`The file to upload ${how}; it has to be fetched again (${place.endpoint}).`, {
    system: place.system,
    endpoint: place.endpoint,
    kind: 'refused',
    code: 'FILE_CHANGED',
    mayHaveActed: false,
  });
}

function otherBytes(place: TransferContext, stored: string, sent: string, status: number): RemoteCallError {
  const what = `stored other bytes than were sent: its ETag is ${stored}, the MD5 sent is ${sent}`;
  return transferError(place, what, { kind: 'transient', status, code: 'ETAG', mayHaveActed: true });
}

function single(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
