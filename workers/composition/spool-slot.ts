import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';

import type { Logger } from 'pino';
import { lock } from 'proper-lockfile';

import { filesBelow, unlessGone } from '../../clients';
import { pluralise } from '../../domain/shared/text';
import { hostAndMountId } from '../crash-recovery/liveness-socket';
import { deadOwners, ownershipOf, ownSlot, type Ownership, type SlotOwner } from './slot-owner';

const MAX_SLOTS = 64;
const LOCK_OPTIONS = { retries: { retries: 50, minTimeout: 20, maxTimeout: 200 }, stale: 5_000 };
/** `<host>-<number>-<random id>`: the id keeps workers with one host name and different folders apart. */
const SLOT = /^.+-(\d+)-[0-9a-f]{8}$/;

/** A part of the spool folder that one worker uses at a time. */
export interface SpoolSlot extends SlotOwner {
  /** Stays with the folder, whichever worker takes it; names its task queue. */
  readonly name: string;
  readonly folder: string;
}

export interface SlotOptions {
  /** Files of slots that nobody uses are removed at this age, in milliseconds. */
  readonly clearAfterMs?: number;
  /** How often owners give a sign of life, in milliseconds. */
  readonly signEveryMs?: number;
  /** Called before it is watched whether a worker elsewhere lives. */
  readonly onWatch?: () => void;
}

/**
 * Takes the first slot whose owner is dead, or a new one (docs/decisions/0005-spool-slot-outlives-its-worker.md). Throws with
 * advice when the file system cannot prove who owns a slot, or a worker on another machine uses the folder.
 */
export async function takeSpoolSlot(
  folder: string,
  { clearAfterMs = Infinity, signEveryMs, onWatch }: SlotOptions = {},
): Promise<SpoolSlot> {
  await mkdir(folder, { recursive: true });
  const place = await hostAndMountId(folder);
  if (place === undefined) {
    throw new Error(
      `This system does not report its boot id, so nothing proves which worker uses a part of the spool folder ${folder}. ` +
        'Give the worker access to /proc/sys/kernel/random/boot_id.',
    );
  }
  // Watched before the lock is taken, which others wait for.
  const elsewhere = await foldersOwnedElsewhere(folder, place);
  if (elsewhere.length > 0) onWatch?.();
  const dead = await deadOwners(elsewhere, signEveryMs);

  // Two workers that start together must not take the same slot.
  const release = await lock(folder, LOCK_OPTIONS);
  try {
    const slots = await slotsOf(folder, place);
    const alive = slots.find(({ owner }) => typeof owner === 'object' && !dead.has(owner.elsewhere));
    if (alive !== undefined && typeof alive.owner === 'object') {
      throw new Error(
        `The spool folder ${folder} is in use by a worker on another machine or mount (${alive.owner.host}, ${alive.name}). ` +
          'Give each machine a folder of its own: worker.spool.folder.',
      );
    }
    const free = slots.filter(({ owner }) => owner !== 'alive').map(({ name }) => name);
    if (free.length === 0 && slots.length >= MAX_SLOTS) {
      throw new Error(`All ${MAX_SLOTS} slots of the spool folder ${folder} are in use by running workers.`);
    }
    const [name = newName(slots.map((slot) => slot.name)), ...unused] = free;
    const slotFolder = path.join(folder, name);
    await mkdir(slotFolder, { recursive: true });
    const owner = await ownSlot(slotFolder, place, signEveryMs);
    for (const other of unused) await removeIfOld(path.join(folder, other), clearAfterMs);
    return { name, folder: slotFolder, ...owner };
  } finally {
    // A lock that was lost meanwhile cannot be released.
    await release().catch(() => undefined);
  }
}

/**
 * Removes the slots of workers on this machine that have died and were not started again: their tasks have gone on elsewhere. Returns how
 * many.
 */
export async function clearDeadSlots(folder: string, deadForMs: number): Promise<number> {
  const place = await unlessGone(hostAndMountId(folder));
  if (place === undefined) return 0;
  // A worker that starts may be about to take one of them.
  const release = await lock(folder, LOCK_OPTIONS);
  try {
    const free = (await slotsOf(folder, place)).filter(({ owner }) => owner === 'free');
    const removed = await Promise.all(free.map(({ name }) => removeIfOld(path.join(folder, name), deadForMs)));
    return removed.filter(Boolean).length;
  } finally {
    await release().catch(() => undefined);
  }
}

async function foldersOwnedElsewhere(folder: string, place: string): Promise<string[]> {
  const slots = await slotsOf(folder, place);
  return slots.filter(({ owner }) => typeof owner === 'object').map(({ name }) => path.join(folder, name));
}

/** All slots, in the order in which they are taken. */
async function slotsOf(folder: string, place: string): Promise<{ name: string; owner: Ownership }[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory() && SLOT.test(entry.name)).map(({ name }) => name);
  const own = `${hostname()}-`;
  names.sort(
    (one, other) =>
      Number(other.startsWith(own)) - Number(one.startsWith(own)) ||
      numberOf(one) - numberOf(other) ||
      (one < other ? -1 : 1),
  );
  return Promise.all(names.map(async (name) => ({ name, owner: await ownershipOf(path.join(folder, name), place) })));
}

function numberOf(name: string): number {
  return Number(SLOT.exec(name)?.[1]);
}

function newName(taken: readonly string[]): string {
  const numbers = new Set(taken.map(numberOf));
  let number = 1;
  while (numbers.has(number)) number += 1;
  return `${hostname()}-${number}-${randomBytes(4).toString('hex')}`;
}

/** Nobody uses the slot. A new worker would take its files over, but their tasks have gone on elsewhere long ago. */
async function removeIfOld(slotFolder: string, ageMs: number): Promise<boolean> {
  const times = (await filesBelow(slotFolder)).map(({ changedAt }) => changedAt);
  const own = await unlessGone(stat(slotFolder));
  if (Date.now() - Math.max(own?.mtimeMs ?? 0, ...times) <= ageMs) return false;
  await rm(slotFolder, { recursive: true, force: true });
  return true;
}

const EVERY_MS = 60_000;
/** Long after its tasks have gone on elsewhere; a worker that is only started again takes its slot before. */
const DEAD_FOR_MS = 10 * 60_000;

/** Frees what workers of this machine have left in the spool that died and never came back, so that it does not count as used. */
export function clearDeadSlotsNowAndThen(folder: string, logger: Pick<Logger, 'info' | 'warn'>): { stop(): void } {
  const clear = async (): Promise<void> => {
    const count = await clearDeadSlots(folder, DEAD_FOR_MS);
    if (count > 0) logger.info(`Removed ${pluralise(count, 'part')} of the spool that dead workers had left behind.`);
  };
  const timer = setInterval(() => {
    clear().catch((error: unknown) => {
      logger.warn({ err: error }, `The spool folder ${folder} could not be searched for files of dead workers.`);
    });
  }, EVERY_MS);
  timer.unref();
  return {
    stop: () => {
      clearInterval(timer);
    },
  };
}
