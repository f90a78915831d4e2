/** Bytes of a block: large enough that handing it over costs nothing, small enough to stay in a processor's cache. */
export const BLOCK_BYTES = 512 * 1024;

/** What is told of a file that is whole. */
export interface Digests {
  /** Lower-case hex. */
  readonly md5: string;
  readonly sha256: string;
  readonly ends: FileEnds;
}

/** The first and the last bytes of a file, sixteen where it has so many: they tell what it is, and whether it was cut. */
export interface FileEnds {
  readonly head: Uint8Array;
  readonly tail: Uint8Array;
}

/** What tells how an unfinished file can be gone on with. */
export interface ResumeNote {
  readonly path: string;
  readonly text?: string | undefined;
}

/**
 * What a thread is asked for; jobs of one file are done in the order in which they come, and each is answered. Nobody need wait
 * for an answer: when one fails, those after it fail with the same fault.
 */
export type FileWriterJob = { readonly id: number } & (
  | {
      readonly step: 'open';
      /** Its folder is made where it is missing. */
      readonly path: string;
      /** `w+`: from the beginning; `r+`: after what is there already, which is read anew. */
      readonly flags: 'w+' | 'r+';
      /** With `w+`: what lies beside the file from now on; without a text nothing does. */
      readonly note: ResumeNote;
    }
  /** Hashes so many of the next bytes that the file holds. */
  | { readonly step: 'read'; readonly block: ArrayBuffer; readonly length: number }
  /** Writes and hashes the first so many bytes of the block. */
  | { readonly step: 'write'; readonly block: ArrayBuffer; readonly length: number }
  /** Writes the last bytes, if any; closes the file, gives it its name, removes the note, and tells the hashes. */
  | {
      readonly step: 'end';
      readonly name: string;
      readonly note: string;
      readonly block?: ArrayBuffer;
      readonly length?: number;
    }
  /** Closes the file, whatever happened before, and leaves the note beside what has come, if it has a text. */
  | { readonly step: 'drop'; readonly note: ResumeNote }
);

export interface FileWriterReply {
  readonly id: number;
  /** The block that came with the job; it can be filled again. */
  readonly block?: ArrayBuffer;
  readonly digests?: Digests;
  /** What the disk refused; an Error would lose its code on the way. */
  readonly fault?: { readonly message: string; readonly code?: string };
}

/** Runs in the thread. It goes over as text, so that it runs alike from source and from the build: all that it needs is in it. */
export function fileWriterThread(): void {
  const { createHash } = process.getBuiltinModule('node:crypto');
  const { closeSync, mkdirSync, openSync, readSync, renameSync, rmSync, writeFileSync, writeSync } =
    process.getBuiltinModule('node:fs');
  const path = process.getBuiltinModule('node:path');
  const { parentPort } = process.getBuiltinModule('node:worker_threads');
  const ENDS_BYTES = 16;
  type OpenFile = ReturnType<typeof openFile>;
  const files = new Map<number, OpenFile>();
  /** Of files whose last word has not come yet. */
  const faults = new Map<number, unknown>();

  const openInFolder = (file: string, flags: string): number => {
    try {
      return openSync(file, flags);
    } catch (error) {
      if (flags === 'r+' || (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      mkdirSync(path.dirname(file), { recursive: true });
      return openSync(file, flags);
    }
  };
  const openFile = (place: string, flags: string) => ({
    place,
    descriptor: openInFolder(place, flags),
    position: 0,
    md5: createHash('md5'),
    sha256: createHash('sha256'),
  });
  const fileOf = (id: number): OpenFile => {
    const file = files.get(id);
    if (file === undefined) throw new Error('This file is not open.');
    return file;
  };
  const close = (id: number): void => {
    const { descriptor } = fileOf(id);
    files.delete(id);
    closeSync(descriptor);
  };
  const leaveNote = ({ path: place, text }: ResumeNote): void => {
    if (text === undefined) rmSync(place, { force: true });
    else writeFileSync(place, text);
  };
  const take = (file: OpenFile, bytes: Uint8Array): void => {
    file.md5.update(bytes);
    file.sha256.update(bytes);
    file.position += bytes.length;
  };
  const bytesAt = ({ descriptor }: OpenFile, position: number, length: number): Uint8Array => {
    const bytes = new Uint8Array(length);
    return bytes.subarray(0, readSync(descriptor, bytes, 0, length, position));
  };

  const open = (job: FileWriterJob & { step: 'open' }): void => {
    files.set(job.id, openFile(job.path, job.flags));
    // The note of other bytes must not lie beside these.
    if (job.flags === 'w+') leaveNote(job.note);
  };
  const read = (file: OpenFile, bytes: Uint8Array): void => {
    for (let at = 0; at < bytes.length;) {
      const count = readSync(file.descriptor, bytes, at, bytes.length - at, file.position + at);
      if (count === 0) throw new Error('A file in the spool became shorter while it was read.');
      at += count;
    }
    take(file, bytes);
  };
  const write = (file: OpenFile, bytes: Uint8Array): void => {
    const { position } = file;
    // Hashed first: the bytes come from another core's cache, which a hash waits for less than a copy does.
    take(file, bytes);
    // A disk that is nearly full takes less than it was given, and refuses only the next write.
    for (let at = 0; at < bytes.length;) at += writeSync(file.descriptor, bytes, at, bytes.length - at, position + at);
  };
  const end = ({ id, name, note, block, length }: FileWriterJob & { step: 'end' }): Digests => {
    const file = fileOf(id);
    if (block !== undefined) write(file, new Uint8Array(block, 0, length));
    const { place, position, md5, sha256 } = file;
    const head = bytesAt(file, 0, ENDS_BYTES);
    const tail = bytesAt(file, Math.max(0, position - ENDS_BYTES), ENDS_BYTES);
    close(id);
    renameSync(place, name);
    rmSync(note, { force: true });
    return { md5: md5.digest('hex'), sha256: sha256.digest('hex'), ends: { head, tail } };
  };
  const drop = ({ id, note }: FileWriterJob & { step: 'drop' }): void => {
    faults.delete(id);
    if (!files.has(id)) return;
    close(id);
    if (note.text !== undefined) leaveNote(note);
  };

  const perform = (job: FileWriterJob): Pick<FileWriterReply, 'digests'> => {
    if (job.step === 'drop') drop(job);
    else if (faults.has(job.id)) throw faults.get(job.id);
    else if (job.step === 'open') open(job);
    else if (job.step === 'end') return { digests: end(job) };
    else (job.step === 'read' ? read : write)(fileOf(job.id), new Uint8Array(job.block, 0, job.length));
    return {};
  };

  parentPort?.on('message', (job: FileWriterJob) => {
    const { id } = job;
    const block = 'block' in job ? job.block : undefined;
    const blocks = block === undefined ? [] : [block];
    try {
      parentPort.postMessage({ id, block, ...perform(job) }, blocks);
    } catch (error) {
      faults.set(id, error);
      const { message, code } = error as NodeJS.ErrnoException;
      parentPort.postMessage({ id, block, fault: { message, code } }, blocks);
    }
  });
}
