import { createHash } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

/** Bytes of a block: large enough that handing it over costs nothing, small enough to stay in a processor's cache. */
export const BLOCK_BYTES = 256 * 1024;

const CORES_WITHOUT_THREADS = 2;
/** More would only take memory: so many transfers hash at the same time on the machines that this runs on. */
const MOST_THREADS = 4;
/** A thread that had nothing to do for so many milliseconds ends. */
const IDLE_MS = 10_000;

export interface Digests {
  /** Lower-case hex. */
  readonly md5: string;
  readonly sha256: string;
}

/** The hashes of one stream of bytes. */
export interface StreamHashes {
  /** Hashes the first `length` bytes of a block, which must not change until this is done. */
  add(block: SharedArrayBuffer, length: number): Promise<void>;
  digests(): Promise<Digests>;
  /** To be called once, also when nobody wants the digests any more. */
  done(): void;
}

interface Job {
  readonly id: number;
  readonly block?: SharedArrayBuffer;
  readonly length?: number;
  readonly step: 'add' | 'digests' | 'done';
}

interface Thread {
  readonly worker: Worker;
  streams: number;
  /** For each stream those who wait for an answer, in the order in which they asked. */
  readonly waiting: Map<number, { resolve: (digests: unknown) => void; reject: (error: unknown) => void }[]>;
  idle?: NodeJS.Timeout;
}

const threads: Thread[] = [];
let lastId = 0;

/**
 * Begins the hashes of a stream, where there are cores enough in the thread that has least to do. MD5 alone costs more than
 * moving the bytes does, so on the one thread that everything else runs on it halves the speed.
 */
export function startHashes(): StreamHashes {
  return availableParallelism() > CORES_WITHOUT_THREADS ? hashInThread() : hashHere();
}

/** On few cores the handing over costs more than it brings (bench/README.md, transfer). */
function hashHere(): StreamHashes {
  const md5 = createHash('md5');
  const sha256 = createHash('sha256');
  return {
    add: (block, length) => {
      const bytes = new Uint8Array(block, 0, length);
      md5.update(bytes);
      sha256.update(bytes);
      return Promise.resolve();
    },
    digests: () => Promise.resolve({ md5: md5.digest('hex'), sha256: sha256.digest('hex') }),
    done: () => undefined,
  };
}

function hashInThread(): StreamHashes {
  const thread = leastBusy();
  const id = ++lastId;
  thread.streams += 1;
  thread.waiting.set(id, []);
  clearTimeout(thread.idle);
  thread.worker.ref();
  const ask = (job: Omit<Job, 'id'>): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const waiting = thread.waiting.get(id);
      if (waiting === undefined) {
        reject(new Error('The hashes of this stream are done.'));
        return;
      }
      waiting.push({ resolve, reject });
      thread.worker.postMessage({ ...job, id });
    });
  return {
    add: async (block, length) => {
      await ask({ step: 'add', block, length });
    },
    digests: async () => (await ask({ step: 'digests' })) as Digests,
    done: () => {
      if (!thread.waiting.delete(id)) return;
      thread.worker.postMessage({ id, step: 'done' } satisfies Job);
      thread.streams -= 1;
      if (thread.streams > 0) return;
      thread.worker.unref();
      thread.idle = setTimeout(() => {
        forget(thread);
        void thread.worker.terminate();
      }, IDLE_MS).unref();
    },
  };
}

function leastBusy(): Thread {
  const [idlest] = [...threads].sort((one, other) => one.streams - other.streams);
  if (idlest?.streams === 0) return idlest;
  // One core is left to the thread that everything else runs on.
  const most = Math.max(1, Math.min(MOST_THREADS, availableParallelism() - 1));
  if (idlest !== undefined && threads.length >= most) return idlest;
  // The function goes over as text, so that it runs alike from source and from the build.
  const worker = new Worker(`(${hashJobs.toString()})()`, {
    eval: true,
    name: 'extpost hashes',
    resourceLimits: { maxYoungGenerationSizeMb: 4 },
  });
  const thread: Thread = { worker, streams: 0, waiting: new Map() };
  threads.push(thread);
  worker.on('message', ({ id, digests }: { id: number; digests?: Digests }) => {
    thread.waiting.get(id)?.shift()?.resolve(digests);
  });
  const fail = (problem: unknown): void => {
    forget(thread);
    for (const waiting of thread.waiting.values()) for (const { reject } of waiting.splice(0)) reject(problem);
    thread.waiting.clear();
  };
  worker.on('error', fail);
  worker.on('exit', () => {
    fail(new Error('The thread that makes the hashes has ended.'));
  });
  return thread;
}

function forget(thread: Thread): void {
  const index = threads.indexOf(thread);
  if (index !== -1) threads.splice(index, 1);
}

/** Runs in the thread; everything that it needs is in it. */
function hashJobs(): void {
  const { createHash } = process.getBuiltinModule('node:crypto');
  const { parentPort } = process.getBuiltinModule('node:worker_threads');
  const streams = new Map<number, { md5: ReturnType<typeof createHash>; sha256: ReturnType<typeof createHash> }>();
  parentPort?.on('message', ({ id, step, block, length }: Job) => {
    const hashes = streams.get(id) ?? { md5: createHash('md5'), sha256: createHash('sha256') };
    streams.set(id, hashes);
    if (step === 'add' && block !== undefined) {
      const bytes = new Uint8Array(block, 0, length);
      hashes.md5.update(bytes);
      hashes.sha256.update(bytes);
      parentPort.postMessage({ id });
    } else if (step === 'digests') {
      parentPort.postMessage({ id, digests: { md5: hashes.md5.digest('hex'), sha256: hashes.sha256.digest('hex') } });
    } else {
      streams.delete(id);
    }
  });
}
