import { randomUUID } from 'node:crypto';
import { readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { z } from 'zod';

import { unlessGone, parseJson } from '../../clients';
import { checkLiveness, openLivenessSocket } from '../crash-recovery/liveness-socket';

const OWNER = 'owner';
const SOCKET = 'alive';

/** How often an owner shows workers on other machines that it lives. */
const SIGN_EVERY_MS = 5_000;
/** No clock is so wrong that a note of this age could be of a worker that lives. */
const CERTAINLY_OLD_MS = 10 * 60_000;

/** Who has a slot: what its note says. A socket proves it on the same machine and mount, which `place` identifies. */
const ownerNote = z.object({ place: z.string(), host: z.string(), id: z.string() });
type OwnerNote = z.infer<typeof ownerNote>;

export interface SlotOwner {
  /** Gets a sentence if a worker on another machine takes the slot, because this process seemed to be dead. */
  readonly lost: Promise<string>;
  release(): Promise<void>;
}

/** `elsewhere`: a worker that ran on another machine, or before this one was started. */
export type Ownership = 'free' | 'alive' | { readonly elsewhere: string; readonly host: string };

/** Who owns a slot. `place`: this machine and mount. Only reads. */
export async function ownershipOf(slotFolder: string, place: string): Promise<Ownership> {
  const note = await readNote(slotFolder);
  if (note !== undefined && note.place !== place) return { elsewhere: note.id, host: note.host };
  const socket = path.join(slotFolder, SOCKET);
  if ((await unlessGone(stat(socket))) === undefined) return 'free';
  // A socket that cannot be asked may be that of another user's worker.
  return (await checkLiveness(socket)) === 'dead' ? 'free' : 'alive';
}

/** Makes this process the owner of a slot; to be called under the lock of the spool folder. */
export async function ownSlot(slotFolder: string, place: string, signEveryMs = SIGN_EVERY_MS): Promise<SlotOwner> {
  const socketPath = path.join(slotFolder, SOCKET);
  const socket = await openLivenessSocket(socketPath).catch((error: unknown) => {
    throw new Error(
      `The folder ${slotFolder} cannot prove which worker uses it, because no socket can be created there ` +
        `(${error instanceof Error ? error.message : 'no reason given'}). ` +
        'Set worker.spool.folder to a folder on a disk of this machine.',
      { cause: error },
    );
  });
  const notePath = path.join(slotFolder, OWNER);
  const id = randomUUID();
  await writeFile(notePath, JSON.stringify({ place, host: hostname(), id } satisfies OwnerNote), { mode: 0o600 });

  let timer: NodeJS.Timeout | undefined;
  const lost = new Promise<string>((resolve) => {
    const sign = async (): Promise<void> => {
      const note = await readNote(slotFolder).catch(() => undefined);
      if (note !== undefined && note.id !== id) {
        clearInterval(timer);
        resolve(`A worker on ${note.host} has taken over the spool folder ${slotFolder}.`);
        return;
      }
      const now = new Date();
      await utimes(notePath, now, now).catch(() => undefined);
    };
    timer = setInterval(() => void sign(), signEveryMs);
    timer.unref();
  });
  return {
    lost,
    async release() {
      clearInterval(timer);
      await new Promise((resolve) => socket.close(resolve));
      if ((await readNote(slotFolder))?.id !== id) return;
      await rm(notePath, { force: true });
      await rm(socketPath, { force: true });
    },
  };
}

/**
 * Which of the owners elsewhere are dead: they give no sign of life for as long as three signs take. A machine that was started
 * again cannot be told apart from another machine otherwise. Returns the ids of their notes.
 */
export async function deadOwners(slotFolders: readonly string[], signEveryMs = SIGN_EVERY_MS): Promise<Set<string>> {
  const before = await Promise.all(slotFolders.map(readSign));
  const isWatched = before.some((sign) => sign !== undefined && !isCertainlyOld(sign));
  if (isWatched) await pause(3 * signEveryMs);
  const after = await Promise.all(slotFolders.map(readSign));
  const dead = before.filter(
    (sign, index) => sign !== undefined && sign.id === after[index]?.id && sign.at === after[index].at,
  );
  return new Set(dead.flatMap((sign) => sign?.id ?? []));
}

interface Sign {
  readonly id: string;
  /** Unix milliseconds, by the clock of the file system. */
  readonly at: number;
}

function isCertainlyOld({ at }: Sign): boolean {
  return Date.now() - at > CERTAINLY_OLD_MS;
}

async function readSign(slotFolder: string): Promise<Sign | undefined> {
  const note = await readNote(slotFolder);
  const found = await unlessGone(stat(path.join(slotFolder, OWNER)));
  return note === undefined || found === undefined ? undefined : { id: note.id, at: found.mtimeMs };
}

/** `undefined` when there is none, or one that cannot be read: then only the socket counts. */
async function readNote(slotFolder: string): Promise<OwnerNote | undefined> {
  const text = await unlessGone(readFile(path.join(slotFolder, OWNER), 'utf8'));
  return ownerNote.safeParse(parseJson(text ?? '')).data;
}
