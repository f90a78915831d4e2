import { readFile, rm, stat } from 'node:fs/promises';
import { uptime } from 'node:os';

import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';

/** `validator` identifies the version of the file, for `If-Range` (RFC 9110 §13.1.5). */
const note = z.object({ validator: z.string().min(1), total: z.number().int().positive().optional() });

export interface PartFile {
  readonly bytes: number;
  readonly validator: string;
  /** Length of the whole file, if the server stated it. */
  readonly total?: number | undefined;
}

export function partPathOf(path: string): string {
  return `${path}.part`;
}

/** Finds what an earlier attempt left, if a download can continue after it. */
export async function findPart(part: string): Promise<PartFile | undefined> {
  try {
    const { size, mtimeMs } = await stat(part);
    const { validator, total } = note.parse(JSON.parse(await readFile(notePathOf(part), 'utf8')));
    // After a power failure a file can have its length but not its bytes.
    const isOlderThanBoot = mtimeMs < Date.now() - uptime() * 1000;
    const isWhole = total !== undefined && size >= total;
    return size === 0 || isWhole || isOlderThanBoot ? undefined : { bytes: size, validator, total };
  } catch {
    return undefined;
  }
}

/** The note that lets a later attempt continue; without a validator, only its path. */
export function resumeNote(
  part: string,
  { validator, total }: { validator: string | undefined; total: number | undefined },
): { path: string; text?: string } {
  const path = notePathOf(part);
  return validator === undefined ? { path } : { path, text: JSON.stringify({ validator, total }) };
}

export async function removeResumeNote(part: string): Promise<void> {
  await rm(notePathOf(part), { force: true });
}

export async function discardPart(path: string): Promise<void> {
  await removeResumeNote(partPathOf(path));
  await rm(partPathOf(path), { force: true });
}

/** What identifies the version of a file for certain, if anything: a strong ETag, or a date that is precise enough. */
export function resumeValidatorOf(headers: IncomingHttpHeaders): string | undefined {
  if (headers['accept-ranges']?.toLowerCase() === 'none') return undefined;
  const { etag, date } = headers;
  if (etag !== undefined) return /^"[^"]+"$/.test(etag) ? etag : undefined;
  const changed = headers['last-modified'];
  // Two versions may have the same second (RFC 9110 §8.8.2.2).
  const isSure = changed !== undefined && date !== undefined && Date.parse(date) - Date.parse(changed) >= 1_000;
  return isSure ? changed : undefined;
}

function notePathOf(part: string): string {
  return `${part}.json`;
}
