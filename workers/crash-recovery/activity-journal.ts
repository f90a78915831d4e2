import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { checkLiveness, hostAndMountId, openLivenessSocket } from './liveness-socket';

/** For so long an activity waits for its note. */
const MAX_WRITE_WAIT_MS = 100;
/** The completion of an activity is still on its way to the server when the activity has ended. */
const REMOVAL_DELAY_MS = 2_000;
/** Files of which nobody can say any more whose they are: the activities in them are long over. */
const EXPIRES_AFTER_MS = 7 * 24 * 60 * 60_000;

const LIFE = '.alive';
const NOTE = '.json';

/** An activity that a worker has under way, as Temporal knows it. */
export interface JournalEntry {
  readonly namespace: string;
  readonly activity: string;
  /** Names this attempt to the server, base64. */
  readonly taskToken: string;
  readonly workflowId: string;
  readonly runId: string;
  /** Whether the process may also have kept the workflow in memory. */
  readonly runsWorkflows: boolean;
}

/** The notes of this process. */
export interface ActivityJournal {
  /** Notes that an activity begins, and gives what notes its end. Never fails, nor waits for a disk that hangs. */
  begin(activity: JournalEntry): Promise<() => void>;
  /** Clears up behind a worker that has stopped. */
  close(): Promise<void>;
}

/** What a process left that was killed. */
export interface CrashedProcess {
  readonly activities: readonly { readonly underWay: JournalEntry; readonly forget: () => Promise<void> }[];
  /** Removes what is left once all activities are forgotten. */
  readonly clear: () => Promise<void>;
}

/**
 * Keeps a note of each activity that is under way, in files of this folder that are named for the process. Throws where no
 * proof of life is possible: without one nobody could ever tell that this process is dead.
 */
export async function openJournal(folder: string, outliveMs = REMOVAL_DELAY_MS): Promise<ActivityJournal> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const place = await hostAndMountId(folder);
  if (place === undefined) throw new Error('This system does not say when it was started.');
  const own = path.join(folder, `${place}-${randomBytes(4).toString('hex')}`);
  const life = await openLivenessSocket(own + LIFE);
  const underWay = new Set<string>();
  const lingering = new Map<string, NodeJS.Timeout>();
  let count = 0;

  return {
    async begin(activity) {
      count += 1;
      const note = `${own}.${count}${NOTE}`;
      underWay.add(note);
      // A full disk is no reason to stop: without its note an activity is only missed later.
      const written = writeFile(note, JSON.stringify(activity), { mode: 0o600 }).catch(() => undefined);
      await Promise.race([written, pause(MAX_WRITE_WAIT_MS, undefined, { ref: false })]);
      return () => {
        const removal = setTimeout(() => {
          lingering.delete(note);
          void remove(note);
        }, outliveMs);
        removal.unref();
        void written.then(() => {
          underWay.delete(note);
          lingering.set(note, removal);
        });
      };
    },
    async close() {
      for (const removal of lingering.values()) clearTimeout(removal);
      await Promise.all([...lingering.keys()].map(remove));
      // What did not end is still this process’s: only its death may say that it is lost.
      if (underWay.size > 0) return;
      await remove(own + LIFE);
      await new Promise((resolve) => life.close(resolve));
    },
  };
}

/** What the dead processes of this place have left; nothing of one that lives, or of which it cannot be known. */
export async function findCrashedProcesses(folder: string): Promise<CrashedProcess[]> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const place = await hostAndMountId(folder);
  const names = await readdir(folder);
  const owners = names
    .filter((name) => place !== undefined && name.startsWith(`${place}-`) && name.endsWith(LIFE))
    .map((name) => name.slice(0, -LIFE.length));
  await removeExpired(folder, names, owners);
  const found = await Promise.all(
    owners.map(async (owner) => {
      const life = path.join(folder, owner + LIFE);
      if ((await checkLiveness(life)) !== 'dead') return [];
      // Read only now: while it lived it may have written more.
      const notes = (await readdir(folder)).filter((name) => name.startsWith(`${owner}.`) && name.endsWith(NOTE));
      const activities = await Promise.all(notes.map((note) => readEntry(path.join(folder, note))));
      return [{ activities: activities.flat(), clear: () => remove(life) }];
    }),
  );
  return found.flat();
}

/** A note that was cut short by the death of its writer says nothing. */
async function readEntry(note: string): Promise<CrashedProcess['activities']> {
  try {
    const underWay = JSON.parse(await readFile(note, 'utf8')) as JournalEntry;
    return [{ underWay, forget: () => remove(note) }];
  } catch {
    await remove(note);
    return [];
  }
}

/** Removes what nobody will ever prove anything of: from before the last start of this machine, or from one that is gone. */
async function removeExpired(folder: string, names: readonly string[], owners: readonly string[]): Promise<void> {
  for (const name of names) {
    if (owners.some((owner) => name.startsWith(`${owner}.`))) continue;
    const file = path.join(folder, name);
    const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: Infinity }));
    if (Date.now() - mtimeMs > EXPIRES_AFTER_MS) await remove(file);
  }
}

/** A file that cannot be removed is met again at the next start. */
async function remove(file: string): Promise<void> {
  await rm(file, { force: true }).catch(() => undefined);
}
