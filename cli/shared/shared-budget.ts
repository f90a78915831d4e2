import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
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

export interface SharedBudgetOptions {
  /** Requests in a window of {@link REQUEST_WINDOW_MS}, of all commands together. */
  readonly limit: number;
  /** The gateway's address; each has limits of its own. */
  readonly gateway: string;
  /** The folder for the file in which commands note their requests. One that cannot be written is replaced by that for temporary files. */
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
        file ??= writableFile(name, [folder, path.join(tmpdir(), `extpost-${process.getuid?.() ?? 'commands'}`)]);
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
    const release = await lock(file, LOCK_OPTIONS);
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

/** The first place where this user can write; `undefined` when there is none, and then each command counts for itself. */
async function writableFile(name: string, folders: readonly string[]): Promise<string | undefined> {
  for (const folder of folders) {
    const file = path.join(folder, name);
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const release = await lock(file, LOCK_OPTIONS);
      await release();
      return file;
    } catch {
      continue;
    }
  }
  return undefined;
}
