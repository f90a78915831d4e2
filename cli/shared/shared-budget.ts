import { createHash } from 'node:crypto';
import { access, constants, mkdir, readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { lock } from 'proper-lockfile';
import writeFileAtomic from 'write-file-atomic';

import { REQUEST_WINDOW_MS, RequestBudget } from '../../clients';
import { sayWhileWaiting } from './waiting';

const LOCK_OPTIONS = {
  realpath: false,
  stale: 5_000,
  retries: { retries: 100, factor: 1, minTimeout: 20, maxTimeout: 100, randomize: true },
  // The default ends the process. Two that write at once lose one note, which only matters when many commands run.
  onCompromised: () => undefined,
} as const;

/** Many commands hold the lock in turn; it is tried again after this time. */
const BUSY_MS = 100;

export interface SharedBudgetOptions {
  /** Requests in a window of {@link REQUEST_WINDOW_MS}, of all commands together. */
  readonly limit: number;
  /** The gateway's address; each has limits of its own. */
  readonly gateway: string;
  /** Where commands note their requests. A folder that is not there or cannot be written is replaced by one for temporary files. */
  readonly folder: string;
}

/** A request budget that all commands of this machine share, because the gateway counts requests for each network address. */
export function createSharedBudget({ limit, gateway, folder }: SharedBudgetOptions): Pick<RequestBudget, 'acquire'> {
  const own = new RequestBudget({ limit });
  const name = `gateway-requests-${createHash('sha256').update(new URL(gateway).host).digest('hex').slice(0, 8)}.json`;
  let file: Promise<string | undefined> | undefined;
  return {
    async acquire(signal) {
      const permit = await own.acquire(signal);
      try {
        file ??= writableFile(name, folder);
        const place = await file;
        if (place !== undefined) await noteRequest(place, limit, signal);
        return permit;
      } catch (error) {
        permit.release();
        throw error;
      }
    },
  };
}

/** Waits until fewer than `limit` requests are noted in the window, and notes one more. */
async function noteRequest(file: string, limit: number, signal: AbortSignal | undefined): Promise<void> {
  const attempt = async (): Promise<number> => {
    const release = await lock(file, LOCK_OPTIONS).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ELOCKED') return undefined;
      throw error;
    });
    if (release === undefined) return BUSY_MS;
    try {
      const now = Date.now();
      // Times in the future are of a clock that was set back.
      const recent = (await readTimes(file)).filter((at) => at > now - REQUEST_WINDOW_MS && at <= now);
      const before = recent.at(-limit);
      if (before !== undefined) return before + REQUEST_WINDOW_MS - now;
      await writeFileAtomic(file, JSON.stringify([...recent, now]), { mode: 0o600 });
      return 0;
    } finally {
      await release().catch(() => undefined);
    }
  };
  const firstWaitMs = await attempt();
  if (firstWaitMs === 0) return;
  await sayWhileWaiting('other commands on this machine that ask Creative Force', async () => {
    for (let waitMs = firstWaitMs; waitMs > 0; waitMs = await attempt()) await pause(waitMs, undefined, { signal });
  });
}

async function readTimes(file: string): Promise<number[]> {
  try {
    const times: unknown = JSON.parse(await readFile(file, 'utf8'));
    return Array.isArray(times) ? times.filter((at) => typeof at === 'number') : [];
  } catch {
    // Not there yet, or damaged by whoever: then nothing is known of earlier requests.
    return [];
  }
}

/**
 * The first place where this user can write; `undefined` when there is none, and then each command counts for itself. The folder of the
 * worker is not made here, because it would belong to whoever runs the first command.
 */
async function writableFile(name: string, folder: string): Promise<string | undefined> {
  const own = path.join(tmpdir(), `extpost-${process.getuid?.() ?? 'commands'}`);
  await mkdir(own, { recursive: true, mode: 0o700 }).catch(() => undefined);
  for (const place of [folder, own]) if (await isWritableFolder(place)) return path.join(place, name);
  return undefined;
}

async function isWritableFolder(folder: string): Promise<boolean> {
  try {
    await access(folder, constants.W_OK);
    return (await stat(folder)).isDirectory();
  } catch {
    return false;
  }
}
