import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { appendFile, mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

import { lock } from 'proper-lockfile';
import { z } from 'zod';

import { failure } from '../exit-codes';

/** For the list of exported files. Their own names never begin with a dot. */
const OWN_FOLDER = '.extpost';

const entrySchema = z.object({
  name: z.string(),
  outputId: z.string(),
  assetKey: z.string(),
  blobHash: z.string().optional(),
  /** The asset formats asked for, as JSON: it is not known whether Celtra's hash covers them. */
  formats: z.string(),
  sha256: z.string(),
  bytes: z.number(),
});

export type ExportedEntry = z.infer<typeof entrySchema>;
export type WantedFile = Omit<ExportedEntry, 'sha256' | 'bytes'>;

/** What exists under a file name: `outdated` was exported earlier, `foreign` was not. */
export type ExportedFileState = 'absent' | 'same' | 'outdated' | 'foreign';

/**
 * Locks a folder, which is created if needed. A file is listed before it gets its name, so a file that is not listed is not from an export. Throws CommandError when
 * another export uses it.
 */
export async function openExportFolder(folder: string) {
  const own = path.join(folder, OWN_FOLDER);
  const parts = path.join(own, 'parts');
  const list = path.join(own, 'files.jsonl');
  await mkdir(own, { recursive: true });
  const release = await lock(own, { stale: 30_000 }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error;
    throw failure(`Another export is writing to ${folder}. Wait until it has ended.`);
  });
  // A killed export leaves partial files.
  await rm(parts, { recursive: true, force: true });
  await mkdir(parts);
  const entries = await readEntries(list);
  const pathOf = (name: string) => path.join(folder, ...name.split('/'));

  return {
    /** `same` only when Celtra's hash and the SHA-256 of the file are unchanged. */
    async stateOf({ name, outputId, assetKey, blobHash, formats }: WantedFile): Promise<ExportedFileState> {
      const there = await stat(pathOf(name)).catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      });
      if (there === undefined) return 'absent';
      const known = entries.get(name);
      if (known === undefined || !there.isFile()) return 'foreign';
      const isOfNow =
        blobHash !== undefined &&
        known.blobHash === blobHash &&
        known.outputId === outputId &&
        known.assetKey === assetKey &&
        known.formats === formats;
      if (!isOfNow || there.size !== known.bytes) return 'outdated';
      return (await sha256Of(pathOf(name))) === known.sha256 ? 'same' : 'outdated';
    },
    /** A path for a partial file, on the same disk. */
    newPart: () => path.join(parts, `${randomUUID()}.part`),
    async keep(part: string, entry: ExportedEntry) {
      const final = pathOf(entry.name);
      await mkdir(path.dirname(final), { recursive: true });
      await appendFile(list, `${JSON.stringify(entry)}\n`);
      entries.set(entry.name, entry);
      await rename(part, final);
    },
    /** Removes partial files and releases the lock. */
    async close() {
      await rm(parts, { recursive: true, force: true });
      await release();
    },
  };
}

export type ExportFolder = Awaited<ReturnType<typeof openExportFolder>>;

/** The last line of a name counts. A line that is incomplete after a crash is ignored. */
async function readEntries(list: string): Promise<Map<string, ExportedEntry>> {
  const text = await readFile(list, 'utf8').catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  });
  // The next line must not continue an incomplete one.
  if (text !== '' && !text.endsWith('\n')) await appendFile(list, '\n');
  const entries = text.split('\n').flatMap((line) => {
    try {
      const parsed = entrySchema.safeParse(JSON.parse(line));
      return parsed.success ? [parsed.data] : [];
    } catch {
      return [];
    }
  });
  return new Map(entries.map((entry) => [entry.name, entry]));
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 256 * 1024 }), hash);
  return hash.digest('hex');
}
