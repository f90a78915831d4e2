import type { IncomingHttpHeaders } from 'node:http';
import type { Readable, Transform } from 'node:stream';
import {
  brotliDecompressSync,
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  gunzipSync,
  inflateSync,
} from 'node:zlib';

/** Far more than the remote systems send, and far less than a recursive function can take. */
export const MAX_JSON_DEPTH = 200;
const ERROR_BODY_BYTES = 64 * 1024;

export function looksLikeHtml(body: string): boolean {
  return /^\s*(?:<!--[\s\S]{0,500}?-->\s*)?<(?:!doctype\s+html|html|head|body)\b/i.test(body);
}

/** The parsed text, or `undefined` when it is not JSON. */
export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return undefined;
  }
}

/** The values of JSON Lines as a list; `undefined` when a line is not an object, or there is only one. */
export function parseJsonLines(body: string): unknown[] | undefined {
  const lines = body.split('\n').filter((line) => line.trim() !== '');
  if (lines.length < 2 || !lines.every((line) => line.startsWith('{'))) return undefined;
  const values = lines.map(parseJson);
  return values.every(isContainer) ? values : undefined;
}

/** Whether a text is a word by which servers say that something was done, such as the `OK` of Express. */
export function saysDone(text: string): boolean {
  return /^\s*"?(?:ok|created|accepted|success|stored|uploaded|done)"?[.!]?\s*$/i.test(text);
}

/** The text of a body in the charset of its content type or byte order mark; UTF-8 where none is stated or known. */
export function decodeText(bytes: Uint8Array, contentType: string | undefined): string {
  const stated = /;\s*charset="?([\w.:-]{1,40})/i.exec(contentType ?? '')?.[1];
  const marked = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : undefined;
  try {
    return new TextDecoder(marked ?? stated).decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}

/** Whether lists and objects are nested more than {@link MAX_JSON_DEPTH} levels deep; does not recurse itself. */
export function exceedsMaxDepth(json: unknown): boolean {
  let level = [json].filter(isContainer);
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > MAX_JSON_DEPTH) return true;
    level = level.flatMap((container) => Object.values(container).filter(isContainer));
  }
  return false;
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** The beginning of an error's body as text, at most 64 KiB of it; what came before the connection broke counts. */
export async function readErrorText(
  body: AsyncIterable<Buffer>,
  headers: Pick<IncomingHttpHeaders, 'content-encoding'>,
): Promise<string> {
  const { bytes } = await readBeginning(body);
  // Of an error the status alone is enough.
  return textOfBody(bytes, headers['content-encoding']);
}

/** The first 64 KiB of a body; what came, and the fault, when it broke off before. */
export async function readBeginning(
  body: AsyncIterable<Buffer>,
): Promise<{ readonly bytes: Buffer; readonly fault?: Error }> {
  const chunks: Buffer[] = [];
  const read = (): Buffer => Buffer.concat(chunks).subarray(0, ERROR_BODY_BYTES);
  let size = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      size += chunk.length;
      if (size >= ERROR_BODY_BYTES) break;
    }
    return { bytes: read() };
  } catch (error) {
    // A stream breaks off with an error.
    return { bytes: read(), fault: error as Error };
  }
}

const MAX_DECODED_BYTES = 4 * ERROR_BODY_BYTES;

interface Decoder {
  readonly all: (bytes: Buffer, options: { maxOutputLength: number; finishFlush?: number }) => Buffer;
  readonly stream: () => Transform;
  /** Gives what is there of a body whose end is missing. */
  readonly flush: number;
}

const decoders: Readonly<Record<string, Decoder>> = {
  gzip: { all: gunzipSync, stream: () => createGunzip(), flush: constants.Z_SYNC_FLUSH },
  deflate: { all: inflateSync, stream: () => createInflate(), flush: constants.Z_SYNC_FLUSH },
  br: { all: brotliDecompressSync, stream: () => createBrotliDecompress(), flush: constants.BROTLI_OPERATION_FLUSH },
};

type ContentEncoding = string | string[] | undefined;

/** `undefined` for a body that is not compressed, `unknown` for a compression that nobody here can undo. */
export function decoderOf(contentEncoding: ContentEncoding): Decoder | 'unknown' | undefined {
  const encoding = String(contentEncoding ?? '')
    .trim()
    .toLowerCase()
    .replace(/^x-/, '');
  if (encoding === '' || encoding === 'identity') return undefined;
  return (Object.hasOwn(decoders, encoding) ? decoders[encoding] : undefined) ?? 'unknown';
}

/** A whole body without its compression; `undefined` when that cannot be undone, or results in more than `most` bytes. */
export function withoutCompression(bytes: Buffer, contentEncoding: ContentEncoding, most: number): Buffer | undefined {
  const decoder = decoderOf(contentEncoding);
  if (decoder === undefined) return bytes;
  try {
    return decoder === 'unknown' ? undefined : decoder.all(bytes, { maxOutputLength: most });
  } catch {
    return undefined;
  }
}

/** The beginning of a body as text. Empty when its compression cannot be undone, because nobody can read what is left. */
export function textOfBody(bytes: Buffer, contentEncoding: ContentEncoding): string {
  const decoder = decoderOf(contentEncoding);
  if (decoder === undefined) return new TextDecoder().decode(bytes);
  if (decoder === 'unknown') return '';
  try {
    const options = { maxOutputLength: MAX_DECODED_BYTES, finishFlush: decoder.flush };
    return new TextDecoder().decode(decoder.all(bytes, options));
  } catch {
    return '';
  }
}

/** Closes a body that nobody reads, and its connection. */
export function discardBody(body: Readable): void {
  // A destroyed body may still report that it was cut.
  body.on('error', () => undefined).destroy();
}
