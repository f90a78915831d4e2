import { fork, type ChildProcess } from 'node:child_process';
import { availableParallelism, setPriority } from 'node:os';
import path from 'node:path';

import { LRUCache } from 'lru-cache';

import { Semaphore } from '../../../clients';
import type { Examination } from '../examine-picture';
import { DEFAULT_MAX_DECODED_BYTES, type ExaminationLimits } from '../picture-limits';
import type { PictureDecoder, FromDecoder, ToDecoder, DecoderJob } from './picture-decoder';

/** What a process needs besides the pixels: Node, sharp and a decoder's own tables. */
const OWN_BYTES = 256 * 1024 * 1024;
const EXAMINATION_MS = 60_000;
/** Eight encodings of a search for the quality. */
const CONVERSION_MS = 30 * 60_000;
/** With a low priority this is little time of the processor. */
const SHRINKING_MS = 55_000;
const IDLE_MS = 30_000;
/** A description is less than a kilobyte. */
const EXAMINATIONS_KEPT = 2_000;
/** Decoded and encoded rows exist at the same time. */
const CONVERSION_COPIES = 2;

export interface DecoderSettings {
  /** Decoded bytes of all pictures that are decoded at the same time. */
  readonly decodedBytes?: number | undefined;
  /** By default one for each core, because decoding computes all the time. */
  readonly processes?: number | undefined;
  readonly examinationMs?: number | undefined;
  /** Priority of the processes for the operating system (`os.constants.priority`); by default that of the worker. */
  readonly priority?: number | undefined;
  /** The program of a process; tests run its source. */
  readonly program?: string | undefined;
  readonly execArgv?: readonly string[] | undefined;
}

/** A file ended the process that decoded it, or took too long; the message continues "The file …". */
class Killed extends Error {}

interface JobOptions {
  readonly timeLimitMs: number;
  readonly signal: AbortSignal;
  readonly onEncoding?: ((words: string) => void) | undefined;
}

