import { once } from 'node:events';
import { parentPort, Worker } from 'node:worker_threads';

import { Semaphore } from '../transfer/semaphore';

const THREADS = 2;
const TIME_LIMIT_MS = 10_000;
/** For a thread to load its program, which takes long on a busy machine. */
const START_LIMIT_MS = 60_000;
const MEMORY_MEBIBYTES = 512;

export interface TimedThreadsOptions {
  /** The program of a thread, which calls {@link serveThread}. */
  readonly program: string;
  /** Arguments for Node; tests run the source of a program. */
  readonly execArgv?: readonly string[] | undefined;
  /** How many work at the same time; default 2. */
  readonly threads?: number | undefined;
  /** For one piece of work, without its wait for a thread or for the start of one; default 10 s. */
  readonly timeLimitMs?: number | undefined;
  /** For the memory of one thread; default 512 MiB. */
  readonly memoryMebibytes?: number | undefined;
}

/** A piece of work was stopped, because it took more time or memory than it may. */
export class TooMuchWorkError extends Error {
  override readonly name = 'TooMuchWorkError';
}

export interface TimedThreads {
  /**
   * Has a piece of work done by a thread. An owner has one thread at a time, so that the work of one leaves the other threads to others.
   * Throws {@link TooMuchWorkError}, the error of the work itself, or the signal's reason.
   */
  run(owner: string, work: unknown, signal?: AbortSignal): Promise<unknown>;
  close(): Promise<void>;
}

type Answer = { readonly result: unknown } | { readonly error: unknown };

/** Threads for computations whose time depends on texts from outside: one that takes too long is ended, and nothing else waits for it. */
export function createTimedThreads(options: TimedThreadsOptions): TimedThreads {
  const { program, execArgv = [], threads = THREADS, timeLimitMs = TIME_LIMIT_MS } = options;
  const { memoryMebibytes = MEMORY_MEBIBYTES } = options;
  const places = new Semaphore(threads);
  const turns = new Map<string, Semaphore>();
  const idle: Worker[] = [];
  const all = new Set<Worker>();

  const start = async (signal: AbortSignal): Promise<Worker> => {
    const worker = new Worker(program, {
      name: 'extpost computing',
      execArgv: [...execArgv],
      resourceLimits: { maxOldGenerationSizeMb: memoryMebibytes },
    });
    all.add(worker);
    // One that ends while it is idle has nobody else to tell.
    worker.on('error', () => undefined);
    worker.once('exit', () => {
      all.delete(worker);
      const at = idle.indexOf(worker);
      if (at >= 0) idle.splice(at, 1);
    });
    try {
      await nextMessage(worker, AbortSignal.any([signal, AbortSignal.timeout(START_LIMIT_MS)]));
      return worker;
    } catch (error) {
      await worker.terminate();
      signal.throwIfAborted();
      throw error;
    }
  };

  const compute = async (work: unknown, signal: AbortSignal): Promise<unknown> => {
    const worker = idle.pop() ?? (await start(signal));
    worker.ref();
    try {
      worker.postMessage(work);
      const limit = AbortSignal.any([signal, AbortSignal.timeout(timeLimitMs)]);
      const answer = (await nextMessage(worker, limit)) as Answer;
      // It does not keep the process from ending.
      worker.unref();
      idle.push(worker);
      if ('error' in answer) throw answer.error;
      return answer.result;
    } catch (error) {
      if (!idle.includes(worker)) await worker.terminate();
      signal.throwIfAborted();
      throw tooMuchWork(error, timeLimitMs, memoryMebibytes) ?? error;
    }
  };

  return {
    run: (owner, work, signal = new AbortController().signal) => {
      const turn = turns.get(owner) ?? new Semaphore(1);
      turns.set(owner, turn);
      return turn.withPermits(1, signal, () => places.withPermits(1, signal, () => compute(work, signal)));
    },
    close: async () => {
      await Promise.all([...all].map((worker) => worker.terminate()));
    },
  };
}

/** In the program of a thread: says that it is ready, and answers each piece of work with what `compute` makes of it. */
export function serveThread(compute: (work: unknown) => unknown): void {
  parentPort?.on('message', (work) => {
    parentPort?.postMessage(answerOf(compute, work));
  });
  parentPort?.postMessage('ready');
}

function answerOf(compute: (work: unknown) => unknown, work: unknown): Answer {
  try {
    return { result: compute(work) };
  } catch (error) {
    return { error };
  }
}

/** What a thread says next. Throws when it ends, or the signal's reason as an AbortError. */
async function nextMessage(worker: Worker, signal: AbortSignal): Promise<unknown> {
  const ended = new AbortController();
  const either = { signal: AbortSignal.any([signal, ended.signal]) };
  const answer = once(worker, 'message', either) as Promise<[unknown]>;
  const exit = once(worker, 'exit', either).then(() => {
    throw new Error('The thread has ended.');
  });
  try {
    const [message] = await Promise.race<[unknown]>([answer, exit]);
    return message;
  } finally {
    ended.abort();
    await Promise.allSettled([answer, exit]);
  }
}

/** Nothing for an error of the work itself. */
function tooMuchWork(error: unknown, timeLimitMs: number, memoryMebibytes: number): TooMuchWorkError | undefined {
  const { name, code } = error as NodeJS.ErrnoException;
  if (name === 'AbortError' || name === 'TimeoutError')
    return new TooMuchWorkError(`It was stopped after ${timeLimitMs / 1000} s.`);
  if (code === 'ERR_WORKER_OUT_OF_MEMORY')
    return new TooMuchWorkError(`It was stopped because it needed more than ${memoryMebibytes} MiB of memory.`);
  return undefined;
}
