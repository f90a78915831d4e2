/** Bytes of a block: large enough that handing it over costs nothing, small enough to stay in a processor's cache. */
export const BLOCK_BYTES = 256 * 1024;

export interface Digests {
  /** Lower-case hex. */
  readonly md5: string;
  readonly sha256: string;
}

/** What a thread is asked for; jobs of one file are done in the order in which they come, and each is answered. */
export type WritingJob = { readonly id: number } & (
  | {
      readonly step: 'open';
      readonly path: string;
      /** `w`: from the beginning; `r+`: after what is there already, which is read anew. */
      readonly flags: 'w' | 'r+';
      /** Written before the file is opened, if it has a text. */
      readonly note: { readonly path: string; readonly text?: string | undefined };
    }
  /** Hashes so many of the next bytes that the file holds. */
  | { readonly step: 'read'; readonly block: ArrayBuffer; readonly length: number }
  /** Writes and hashes the first so many bytes of the block. */
  | { readonly step: 'write'; readonly block: ArrayBuffer; readonly length: number }
  /** Closes the file, gives it its name, removes the note, and tells the hashes. */
  | { readonly step: 'end'; readonly name: string; readonly note: string }
  /** Closes the file, whatever happened before. */
  | { readonly step: 'drop' }
);

export interface WritingAnswer {
  readonly id: number;
  /** The block that came with the job; it can be filled again. */
  readonly block?: ArrayBuffer;
  readonly digests?: Digests;
  /** What the disk refused; an Error would lose its code on the way. */
  readonly fault?: { readonly message: string; readonly code?: string };
}

/** Runs in the thread. It goes over as text, so that it runs alike from source and from the build: all that it needs is in it. */
export function writingThread(): void {
  const { createHash } = process.getBuiltinModule('node:crypto');
  const { closeSync, openSync, readSync, renameSync, rmSync, writeFileSync, writeSync } =
    process.getBuiltinModule('node:fs');
  const { parentPort } = process.getBuiltinModule('node:worker_threads');
  const openFile = (path: string, flags: string) => ({
    path,
    descriptor: openSync(path, flags),
    position: 0,
    md5: createHash('md5'),
    sha256: createHash('sha256'),
  });
  const files = new Map<number, ReturnType<typeof openFile>>();

  const fileOf = (id: number): ReturnType<typeof openFile> => {
    const file = files.get(id);
    if (file === undefined) throw new Error('This file is not open.');
    return file;
  };
  const close = (id: number): void => {
    const { descriptor } = fileOf(id);
    files.delete(id);
    closeSync(descriptor);
  };
  const take = (id: number, bytes: Uint8Array): void => {
    const file = fileOf(id);
    file.md5.update(bytes);
    file.sha256.update(bytes);
    file.position += bytes.length;
  };

  const perform = (job: WritingJob): Pick<WritingAnswer, 'digests'> => {
    const { id } = job;
    if (job.step === 'open') {
      if (job.note.text !== undefined) writeFileSync(job.note.path, job.note.text);
      files.set(id, openFile(job.path, job.flags));
    } else if (job.step === 'read') {
      const { descriptor, position } = fileOf(id);
      const bytes = new Uint8Array(job.block, 0, job.length);
      for (let at = 0; at < bytes.length;) {
        const count = readSync(descriptor, bytes, at, bytes.length - at, position + at);
        if (count === 0) throw new Error('A file in the spool became shorter while it was read.');
        at += count;
      }
      take(id, bytes);
    } else if (job.step === 'write') {
      const { descriptor, position } = fileOf(id);
      const bytes = new Uint8Array(job.block, 0, job.length);
      // A disk that is nearly full takes less than it was given, and refuses only the next write.
      for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at, bytes.length - at, position + at);
      take(id, bytes);
    } else if (job.step === 'end') {
      const { path, md5, sha256 } = fileOf(id);
      close(id);
      renameSync(path, job.name);
      rmSync(job.note, { force: true });
      return { digests: { md5: md5.digest('hex'), sha256: sha256.digest('hex') } };
    } else if (files.has(id)) {
      close(id);
    }
    return {};
  };

  parentPort?.on('message', (job: WritingJob) => {
    const blocks = 'block' in job ? [job.block] : [];
    const [block] = blocks;
    try {
      parentPort.postMessage({ id: job.id, block, ...perform(job) }, blocks);
    } catch (error) {
      const { message, code } = error as NodeJS.ErrnoException;
      parentPort.postMessage({ id: job.id, block, fault: { message, code } }, blocks);
    }
  });
}