/** Decodes in processes with a limit of memory and time, which end with a poisoned file instead of the worker. */
export function createDecoderProcesses(settings: DecoderSettings = {}): PictureDecoder & { close(): void } {
  const { decodedBytes = DEFAULT_MAX_DECODED_BYTES, examinationMs = EXAMINATION_MS } = settings;
  const { processes = availableParallelism(), execArgv = [], priority } = settings;
  const program = settings.program ?? path.join(__dirname, 'picture-process.js');
  const memoryBytes = decodedBytes + OWN_BYTES;
  const withinMemory = (limits: ExaminationLimits): ExaminationLimits => ({ maxDecodedBytes: decodedBytes, ...limits });
  const slots = new Semaphore(processes);
  const budget = new Semaphore(decodedBytes);
  const idle: { readonly child: ChildProcess; readonly timer: NodeJS.Timeout }[] = [];
  const running = new Set<ChildProcess>();
  const examinations = new LRUCache<string, Examination>({ max: EXAMINATIONS_KEPT });

  const start = (): ChildProcess => {
    const child = fork(program, [], { execArgv: [...execArgv], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    running.add(child);
    if (priority !== undefined && child.pid !== undefined) setPriority(child.pid, priority);
    child.once('exit', () => {
      running.delete(child);
      forget(child);
    });
    // An error of the channel ends the job by its exit.
    child.on('error', () => child.kill('SIGKILL'));
    return child;
  };
  const forget = (child: ChildProcess): void => {
    const at = idle.findIndex((one) => one.child === child);
    for (const { timer } of at < 0 ? [] : idle.splice(at, 1)) clearTimeout(timer);
  };
  const rest = (child: ChildProcess): void => {
    // An idle process does not keep the worker from ending.
    child.unref();
    child.channel?.unref();
    const timer = setTimeout(() => {
      forget(child);
      child.kill();
    }, IDLE_MS);
    timer.unref();
    idle.push({ child, timer });
  };

  const runOnce = async (job: DecoderJob, { timeLimitMs, signal, onEncoding }: JobOptions): Promise<FromDecoder> => {
    const rested = idle.pop();
    clearTimeout(rested?.timer);
    const child = rested?.child ?? start();
    child.ref();
    child.channel?.ref();
    let timer: NodeJS.Timeout | undefined;
    const ended = new AbortController();
    try {
      const answer = await new Promise<FromDecoder>((resolve, reject) => {
        let isLate = false;
        const startTimer = (): void => {
          timer = setTimeout(() => {
            isLate = true;
            child.kill('SIGKILL');
          }, timeLimitMs);
        };
        const onAbort = (): void => {
          child.kill('SIGKILL');
          reject(signal.reason as Error);
        };
        const onExit = (): void => {
          const late = `could not be decoded within ${timeLimitMs / 1000} s`;
          const dead = 'ends the process that decodes it, or needs more memory than it may have';
          reject(new Killed(isLate ? late : dead));
        };
        const onMessage = (message: FromDecoder): void => {
          if ('encoding' in message) {
            onEncoding?.(message.encoding);
            return;
          }
          if (!('reserve' in message)) {
            resolve(message);
            return;
          }
          // The time in which others decode does not count.
          clearTimeout(timer);
          const untilEnd = new Promise<void>((resolve) => {
            ended.signal.addEventListener('abort', () => {
              resolve();
            });
          });
          const grant = (): Promise<void> => {
            startTimer();
            child.send({ task: 'go on' } satisfies ToDecoder);
            return untilEnd;
          };
          void budget
            .withPermits(message.reserve, AbortSignal.any([signal, ended.signal]), grant)
            .catch(() => undefined);
        };
        child.on('message', onMessage);
        child.once('exit', onExit);
        signal.addEventListener('abort', onAbort, { once: true });
        ended.signal.addEventListener('abort', () => {
          child.off('message', onMessage);
          child.off('exit', onExit);
          signal.removeEventListener('abort', onAbort);
        });
        signal.throwIfAborted();
        startTimer();
        child.send(job);
      });
      rest(child);
      return answer;
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    } finally {
      clearTimeout(timer);
      // Without a reason an error would be made for each picture.
      ended.abort('over');
    }
  };
  /** Something else may have ended the first process, so the file has a second chance. `bytes` are reserved before. */
  const runTwice = (job: DecoderJob, options: JobOptions, bytes = 0): Promise<FromDecoder> =>
    // Whoever waits for memory has a process already, so that nobody waits for the other's.
    slots.withPermits(1, options.signal, () =>
      budget.withPermits(bytes, options.signal, () =>
        runOnce(job, options).catch((error: unknown) => {
          if (!(error instanceof Killed)) throw error;
          return runOnce(job, options);
        }),
      ),
    );

  return {
    async examine(file, limits, signal, sha256) {
      const key = sha256 === undefined ? undefined : `${sha256} ${limits.maxPixels ?? ''}`;
      const known = key === undefined ? undefined : examinations.get(key);
      if (known !== undefined) return known;
      const job: DecoderJob = { task: 'examine', path: file, limits: withinMemory(limits), memoryBytes };
      try {
        const answer = await runTwice(job, { timeLimitMs: examinationMs, signal });
        if (!('examined' in answer)) throw errorOf(answer);
        if (key !== undefined) examinations.set(key, answer.examined);
        return answer.examined;
      } catch (error) {
        if (!(error instanceof Killed)) throw error;
        return { format: 'unknown', trouble: { kind: 'cannot be measured', why: `${error.message}, twice` } };
      }
    },
    async convert({ signal: _signal, onEncoding, ...conversion }, signal) {
      const { width, height, details } = conversion.picture;
      const bytesOfPixel = 5 * Math.ceil((details?.bitsPerChannel ?? 8) / 8);
      const needed = CONVERSION_COPIES * width * height * bytesOfPixel;
      const job: DecoderJob = { task: 'convert', conversion, memoryBytes };
      const options = { timeLimitMs: CONVERSION_MS, signal, onEncoding };
      const answer = await runTwice(job, options, needed).catch((error: unknown) => {
        throw error instanceof Killed ? new Error(`it ${error.message}, twice`) : error;
      });
      if ('converted' in answer) return answer.converted;
      throw errorOf(answer);
    },
    async shrink(from, to, limits, signal) {
      const job: DecoderJob = { task: 'shrink', from, to, limits: withinMemory(limits), memoryBytes };
      const answer = await slots.withPermits(1, signal, () => runOnce(job, { timeLimitMs: SHRINKING_MS, signal }));
      if ('shrunk' in answer) return answer.shrunk;
      throw errorOf(answer);
    },
    close() {
      for (const child of running) child.kill();
    },
  };
}

function errorOf(answer: FromDecoder): Error {
  const { message, code } = 'fault' in answer ? answer.fault : { message: 'The decoder gave no answer.' };
  return Object.assign(new Error(message), code !== undefined && { code });
}
