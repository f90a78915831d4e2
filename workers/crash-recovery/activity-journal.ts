import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { checkLiveness, hostAndMountId, openLivenessSocket } from './liveness-socket';

const MAX_WRITE_WAIT_MS = 100;
/** When an activity has ended, its completion is still on its way to the server. */
const REMOVAL_DELAY_MS = 2_000;
/** Files of other hosts whose activities have ended long ago. */
const EXPIRES_AFTER_MS = 7 * 24 * 60 * 60_000;

const SOCKET = '.alive';
const ENTRY = '.json';

/** One attempt of an activity that runs in this process. */
export interface JournalEntry {
  readonly namespace: string;
  readonly activity: string;
  /** Identifies the attempt to the server, base64. */
  readonly taskToken: string;
  readonly workflowId: string;
  readonly runId: string;
  /** Whether the process may also have the workflow in its cache. */
  readonly runsWorkflows: boolean;
}

/** The running activities of this process, on disk. */
export interface ActivityJournal {
  /** Adds an activity, and returns the function that removes it. Never fails, and does not wait for a slow disk. */
  begin(entry: JournalEntry): Promise<() => void>;
  close(): Promise<void>;
}

export interface CrashedProcess {
  readonly activities: readonly { readonly entry: JournalEntry; readonly remove: () => Promise<void> }[];
  /** Removes the socket, once all entries are removed. */
  readonly clear: () => Promise<void>;
}

/** Throws where no socket is possible, because then nobody could tell that this process was killed. */
export async function openJournal(folder: string, removalDelayMs = REMOVAL_DELAY_MS): Promise<ActivityJournal> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const place = await hostAndMountId(folder);
  if (place === undefined) throw new Error('This system does not say when it was started.');
  const owner = `${place}-${randomBytes(4).toString('hex')}`;
  const socket = await openLivenessSocket(path.join(folder, owner + SOCKET));
  let count = 0;
  let running = 0;

  return {
    async begin(entry) {
      count += 1;
      running += 1;
      const file = path.join(folder, `${owner}.${count}${ENTRY}`);
      // Without its entry an activity is only noticed later, so a full disk is no reason to fail.
      const written = writeFile(file, JSON.stringify(entry), { mode: 0o600 }).catch(() => undefined);
      await Promise.race([written, pause(MAX_WRITE_WAIT_MS, undefined, { ref: false })]);
      return () => {
        running -= 1;
        void written.then(() => setTimeout(() => void remove(file), removalDelayMs).unref());
      };
    },
    async close() {
      // An activity that did not end is lost only when this process is gone.
      if (running > 0) return;
      const entries = await entriesOf(folder, owner).catch(() => []);
      await Promise.all(entries.map(remove));
      await remove(path.join(folder, owner + SOCKET));
      await new Promise((resolve) => socket.close(resolve));
    },
  };
}

/** The journals of processes on this host that are certainly dead. */
export async function findCrashedProcesses(folder: string): Promise<CrashedProcess[]> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const place = await hostAndMountId(folder);
  const names = await readdir(folder);
  const owners = names
    .filter((name) => place !== undefined && name.startsWith(`${place}-`) && name.endsWith(SOCKET))
    .map((name) => name.slice(0, -SOCKET.length));
  await removeExpired(folder, names, owners);
  const found = await Promise.all(
    owners.map(async (owner): Promise<CrashedProcess[]> => {
      const socket = path.join(folder, owner + SOCKET);
      if ((await checkLiveness(socket)) !== 'dead') return [];
      // Read only now, because the process may have added entries until it died.
      const activities = await Promise.all((await entriesOf(folder, owner)).map(readEntry));
      return [{ activities: activities.flat(), clear: () => remove(socket) }];
    }),
  );
  return found.flat();
}

async function entriesOf(folder: string, owner: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => name.startsWith(`${owner}.`) && name.endsWith(ENTRY));
  return names.map((name) => path.join(folder, name));
}

async function readEntry(file: string): Promise<CrashedProcess['activities']> {
  try {
    const entry = JSON.parse(await readFile(file, 'utf8')) as JournalEntry;
    return [{ entry, remove: () => remove(file) }];
  } catch {
    // The process died while it wrote the entry.
    await remove(file);
    return [];
  }
}

/** Removes old files of other hosts, or from before this host was started. */
async function removeExpired(folder: string, names: readonly string[], owners: readonly string[]): Promise<void> {
  for (const name of names) {
    if (owners.some((owner) => name.startsWith(`${owner}.`))) continue;
    const file = path.join(folder, name);
    const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: Infinity }));
    if (Date.now() - mtimeMs > EXPIRES_AFTER_MS) await remove(file);
  }
}

/** A file that cannot be removed is found again at the next start. */
async function remove(file: string): Promise<void> {
  await rm(file, { force: true }).catch(() => undefined);
}
