import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';

import { contractError, unreadableError } from '../../http/call-error';
import type { HttpCall } from '../../http/send-request';
import type { StreamedResponse } from '../../http/streamed-response';
import { RemoteCallError } from '../../remote-call-error';
import { streamToFile } from '../../stream-to-file';
import { redactAddresses } from '../output/addresses';
import { BODY_KIND_BYTES, bodyKindOf, type BodyKind, type ExportedFileKind } from './file-kind';

/** A file that has begun to come. It is to be saved, once; else its connection stays in use. */
export interface ExportedFile {
  /** Determined by the first bytes, not by the request or the headers (docs/reference/celtra.md#archive-or-table). */
  readonly kind: ExportedFileKind;
  /** Into an existing folder. Throws RemoteCallError, the file system's own error, or the signal's reason. */
  saveTo(path: string, options?: { readonly maxBytes?: number }): Promise<{ readonly bytes: number }>;
}

const kindDescriptions: Readonly<Record<BodyKind, string>> = {
  zip: 'an archive, although a table was asked for',
  tsv: 'text instead of an archive',
  html: 'an HTML page',
  json: 'JSON instead of a file',
  gzip: 'a body that is compressed with gzip, which was not asked for',
  text: 'text that is not a table: its first line has no tab',
  binary: 'neither an archive nor a table',
  nothing: 'an empty body',
};

/** Reads the beginning of a response to determine its kind; throws `contract` or `unreadable` when it is not acceptable. */
export async function openExportedFile(
  response: StreamedResponse,
  call: HttpCall,
  kinds: readonly ExportedFileKind[],
): Promise<ExportedFile> {
  const { status } = response;
  let received = 0;
  const source = response.chunks(() => `after ${received} bytes`);
  const head: Buffer[] = [];
  while (received < BODY_KIND_BYTES) {
    const next = await source.next();
    if (next.done === true) break;
    head.push(next.value);
    received += next.value.length;
  }
  const beginning = Buffer.concat(head);
  const kind = bodyKindOf(beginning.subarray(0, BODY_KIND_BYTES));
  if ((kind !== 'zip' && kind !== 'tsv') || !kinds.includes(kind)) {
    response.discard();
    const shown = ['zip', 'gzip', 'binary'].includes(kind) ? undefined : beginning.toString('utf8');
    const what = `answered with ${status} and ${kindDescriptions[kind]}`;
    const found = { status, text: shown === undefined ? undefined : redactAddresses(shown) };
    throw kind === 'html' || kind === 'nothing' ? unreadableError(call, what, found) : contractError(call, what, found);
  }

  async function* chunks(): AsyncGenerator<Buffer, void, undefined> {
    try {
      yield beginning;
      for await (const chunk of source) {
        received += chunk.length;
        yield chunk;
      }
    } finally {
      response.discard();
    }
  }
  return { kind, saveTo: (path, { maxBytes = Infinity } = {}) => save(chunks(), { kind, path, maxBytes }, call) };
}

async function save(
  chunks: AsyncIterable<Buffer>,
  { kind, path, maxBytes }: { readonly kind: ExportedFileKind; readonly path: string; readonly maxBytes: number },
  call: HttpCall,
): Promise<{ readonly bytes: number }> {
  const partial = `${path}.${randomUUID()}.partial`;
  let bytes = 0;
  const limited = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw fault(call, `sends more than the ${maxBytes} bytes that are allowed`, 'refused');
      yield chunk;
    }
  };
  try {
    await streamToFile(limited(), createWriteStream(partial, { flags: 'wx', highWaterMark: 1024 * 1024 }), call.signal);
    if (kind === 'zip' && !(await hasArchiveEnd(partial, bytes))) {
      throw fault(call, `sent an archive that is cut off after ${bytes} bytes`, 'transient');
    }
    await rename(partial, path);
    return { bytes };
  } catch (error) {
    await rm(partial, { force: true });
    call.signal?.throwIfAborted();
    throw error;
  }
}

/** The end record of an archive and its longest comment (APPNOTE.TXT 4.3.16). */
const END_BYTES = 65_535 + 22;

/** Without the end record the archive was cut off, although the response looks complete. */
async function hasArchiveEnd(path: string, bytes: number): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const length = Math.min(bytes, END_BYTES);
    const tail = Buffer.alloc(length);
    await file.read(tail, 0, length, bytes - length);
    return tail.includes('PK\x05\x06', 0, 'latin1');
  } finally {
    await file.close();
  }
}

function fault(call: HttpCall, what: string, kind: 'refused' | 'transient'): RemoteCallError {
  return new RemoteCallError(`${call.system} ${what}, in answer to ${call.endpoint}.`, {
    system: call.system,
    endpoint: call.endpoint,
    kind,
    status: 200,
    code: kind === 'refused' ? 'TOO_LARGE' : 'CUT_OFF',
    mayHaveActed: false,
  });
}
