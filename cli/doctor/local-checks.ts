import { access, constants, mkdir, statfs } from 'node:fs/promises';
import path from 'node:path';

import { messageOf } from '../../domain/shared/text';
import { createStore } from '../../clients';
import { type ExtpostConfig, storagePart } from '../../config';
import { type Finding, fault, ok, warning } from './finding';

const LEAST_NODE = [20, 19] as const;
const GIGABYTE = 1_000_000_000;
/** One object that each check writes again. */
const DOCTOR_KEY = 'doctor.txt';

/** `version`: such as `v20.19.0`. */
export function checkNode(version = process.version): Finding {
  const [major = 0, minor = 0] = version.slice(1).split('.').map(Number);
  const isOldEnough = major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1]);
  return isOldEnough ? ok('Node', version) : fault('Node', version, `Install Node ${LEAST_NODE.join('.')} or newer.`);
}

/** Whether the spool's disk has room for the largest file beside what stays free. */
export async function checkDisk({ worker: { spool } }: ExtpostConfig): Promise<Finding> {
  const { folder, maxBytes, keepFree } = spool;
  const problem = await writeProblem(folder);
  if (problem !== undefined) {
    return fault(
      'disk',
      `${folder} cannot be written to (${problem})`,
      'Set worker.spool.folder to a writable folder.',
    );
  }
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const text = `${gigabytes(free)} free for ${folder}`;
  if (free < keepFree) {
    return fault('disk', text, `Free some space: downloads wait while less than ${gigabytes(keepFree)} are free.`);
  }
  if (free >= keepFree + maxBytes) return ok('disk', text);
  return warning('disk', text, `A file of the largest size (${gigabytes(maxBytes)}) would have to wait for space.`);
}

/** Writes an object into the storage and reads it again. */
export async function checkStorage({ storage }: ExtpostConfig): Promise<Finding> {
  const place = storagePart(storage, 'pictures');
  const store = createStore(place);
  try {
    const bytes = Buffer.from(`extpost doctor, ${new Date().toISOString()}\n`);
    await store.put(DOCTOR_KEY, bytes);
    const read = await store.get(DOCTOR_KEY);
    if (read !== undefined && bytes.equals(read)) return ok('storage', `${store.place} can be written and read`);
    return fault(
      'storage',
      `${store.place} returns something else than was written`,
      'Check the settings of the bucket or folder.',
    );
  } catch (error) {
    const why = messageOf(error);
    return fault('storage', why, 'Correct storage in the configuration, or the permissions of the bucket or folder.');
  } finally {
    store.close();
  }
}

async function writeProblem(folder: string): Promise<string | undefined> {
  try {
    await mkdir(folder, { recursive: true });
    await access(path.resolve(folder), constants.W_OK);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

function gigabytes(bytes: number): string {
  return `${(bytes / GIGABYTE).toFixed(1)} GB`;
}
