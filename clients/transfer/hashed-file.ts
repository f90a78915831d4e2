import { acquireFileWriter, type FileWriterStep } from './file-writer-pool';
import { BLOCK_BYTES, type Digests, type FileWriterReply, type ResumeNote } from './file-writer-thread';

/** Blocks of one file that may be in flight; they limit its memory to one megabyte. */
const BLOCKS_PER_FILE = 2;
/** Files that have large blocks at the same time; those beside them are slower, but need little memory. */
const FILES_WITH_LARGE_BLOCKS = 8;
const SMALL_BLOCK_BYTES = 64 * 1024;
const SPARE_BLOCKS = 4;
const spareBlocks: ArrayBuffer[] = [];
let filesWithLargeBlocks = 0;

export interface HashedFileOptions {
  /** The path of the file while it is incomplete, and afterwards. */
  readonly unfinished: string;
  readonly name: string;
  /** What is written beside it when it stays incomplete; nothing without a text. */
  readonly note: ResumeNote;
  /** Whether the note is written before the first byte, so that it exists even after a kill. */
  readonly isNotedInAdvance: boolean;
  /** Bytes that it already has: they are hashed first. With 0 the file is created anew. */
  readonly start: number;
  /** The length of the whole file, if known: a short one needs little memory. */
  readonly total?: number | undefined;
  readonly onReread: () => void;
}

/** Opens a file, lets `work` write to it, and closes it. After a failure the bytes written stay. */
export async function writeHashed<T>(options: HashedFileOptions, work: (file: HashedFile) => Promise<T>): Promise<T> {
  const file = new HashedFile(options);
  try {
    await file.open();
    return await work(file);
  } catch (error) {
    await file.drop();
    throw error;
  } finally {
    file.release();
  }
}

/** A file that a thread writes and hashes at the same time. Every method throws errors of the disk. */
export class HashedFile {
  readonly #writer = acquireFileWriter();
  readonly #blocks: ArrayBuffer[] = [];
  readonly #inFlight = new Set<Promise<void>>();
  readonly #blockBytes: number;
  #blocksTaken = 0;
  #current: { readonly bytes: Buffer; filled: number } | undefined;
  #error: unknown;

  constructor(private readonly options: HashedFileOptions) {
    const whole = Math.min(BLOCK_BYTES, Math.max(1, options.total ?? BLOCK_BYTES));
    const isSmall = filesWithLargeBlocks >= FILES_WITH_LARGE_BLOCKS;
    this.#blockBytes = isSmall ? Math.min(SMALL_BLOCK_BYTES, whole) : whole;
    if (this.#hasLargeBlocks) filesWithLargeBlocks += 1;
  }

  async open(): Promise<void> {
    const { unfinished, note, isNotedInAdvance, start, onReread } = this.options;
    const flags = start === 0 ? 'w+' : 'r+';
    const firstNote = isNotedInAdvance ? note : { path: note.path };
    // Not awaited: if it fails, the steps after it fail with the same error.
    this.#send({ step: 'open', path: unfinished, flags, note: firstNote }).catch(() => undefined);
    for (let left = start; left > 0; left -= this.#blockBytes) {
      await this.#lend('read', this.#nextBlock(), Math.min(this.#blockBytes, left));
      onReread();
    }
  }

  /** Takes bytes. If it returns a promise, the next bytes must wait for it. */
  write(chunk: Buffer): Promise<void> | undefined {
    this.#throwError();
    const rest = this.#fill(chunk);
    return rest.length === 0 ? undefined : this.#fillWhenThereIsRoom(rest);
  }

  /** Waits until all is written, renames the file, removes its note, and gives the hashes of the whole file. */
  async finish(): Promise<Digests> {
    const { name, note } = this.options;
    const current = this.#current;
    this.#current = undefined;
    const rest = current && { block: current.bytes.buffer as ArrayBuffer, length: current.filled };
    const end = this.#send({ step: 'end', name, note: note.path, ...rest });
    const [{ block, digests }] = await Promise.all([end, ...this.#inFlight]);
    if (block !== undefined) this.#blocks.push(block);
    this.#throwError();
    if (digests === undefined) throw new Error('The thread that writes files gave no hashes.');
    return digests;
  }

  /** Closes the file after a failure. Throws nothing, because only the first error counts. */
  async drop(): Promise<void> {
    this.#flush();
    await Promise.all(this.#inFlight);
    await this.#send({ step: 'drop', note: this.options.note }).catch(() => undefined);
  }

  release(): void {
    if (this.#hasLargeBlocks) filesWithLargeBlocks -= 1;
    const spare = this.#blocks.splice(0).filter(({ byteLength }) => byteLength === BLOCK_BYTES);
    spareBlocks.push(...spare.slice(0, Math.max(0, SPARE_BLOCKS - spareBlocks.length)));
    this.#writer.release();
  }

  get #hasLargeBlocks(): boolean {
    return this.#blockBytes > SMALL_BLOCK_BYTES;
  }

  async #send(step: FileWriterStep): Promise<FileWriterReply> {
    try {
      return await this.#writer.send(step);
    } catch (error) {
      // The path tells an error of our own disk from one of the network.
      throw Object.assign(error as Error, { path: this.options.unfinished });
    }
  }

  #nextBlock(): ArrayBuffer {
    const block = this.#blocks.pop();
    if (block !== undefined) return block;
    this.#blocksTaken += 1;
    const spare = this.#blockBytes === BLOCK_BYTES ? spareBlocks.pop() : undefined;
    return spare ?? new ArrayBuffer(this.#blockBytes);
  }

  /** The thread owns a block until it gives it back. */
  async #lend(step: 'read' | 'write', lent: ArrayBuffer, length: number): Promise<void> {
    const { block } = await this.#send({ step, block: lent, length });
    if (block !== undefined) this.#blocks.push(block);
  }

  #flush(): void {
    if (this.#current === undefined || this.#current.filled === 0) return;
    const { bytes, filled } = this.#current;
    this.#current = undefined;
    const writing = this.#lend('write', bytes.buffer as ArrayBuffer, filled)
      .catch((error: unknown) => {
        this.#error ??= error;
      })
      .then(() => {
        this.#inFlight.delete(writing);
      });
    this.#inFlight.add(writing);
  }

  #throwError(): void {
    if (this.#error !== undefined) throw this.#error as Error;
  }

  /** Copies as much as there is room for, and returns the rest. */
  #fill(chunk: Buffer): Buffer {
    let rest = chunk;
    while (rest.length > 0 && this.#hasRoom()) {
      this.#current ??= { bytes: Buffer.from(this.#nextBlock()), filled: 0 };
      const copied = rest.copy(this.#current.bytes, this.#current.filled);
      this.#current.filled += copied;
      rest = rest.subarray(copied);
      if (this.#current.filled === this.#blockBytes) this.#flush();
    }
    return rest;
  }

  #hasRoom(): boolean {
    return this.#current !== undefined || this.#blocks.length > 0 || this.#blocksTaken < BLOCKS_PER_FILE;
  }

  async #fillWhenThereIsRoom(chunk: Buffer): Promise<void> {
    for (let rest = chunk; rest.length > 0; rest = this.#fill(rest)) {
      await Promise.race(this.#inFlight);
      this.#throwError();
    }
  }
}
