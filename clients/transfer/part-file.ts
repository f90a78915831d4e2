import { readFile, rm, stat } from 'node:fs/promises';
import { uptime } from 'node:os';

import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';

/** What names the very bytes of a file, as the server wrote it: for `If-Range` (RFC 9110 §13.1.5). */
const note = z.object({ validator: z.string().min(1), total: z.number().int().positive().optional() });

/** The beginning of a file whose download was interrupted. */
export interface PartFile {
  readonly bytes: number;
  readonly validator: string;
  /** Bytes of the whole file, where the server said so. */
  readonly total?: number | undefined;
}

/** Where the beginning of a file lies while the rest is missing. */
export function partPathOf(path: string): string {
  return `${path}.part`;
}

/** Finds the beginning of a file that an earlier attempt left; nothing when it cannot be gone on with. */
export async function findPart(part: string): Promise<PartFile | undefined> {
  try {
    const { size, mtimeMs } = await stat(part);
    const { validator, total } = note.parse(JSON.parse(await readFile(notePathOf(part), 'utf8')));
    // After a power failure the file may have its length and yet lack its bytes.
    const isFromBeforeTheStart = mtimeMs < Date.now() - uptime() * 1000;
    const isWhole = total !== undefined && size >= total;
    return size === 0 || isWhole || isFromBeforeTheStart ? undefined : { bytes: size, validator, total };
  } catch {
    return undefined;
  }
}

/** What is to lie beside the bytes, and where, to go on with them; no text where nobody could. */
export function resumeNote(
  part: string,
  { validator, total }: { validator: string | undefined; total: number | undefined },
): { path: string; text?: string } {
  const path = notePathOf(part);
  return validator === undefined ? { path } : { path, text: JSON.stringify({ validator, total }) };
}

/** Removes the note: the bytes are of no use. */
export async function removeResumeNote(part: string): Promise<void> {
  await rm(notePathOf(part), { force: true });
}

/** Removes what is left of an interrupted download to `path`. */
export async function discardPart(path: string): Promise<void> {
  await removeResumeNote(partPathOf(path));
  await rm(partPathOf(path), { force: true });
}

/** What names the bytes of an answer for certain, if anything does: a strong ETag, else a date that is no guess. */
export function resumeValidatorOf(headers: IncomingHttpHeaders): string | undefined {
  if (headers['accept-ranges']?.toLowerCase() === 'none') return undefined;
  const { etag, date } = headers;
  if (etag !== undefined) return /^"[^"]+"$/.test(etag) ? etag : undefined;
  const changed = headers['last-modified'];
  // Within the same second there may have been two versions (RFC 9110 §8.8.2.2).
  const isSure = changed !== undefined && date !== undefined && Date.parse(date) - Date.parse(changed) >= 1_000;
  return isSure ? changed : undefined;
}

function notePathOf(part: string): string {
  return `${part}.json`;
}
