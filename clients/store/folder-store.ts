import { link, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';

import type { Store } from './store';
import { StoreError, StoreKeyError } from './store-error';
import { validatedKey } from './store-key';
import { removeStaleTempFiles, writeTempFile } from './temp-file';

/** A store in a folder: an object is a file. What is written appears at once and whole, when it is on the disk. */
export function createFolderStore(folder: string): Store {
  const fileOf = (key: string): string => path.join(folder, ...validatedKey(key).split('/'));
  let cleared: Promise<void> | undefined;
  const clearOnce = (): Promise<void> => (cleared ??= removeStaleTempFiles(folder));
  const doing = <T>(what: string, key: string, work: (file: string) => Promise<T>): Promise<T> =>
    withStoreErrors(`${what} "${key}" in the folder ${folder}`, () => work(fileOf(key)));

  return {
    place: folder,
    put: (key, content, options) =>
      doing('write', key, async (file) => {
        await clearOnce();
        await mkdir(path.dirname(file), { recursive: true });
        await rename(await writeTempFile(folder, content, options?.signal), file);
      }),
    create: (key, bytes, options) =>
      doing('write', key, async (file) => {
        await clearOnce();
        await mkdir(path.dirname(file), { recursive: true });
        const unfinished = await writeTempFile(folder, bytes, options?.signal);
        try {
          // Unlike a rename, a link does not replace.
          await link(unfinished, file);
          return true;
        } catch (error) {
          if (codeOf(error) === 'EEXIST') return false;
          throw error;
        } finally {
          await rm(unfinished, { force: true });
        }
      }),
    get: (key) => doing('read', key, (file) => undefinedIfMissing(readFile(file))),
    getStream: (key) =>
      doing('read', key, async (file) => (await undefinedIfMissing(open(file)))?.createReadStream({ autoClose: true })),
    exists: (key) => doing('look for', key, async (file) => (await undefinedIfMissing(stat(file)))?.isFile() ?? false),
    list: (prefix, options) => listKeys(folder, prefix, options?.after),
    close: () => undefined,
  };
}

/** The files of the folder as keys, in the order of their characters, as S3-style stores list them. */
async function* listKeys(folder: string, prefix: string, after: string | undefined): AsyncGenerator<string> {
  const found = await withStoreErrors(`list the folder ${folder}`, () =>
    undefinedIfMissing(readdir(folder, { recursive: true, withFileTypes: true })),
  );
  const keys = (found ?? [])
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .filter((key) => !key.startsWith('.') && key.startsWith(prefix) && (after === undefined || key > after));
  yield* keys.sort((one, other) => (one < other ? -1 : 1));
}

async function undefinedIfMissing<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Node's errors name a path and a code; these say what was wanted, and what to do. */
async function withStoreErrors<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = codeOf(error);
    if (error instanceof StoreError || error instanceof StoreKeyError || code === undefined) throw error;
    throw new StoreError(`Cannot ${what}: ${advice[code] ?? `the system says ${code}`}.`, { cause: error });
  }
}

const advice: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; make room',
  EDQUOT: 'the quota of the disk is used up; make room',
  EACCES: 'this user may not; give it the right to read and write there',
  EPERM: 'this user may not; give it the right to read and write there',
  EROFS: 'the disk can only be read',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EISDIR: 'there is a folder of this name',
};

function codeOf(error: unknown): string | undefined {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ABORT_ERR' ? undefined : code;
}
