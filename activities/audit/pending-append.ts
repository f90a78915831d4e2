import { open, readFile, stat } from 'node:fs/promises';
import path from 'node:path';

import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';

import { parseJson, unlessGone } from '../../clients';

/** The line that is being appended or was appended last. Recorded before the month's file is changed. */
export interface PendingAppend {
  readonly file: string;
  readonly offset: number;
  /** Without the line end. */
  readonly line: string;
}

const HEAD = 'head.json';

/** The name becomes part of a path, so it is checked. */
const appendSchema = z.object({ file: z.string().regex(/^\d{4}-\d\d\.jsonl$/), offset: z.int(), line: z.string() });

/** `undefined` if there is no record, or an unreadable one. */
export async function readPendingAppend(folder: string): Promise<PendingAppend | undefined> {
  const text = await unlessGone(readFile(path.join(folder, HEAD), 'utf8'));
  return appendSchema.safeParse(parseJson(text ?? '')).data;
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
