import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

import { UnreadableFilm, type FilmIndex } from './film-index';
import { filmThread, type FilmFacts, type FilmThreadJob } from './film-thread';

const TIME_LIMIT_MS = 20_000;
/** Enough for the index of some hours of film. */
const MEMORY_LIMIT_MB = 256;
const IDLE_MS = 5_000;

/** One film at a time, so that hostile ones together take no more memory than one. */
let queue: Promise<unknown> = Promise.resolve();
let thread: Worker | undefined;
let idle: NodeJS.Timeout | undefined;

/**
 * Parses an index with mp4box. That library believes every number in a file, so it gets a thread whose memory and time
 * are limited. Throws {@link UnreadableFilm}.
 */
export function parseFilmIndex(index: FilmIndex, timeLimitMs = TIME_LIMIT_MS): Promise<FilmFacts> {
  const facts = queue.then(() => parse(index, timeLimitMs));
  queue = facts.catch(() => undefined);
  return facts;
}

async function parse({ bytes, boxes }: FilmIndex, timeLimitMs: number): Promise<FilmFacts> {
  clearTimeout(idle);
  const worker = (thread ??= startThread());
  worker.ref();
  const facts = await ask(worker, { bytes, boxes }, timeLimitMs).catch(async (error: unknown) => {
    await endThread(worker);
    throw error;
  });
  worker.unref();
  idle = setTimeout(() => void endThread(worker), IDLE_MS).unref();
  if (facts === undefined) throw new UnreadableFilm('has a damaged index');
  return facts;
}

/** `undefined` when the library, or a step after it, has failed. */
async function ask(worker: Worker, job: FilmThreadJob, timeLimitMs: number): Promise<FilmFacts | undefined> {
  const signal = AbortSignal.timeout(timeLimitMs);
  try {
    const answer = once(worker, 'message', { signal });
    worker.postMessage(job, [job.bytes.buffer]);
    const [facts] = (await answer) as [FilmFacts | undefined];
    return facts;
  } catch (error) {
    if (signal.aborted) throw new UnreadableFilm(`could not be read within ${timeLimitMs / 1000} s`);
    if ((error as NodeJS.ErrnoException).code !== 'ERR_WORKER_OUT_OF_MEMORY') throw error;
    throw new UnreadableFilm(`needs more than ${MEMORY_LIMIT_MB} MB of memory to be read`);
  }
}

function startThread(): Worker {
  const worker = new Worker(`(${filmThread.toString()})()`, {
    eval: true,
    name: 'extpost film',
    workerData: require.resolve('mp4box'),
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_LIMIT_MB, maxYoungGenerationSizeMb: 16 },
  });
  // A thread that runs out of memory while it is ended has nobody else to tell.
  worker.on('error', () => undefined);
  return worker;
}

async function endThread(worker: Worker): Promise<void> {
  if (thread === worker) thread = undefined;
  await worker.terminate();
}
