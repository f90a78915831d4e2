import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';

import { storagePart, type ExtpostConfig } from '../../config';
import { bootId } from '../crash-recovery/liveness-socket';
import { type Poller, POLLS_WITHIN_MS, readTaskQueue } from '../../temporal';
import { taskQueues } from '../../workflows/task-queues';

type Storage = ExtpostConfig['storage'];

const ID_FILE = 'storage-id';
const ID_DIGITS = 12;

const PAUSE_MS = 2_000;

/**
 * What tells one storage from another: of a folder this machine and an id that lies in it, because locks of a folder hold on one
 * machine only; of a bucket its name. Makes the id of a new folder.
 */
export async function storageId(storage: Storage): Promise<string> {
  const { folder, s3 } = storagePart(storage, 'payloads');
  if (s3 !== undefined) return digest(JSON.stringify([s3.endpoint, s3.bucket, s3.prefix]));
  const place = path.dirname(folder ?? '');
  const file = path.join(place, ID_FILE);
  await mkdir(place, { recursive: true });
  try {
    await writeFile(file, `${randomUUID()}\n`, { flag: 'wx', mode: 0o644 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return digest(JSON.stringify([(await readFile(file, 'utf8')).trim(), (await bootId()) ?? hostname()]));
}

/** The storage for people: a folder's path or `s3://bucket/prefix`. */
export function storagePlace(storage: Storage): string {
  const { folder, s3 } = storagePart(storage, 'payloads');
  return s3 === undefined ? path.dirname(folder ?? '') : path.posix.dirname(`s3://${s3.bucket}/${s3.prefix ?? ''}`);
}

/** The identity under which Temporal shows a worker: its process, its host and its storage. */
export function workerIdentity(storage: string): string {
  return `${process.pid}@${hostname()} storage=${storage}`;
}

/** A worker of another storage, by its identity. */
const IDENTITY = new RegExp(`^(\\d+)@(.*) storage=([0-9a-f]{${ID_DIGITS}})$`);

export interface OneStorageOptions {
  readonly client: Client;
  readonly namespace: string;
  /** The result of {@link storageId}. */
  readonly storage: string;
  /** For people: a folder or a bucket. */
  readonly place: string;
  readonly logger: Pick<Logger, 'info'>;
  readonly pollsWithinMs?: number;
  readonly pauseMs?: number;
}

/**
 * Throws when a living worker of the namespace has another storage: a task could not read there what it has put here. One that has
 * ended is shown for a while, so this one waits until it is clear whether it polls again, at most 75 s.
 */
export async function requireOneStorage(options: OneStorageOptions): Promise<void> {
  const { storage, place, logger, pollsWithinMs = POLLS_WITHIN_MS, pauseMs = PAUSE_MS } = options;
  const first = new Map<string, number>();
  for (let look = 1; ; look++) {
    const others = (await pollersOf(options)).filter(({ identity, polledAt }) => {
      return isOther(identity, storage) && Date.now() - polledAt < pollsWithinMs;
    });
    const alive = others.find(({ identity, polledAt }) => polledAt > (first.get(identity) ?? Infinity));
    if (alive !== undefined) {
      throw new Error(
        `Another worker, ${alive.identity.replace(/ storage=.*/, '')}, has another storage than this one (${place}), or the same folder on another host. ` +
          'So neither can read what the other has stored for a task. Workers on several hosts need one bucket: set storage.s3. Workers on one host need the same storage.folder.',
      );
    }
    if (others.length === 0) return;
    if (look === 1) {
      logger.info(
        `A worker with another storage was active less than ${pollsWithinMs / 1000} s ago. Checking whether it still runs.`,
      );
    }
    for (const { identity, polledAt } of others) if (!first.has(identity)) first.set(identity, polledAt);
    await pause(pauseMs);
  }
}

function isOther(identity: string, storage: string): boolean {
  const [, pid, host, theirs] = IDENTITY.exec(identity) ?? [];
  if (theirs === undefined || theirs === storage) return false;
  return host !== hostname() || isRunning(Number(pid));
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return pid !== process.pid;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function pollersOf({ client, namespace }: OneStorageOptions): Promise<Poller[]> {
  const queues = [taskQueues.main, taskQueues.transfer].flatMap((queue) =>
    (['workflow', 'activity'] as const).map((type) => readTaskQueue(client, { namespace, queue, type })),
  );
  return (await Promise.all(queues)).flatMap(({ pollers }) => pollers);
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, ID_DIGITS);
}
