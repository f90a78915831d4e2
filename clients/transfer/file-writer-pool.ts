import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

import { fileWriterThread, type FileWriterReply, type FileWriterJob } from './file-writer-thread';

/** More threads only take memory, because few transfers write at the same time. */
const MAX_THREADS = 4;
const IDLE_MS = 10_000;

export type FileWriterStep = FileWriterJob extends infer Job
  ? Job extends FileWriterJob
    ? Omit<Job, 'id'>
    : never
  : never;

export interface FileWriter {
  /** Has a step done after those before it. Throws the file system's error, or when the thread has ended. */
  send(step: FileWriterStep): Promise<FileWriterReply>;
  /** To be called once, when nothing is in flight. */
  release(): void;
}

/** Removes a folder and all that is in it; it may be gone. A thread needs a tenth of the time that one call after the other takes. */
export async function removeFolder(path: string): Promise<void> {
  const writer = acquireFileWriter();
  try {
    await writer.send({ step: 'remove', path });
  } finally {
    writer.release();
  }
}

interface Thread {
  readonly worker: Worker;
  files: number;
  /** For each file the callers that wait for a reply, in their order. */
  readonly waiting: Map<number, { resolve: (reply: FileWriterReply) => void; reject: (error: unknown) => void }[]>;
  idle?: NodeJS.Timeout;
}

const threads: Thread[] = [];
let lastId = 0;

/** On the main thread, writing and hashing would halve the speed and delay heartbeats (bench/README.md, transfer). */
export function acquireFileWriter(): FileWriter {
  const thread = leastBusyThread();
  const id = ++lastId;
  thread.files += 1;
  thread.waiting.set(id, []);
  clearTimeout(thread.idle);
  thread.worker.ref();
  return {
    send: async (step) => {
      const reply = await new Promise<FileWriterReply>((resolve, reject) => {
        const waiting = thread.waiting.get(id);
        if (waiting === undefined) {
          reject(new Error('The thread that writes this file has ended.'));
          return;
        }
        waiting.push({ resolve, reject });
        const job = { ...step, id } as FileWriterJob;
        thread.worker.postMessage(job, 'block' in job ? [job.block] : []);
      });
      if (reply.fault === undefined) return reply;
      const { message, code } = reply.fault;
      throw Object.assign(new Error(message), { code, syscall: step.step });
    },
    release: () => {
      if (!thread.waiting.delete(id)) return;
      thread.files -= 1;
      if (thread.files > 0) return;
      thread.worker.unref();
      thread.idle = setTimeout(() => {
        removeThread(thread);
        void thread.worker.terminate();
      }, IDLE_MS).unref();
    },
  };
}

function leastBusyThread(): Thread {
  const [idlest] = [...threads].sort((one, other) => one.files - other.files);
  if (idlest?.files === 0) return idlest;
  if (idlest !== undefined && threads.length >= Math.min(MAX_THREADS, availableParallelism())) return idlest;
  const worker = new Worker(`(${fileWriterThread.toString()})()`, {
    eval: true,
    name: 'extpost writing',
    resourceLimits: { maxYoungGenerationSizeMb: 4 },
  });
  const thread: Thread = { worker, files: 0, waiting: new Map() };
  threads.push(thread);
  worker.on('message', (reply: FileWriterReply) => {
    thread.waiting.get(reply.id)?.shift()?.resolve(reply);
  });
  const fail = (problem: unknown): void => {
    removeThread(thread);
    for (const waiting of thread.waiting.values()) for (const { reject } of waiting.splice(0)) reject(problem);
    thread.waiting.clear();
  };
  worker.on('error', fail);
  worker.on('exit', () => {
    fail(new Error('The thread that writes files has ended.'));
  });
  return thread;
}

function removeThread(thread: Thread): void {
  const index = threads.indexOf(thread);
  if (index !== -1) threads.splice(index, 1);
}
