import { createBlockWriter, type BlockWriter } from './block-writer';
import { acquireFileWriter, type FileWriterStep } from './file-writer-pool';
import { BLOCK_BYTES, type Digests, type FileWriterReply, type ResumeNote } from './file-writer-thread';

/** A file that a thread writes and hashes at the same time. */
export interface HashedFile extends Pick<BlockWriter, 'write'> {
  /** Waits until all is written, renames the file, removes its note, and gives the hashes of the whole file. */
  finish(): Promise<Digests>;
}

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
  /** Called for every block of them. */
  readonly onReread: () => void;
}

/** Opens a file, lets `work` write to it, and closes it. After a failure the bytes written stay. */
export async function writeHashed<T>(
  { unfinished, name, note, isNotedInAdvance, start, onReread }: HashedFileOptions,
  work: (file: HashedFile) => Promise<T>,
): Promise<T> {
  const fileWriter = acquireFileWriter();
  const send = async (step: FileWriterStep): Promise<FileWriterReply> => {
    const reply = await fileWriter.send(step);
    const { fault } = reply;
    if (fault === undefined) return reply;
    // The path tells an error of our own disk from one of the network.
    throw Object.assign(new Error(fault.message), { code: fault.code, syscall: step.step, path: unfinished });
  };
  const writer = createBlockWriter(send);
  const finish = async (): Promise<Digests> => {
    const { digests } = await writer.end({ step: 'end', name, note: note.path });
    if (digests === undefined) throw new Error('The thread that writes files gave no hashes.');
    return digests;
  };

  try {
    const firstNote = isNotedInAdvance ? note : { path: note.path };
    const open = { step: 'open', path: unfinished, flags: start === 0 ? 'w+' : 'r+', note: firstNote } as const;
    // Not awaited: if it fails, the steps after it fail with the same error.
    send(open).catch(() => undefined);
    for (let left = start; left > 0; left -= BLOCK_BYTES) {
      await writer.reread(Math.min(BLOCK_BYTES, left));
      onReread();
    }
    return await work({ write: (chunk) => writer.write(chunk), finish });
  } catch (error) {
    // The bytes written may be worth keeping, and only the first error counts.
    await writer.flush().catch(() => undefined);
    await send({ step: 'drop', note }).catch(() => undefined);
    throw error;
  } finally {
    writer.release();
    fileWriter.release();
  }
}
