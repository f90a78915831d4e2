/** Large enough that handing a block over costs nothing, and small enough for a processor's cache. */
export const BLOCK_BYTES = 512 * 1024;

export interface Digests {
  /** Lower-case hex. */
  readonly md5: string;
  readonly sha256: string;
}

/** A file beside an incomplete one, with what a later attempt needs to continue it. */
export interface ResumeNote {
  readonly path: string;
  readonly text?: string | undefined;
}

/** The steps of one file are done in order, each with a reply; after a failure the next ones fail with its error. */
export type FileWriterJob = { readonly id: number } & (
  | {
      readonly step: 'open';
      readonly path: string;
      /** `w+`: from the beginning; `r+`: after the bytes that exist, which are read again. */
      readonly flags: 'w+' | 'r+';
      /** With `w+`: the note beside the file from now on; none without a text. */
      readonly note: ResumeNote;
    }
  | { readonly step: 'read'; readonly block: ArrayBuffer; readonly length: number }
  | { readonly step: 'write'; readonly block: ArrayBuffer; readonly length: number }
  /** Writes the last bytes, if any; closes and renames the file, removes the note, and gives the hashes. */
  | {
      readonly step: 'end';
      readonly name: string;
      readonly note: string;
      readonly block?: ArrayBuffer;
      readonly length?: number;
    }
  /** Closes the file, whatever happened before, and writes the note if it has a text. */
  | { readonly step: 'drop'; readonly note: ResumeNote }
  /** Removes a folder and all that is in it; it may be gone. */
  | { readonly step: 'remove'; readonly path: string }
);

export interface FileWriterReply {
  readonly id: number;
  readonly block?: ArrayBuffer;
  readonly digests?: Digests;
  /** An error of the disk; an Error object would lose its code on the way. */
  readonly fault?: { readonly message: string; readonly code?: string };
}

/** Runs in the thread. It is passed as text, so that source and build run the same; so it contains all that it needs. */
export function fileWriterThread(): void {
  const { createHash } = process.getBuiltinModule('node:crypto');
  const { closeSync, existsSync, mkdirSync, openSync, readSync, renameSync, rmSync, writeFileSync, writeSync } =
    process.getBuiltinModule('node:fs');
  const path = process.getBuiltinModule('node:path');
  const { parentPort } = process.getBuiltinModule('node:worker_threads');
  type OpenFile = ReturnType<typeof openFile>;
  const files = new Map<number, OpenFile>();
  /** The first error of each file that is not dropped yet. */
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
  /** Most files have none, and then looking is cheaper than removing. */
  const removeNote = (place: string): void => {
    if (existsSync(place)) rmSync(place, { force: true });
  };
  const leaveNote = ({ path: place, text }: ResumeNote): void => {
    if (text === undefined) removeNote(place);
    else writeFileSync(place, text);
  };
  const take = (file: OpenFile, bytes: Uint8Array): void => {
    file.md5.update(bytes);
    file.sha256.update(bytes);
    file.position += bytes.length;
  };

  const open = (job: FileWriterJob & { step: 'open' }): void => {
    files.set(job.id, openFile(job.path, job.flags));
    // A note about other bytes must not stay beside these.
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
    // Hashed first, because a hash waits less than a copy for bytes from another core's cache.
    take(file, bytes);
    // A disk that is nearly full writes less than it was given, and fails only at the next write.
    for (let at = 0; at < bytes.length;) at += writeSync(file.descriptor, bytes, at, bytes.length - at, position + at);
  };
  const end = ({ id, name, note, block, length }: FileWriterJob & { step: 'end' }): Digests => {
    const file = fileOf(id);
    if (block !== undefined) write(file, new Uint8Array(block, 0, length));
    const { place, md5, sha256 } = file;
    close(id);
    renameSync(place, name);
    removeNote(note);
    return { md5: md5.digest('hex'), sha256: sha256.digest('hex') };
  };
  const drop = ({ id, note }: FileWriterJob & { step: 'drop' }): void => {
    faults.delete(id);
    if (!files.has(id)) return;
    close(id);
    if (note.text !== undefined) leaveNote(note);
  };

  const perform = (job: FileWriterJob): Pick<FileWriterReply, 'digests'> => {
    if (job.step === 'drop') drop(job);
    else if (job.step === 'remove') rmSync(job.path, { recursive: true, force: true });
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
      // Nothing comes after a removal.
      if (job.step !== 'remove') faults.set(id, error);
      const { message, code } = error as NodeJS.ErrnoException;
      parentPort.postMessage({ id, block, fault: { message, code } }, blocks);
    }
  });
}
