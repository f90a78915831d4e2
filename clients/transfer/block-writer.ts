import { BLOCK_BYTES, type FileWriterReply } from './file-writer-thread';
import type { FileWriterStep } from './file-writer-pool';

/** Blocks of one transfer that may be in flight; they limit its memory to one megabyte. */
const BLOCKS_PER_FILE = 2;
/** Blocks that are kept for the next files. */
const SPARE_BLOCKS = 4;

const spareBlocks: ArrayBuffer[] = [];

/** Gathers the chunks of one file into blocks for the thread that writes it. Every method throws errors of the disk. */
export interface BlockWriter {
  /** Takes bytes. If it returns a promise, the next bytes must wait for it. */
  write(chunk: Buffer): Promise<void> | undefined;
  /** Has the next `length` bytes hashed that the file already has; at most BLOCK_BYTES. */
  reread(length: number): Promise<void>;
  /** Hands over the rest and waits until all is written. */
  flush(): Promise<void>;
  /** Hands over the rest with the last step and waits until all is done. */
  end(last: LastStep): Promise<FileWriterReply>;
  /** To be called once, after everything else has ended. */
  release(): void;
}

type LastStep = Pick<Extract<FileWriterStep, { step: 'end' }>, 'step' | 'name' | 'note'>;

/** `send` has a step done by the file's thread, and throws errors of the disk. */
export function createBlockWriter(send: (step: FileWriterStep) => Promise<FileWriterReply>): BlockWriter {
  const blocks: ArrayBuffer[] = [];
  const inFlight = new Set<Promise<void>>();
  let blocksTaken = 0;
  let current: { readonly bytes: Buffer; filled: number } | undefined;
  let fault: unknown;

  const hasRoom = (): boolean => current !== undefined || blocks.length > 0 || blocksTaken < BLOCKS_PER_FILE;
  const nextBlock = (): ArrayBuffer => {
    const block = blocks.pop();
    if (block !== undefined) return block;
    blocksTaken += 1;
    return spareBlocks.pop() ?? new ArrayBuffer(BLOCK_BYTES);
  };
  /** The thread owns a block until it gives it back. */
  const lend = async (step: 'read' | 'write', lent: ArrayBuffer, length: number): Promise<void> => {
    const { block } = await send({ step, block: lent, length });
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
        inFlight.delete(writing);
      });
    inFlight.add(writing);
  };
  const throwFault = (): void => {
    if (fault !== undefined) throw fault as Error;
  };
  /** Copies as much as there is room for, and returns the rest. */
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
      await Promise.race(inFlight);
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
      await Promise.all(inFlight);
      throwFault();
    },
    async end(last) {
      const rest = current !== undefined && { block: current.bytes.buffer as ArrayBuffer, length: current.filled };
      current = undefined;
      const [{ block, digests, id }] = await Promise.all([send({ ...last, ...rest }), ...inFlight]);
      if (block !== undefined) blocks.push(block);
      throwFault();
      return { id, ...(digests && { digests }) };
    },
    release() {
      spareBlocks.push(...blocks.splice(0).slice(0, Math.max(0, SPARE_BLOCKS - spareBlocks.length)));
    },
  };
}
