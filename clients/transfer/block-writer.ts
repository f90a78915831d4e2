import { BLOCK_BYTES, type FileWriterReply } from './file-writer-thread';
import type { FileWriterStep } from './file-writer-pool';

/** Blocks that one transfer may have under way, being hashed and written: they bound its memory at one megabyte. */
const BLOCKS_PER_FILE = 2;
/** Blocks that are kept for the next file. */
const BLOCKS_KEPT = 4;

const free: ArrayBuffer[] = [];

/** Gathers the chunks of one file in blocks, and hands these over to the thread that writes it. */
export interface BlockWriter {
  /** Takes bytes. When it gives a promise, the next ones may come only after that. Throws a fault of the disk. */
  write(chunk: Buffer): Promise<void> | undefined;
  /** Has so many of the next bytes hashed that the file holds already; the most at once is BLOCK_BYTES. */
  reread(length: number): Promise<void>;
  /** Hands over what is left and waits until all is written. Throws a fault of the disk. */
  flush(): Promise<void>;
  /** Hands over what is left as a part of the last job, and waits until all is done. Throws a fault of the disk. */
  end(last: LastStep): Promise<FileWriterReply>;
  /** To be called once, when all has settled. */
  release(): void;
}

/** The last job of a file, but for its bytes. */
type LastStep = Pick<Extract<FileWriterStep, { step: 'end' }>, 'step' | 'name' | 'note'>;

/** `ask` has a job of this file done by its thread; it throws what the disk refused. */
export function createBlockWriter(ask: (step: FileWriterStep) => Promise<FileWriterReply>): BlockWriter {
  const blocks: ArrayBuffer[] = [];
  const underWay = new Set<Promise<void>>();
  let taken = 0;
  let current: { readonly bytes: Buffer; filled: number } | undefined;
  let fault: unknown;

  const hasRoom = (): boolean => current !== undefined || blocks.length > 0 || taken < BLOCKS_PER_FILE;
  const nextBlock = (): ArrayBuffer => {
    const block = blocks.pop();
    if (block !== undefined) return block;
    taken += 1;
    return free.pop() ?? new ArrayBuffer(BLOCK_BYTES);
  };
  /** A block belongs to the thread until it comes back. */
  const lend = async (step: 'read' | 'write', lent: ArrayBuffer, length: number): Promise<void> => {
    const { block } = await ask({ step, block: lent, length });
    if (block !== undefined) blocks.push(block);
  };
  const flush = (): void => {
    if (current === undefined || current.filled === 0) return;
    const { bytes, filled } = current;
    current = undefined;
    const writing = lend('write', bytes.buffer as ArrayBuffer, filled)
      .catch((problem: unknown) => {
        fault ??= problem;
      })
      .then(() => {
        underWay.delete(writing);
      });
    underWay.add(writing);
  };
  const throwFault = (): void => {
    if (fault !== undefined) throw fault as Error;
  };
  /** Copies what there is room for, and gives what is left. */
  const fill = (chunk: Buffer): Buffer => {
    let left = chunk;
    while (left.length > 0 && hasRoom()) {
      current ??= { bytes: Buffer.from(nextBlock()), filled: 0 };
      const copied = left.copy(current.bytes, current.filled);
      current.filled += copied;
      left = left.subarray(copied);
      if (current.filled === BLOCK_BYTES) flush();
    }
    return left;
  };
  const fillWhenThereIsRoom = async (chunk: Buffer): Promise<void> => {
    for (let left = chunk; left.length > 0; left = fill(left)) {
      await Promise.race(underWay);
      throwFault();
    }
  };

  return {
    write(chunk) {
      throwFault();
      const left = fill(chunk);
      return left.length === 0 ? undefined : fillWhenThereIsRoom(left);
    },
    reread: (length) => lend('read', nextBlock(), length),
    async flush() {
      flush();
      await Promise.all(underWay);
      throwFault();
    },
    async end(last) {
      const rest = current !== undefined && { block: current.bytes.buffer as ArrayBuffer, length: current.filled };
      current = undefined;
      const [{ block, digests, id }] = await Promise.all([ask({ ...last, ...rest }), ...underWay]);
      if (block !== undefined) blocks.push(block);
      throwFault();
      return { id, ...(digests && { digests }) };
    },
    release() {
      free.push(...blocks.splice(0).slice(0, Math.max(0, BLOCKS_KEPT - free.length)));
    },
  };
}
