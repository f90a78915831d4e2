import { open, readFile, stat } from 'node:fs/promises';
import path from 'node:path';

import writeFileAtomic from 'write-file-atomic';

/** The line that is being appended or was appended last. Recorded before the month's file is changed. */
export interface PendingAppend {
  readonly file: string;
  readonly offset: number;
  /** Without the line end. */
  readonly line: string;
}

const HEAD = 'head.json';

/** `undefined` if there is no record, or an unreadable one. */
export async function readPendingAppend(folder: string): Promise<PendingAppend | undefined> {
  try {
    const noted: unknown = JSON.parse(await readFile(path.join(folder, HEAD), 'utf8'));
    return isAppend(noted) ? noted : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Records that a line is going to be appended: after any crash from now on the line will be there exactly once. */
export async function writePendingAppend(
  folder: string,
  { file, line }: Omit<PendingAppend, 'offset'>,
): Promise<PendingAppend> {
  const target = path.join(folder, file);
  const { size } = await stat(target).catch(() => ({ size: 0 }));
  // Somebody may have cut the last line; the new one must not be joined to it.
  const offset =
    size > 0 && !(await endsWithLineEnd(target, size)) ? await appendBytes(target, Buffer.from('\n')) : size;
  const append = { file, offset, line };
  await writeFileAtomic(path.join(folder, HEAD), `${JSON.stringify(append)}\n`);
  return append;
}

/** Appends what is missing of a recorded line, unless somebody changed the file: then verification reports it. */
export async function finishAppend(folder: string, { file, offset, line }: PendingAppend): Promise<void> {
  const target = path.join(folder, file);
  const whole = Buffer.from(`${line}\n`);
  const { size } = await stat(target).catch(() => ({ size: 0 }));
  const there = Math.min(size - offset, whole.length);
  if (there < 0 || there === whole.length) return;
  if (there > 0) {
    const bytes = await bytesAt(target, offset, there);
    if (!bytes.equals(whole.subarray(0, there))) return;
  }
  await appendBytes(target, whole.subarray(there));
}

async function appendBytes(file: string, bytes: Uint8Array): Promise<number> {
  const handle = await open(file, 'a');
  try {
    await handle.writeFile(bytes);
    await handle.sync();
    return (await handle.stat()).size;
  } finally {
    await handle.close();
  }
}

async function bytesAt(file: string, offset: number, length: number): Promise<Buffer> {
  const handle = await open(file, 'r');
  try {
    const bytes = Buffer.alloc(length);
    await handle.read(bytes, 0, length, offset);
    return bytes;
  } finally {
    await handle.close();
  }
}

async function endsWithLineEnd(file: string, size: number): Promise<boolean> {
  return (await bytesAt(file, size - 1, 1))[0] === 0x0a;
}

function isAppend(noted: unknown): noted is PendingAppend {
  if (typeof noted !== 'object' || noted === null) return false;
  const { file, offset, line } = noted as Partial<Record<keyof PendingAppend, unknown>>;
  // The name becomes part of a path, so it is checked.
  return (
    typeof file === 'string' &&
    /^\d{4}-\d\d\.jsonl$/.test(file) &&
    Number.isSafeInteger(offset) &&
    typeof line === 'string'
  );
}
