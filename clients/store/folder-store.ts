import { randomUUID } from 'node:crypto';
import { chmod, link, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { filesBelow, unlessGone } from './files-below';
import {
  StoreError,
  StoreKeyError,
  discardContent,
  validatedKey,
  type PutOptions,
  type Store,
  type StoreContent,
} from './store';

/** A subfolder, so that a rename stays on the same disk; no key begins with a dot. */
const UNFINISHED = '.unfinished';

/** A temporary file of this age was left by a crash. */
const STALE_AFTER_MS = 24 * 60 * 60 * 1000;

/** Who of the users of the computer may read a store; `undefined`: the umask of the process decides. */
export type Readers = 'everybody' | 'owner' | undefined;

const modes = { everybody: { folder: 0o755, file: 0o644 }, owner: { folder: 0o700, file: 0o600 } };

/** A store in a folder: an object is a file. It appears at once and complete, after it was flushed to disk, unless it may be lost. */
export function createFolderStore(folder: string, { readers }: { readonly readers?: Readers } = {}): Store {
  const mode = readers && modes[readers];
  const fileOf = (key: string): string => path.join(folder, ...validatedKey(key).split('/'));
  let removed: Promise<void> | undefined;
  /** Housekeeping: what is wrong with the folder is said by the write that follows, and may be mended by the next one. */
  const removeStaleOnce = (): Promise<void> =>
    (removed ??= removeStaleTempFiles(folder).catch(() => {
      removed = undefined;
    }));
  const run = <T>(what: string, key: string, work: (file: string) => Promise<T>): Promise<T> =>
    withStoreErrors(`${what} "${key}" in the folder ${folder}`, () => work(fileOf(key)));
  /** Writes a temporary file, which `place` gives its name; afterwards it is gone in any case. */
  const write = <T>(
    key: string,
    content: StoreContent,
    options: PutOptions | undefined,
    place: (unfinished: string, file: string) => Promise<T>,
  ): Promise<T> =>
    run('write', key, async (file) => {
      await makeFolder(path.dirname(file), mode?.folder);
      await removeStaleOnce();
      const unfinished = await writeTempFile(folder, content, { ...options, mode: mode?.file });
      try {
        if (mode !== undefined) await chmod(unfinished, mode.file);
        return await place(unfinished, file);
      } finally {
        await rm(unfinished, { force: true });
      }
    });

  return {
    place: folder,
    put: async (key, content, options) => {
      try {
        await write(key, content, options, rename);
      } finally {
        discardContent(content);
      }
    },
    // A link never replaces, on any file system that has links; others refuse it.
    provesCreate: () => Promise.resolve(),
    create: (key, bytes, options) =>
      write(key, bytes, options, async (unfinished, file) => {
        try {
          // Unlike a rename, a link does not replace.
          await link(unfinished, file);
          return true;
        } catch (error) {
          if (codeOf(error) === 'EEXIST') return false;
          throw error;
        }
      }),
    get: (key) => run('read', key, (file) => unlessGone(readFile(file))),
    getStream: (key) =>
      run('read', key, async (file) => (await unlessGone(open(file)))?.createReadStream({ autoClose: true })),
    exists: (key) => run('look for', key, async (file) => (await unlessGone(stat(file)))?.isFile() ?? false),
    list: (prefix, options) => listKeys(folder, prefix, options?.after),
    close: () => undefined,
  };
}

async function makeFolder(folder: string, mode: number | undefined): Promise<void> {
  const highest = await mkdir(path.resolve(folder), { recursive: true, mode });
  if (mode === undefined || highest === undefined) return;
  // The umask may have taken more away.
  for (let made = path.resolve(folder); made.length >= highest.length; made = path.dirname(made))
    await chmod(made, mode);
}

/** In the order of their characters, like S3. */
async function* listKeys(folder: string, prefix: string, after: string | undefined): AsyncGenerator<string> {
  // No key has a name that begins with a dot, so none leads out of the folder.
  if (prefix.split('/').some((name) => name.startsWith('.'))) return;
  // Only the folder that all these keys are in is read.
  const within = path.join(folder, ...prefix.split('/').slice(0, -1));
  const found = await withStoreErrors(`list the folder ${folder}`, () => filesBelow(within));
  const keys = found
    .map((file) => path.relative(folder, file.path).split(path.sep).join('/'))
    .filter((key) => !key.startsWith('.') && key.startsWith(prefix) && (after === undefined || key > after));
  yield* keys.sort((one, other) => (one < other ? -1 : 1));
}

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

interface WriteOptions extends PutOptions {
  readonly mode: number | undefined;
}

async function writeTempFile(folder: string, content: StoreContent, options: WriteOptions): Promise<string> {
  await mkdir(path.join(folder, UNFINISHED), { recursive: true });
  const file = path.join(folder, UNFINISHED, randomUUID());
  try {
    await writeWhole(file, content, options);
    return file;
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
}

async function writeWhole(file: string, content: StoreContent, options: WriteOptions): Promise<void> {
  const { signal, mayBeLost, mode } = options;
  const handle = await open(file, 'wx', mode);
  try {
    const source = content instanceof Uint8Array ? content : content.stream;
    await writeFile(handle, source, signal === undefined ? {} : { signal });
    const { size } = await handle.stat();
    const announced = content instanceof Uint8Array ? content.byteLength : content.bytes;
    if (size !== announced) {
      throw new StoreError(`Of ${announced} bytes that were announced, ${size} came; nothing was kept.`);
    }
    // It makes the disk write much else, too, such as what lies in the spool.
    if (mayBeLost !== true) await handle.sync();
  } finally {
    await handle.close();
  }
}

async function removeStaleTempFiles(folder: string): Promise<void> {
  const unfinished = path.join(folder, UNFINISHED);
  await mkdir(unfinished, { recursive: true });
  for (const name of await readdir(unfinished)) {
    const file = path.join(unfinished, name);
    const found = await stat(file).catch(() => undefined);
    if (found !== undefined && Date.now() - found.mtimeMs > STALE_AFTER_MS) await rm(file, { force: true });
  }
}
