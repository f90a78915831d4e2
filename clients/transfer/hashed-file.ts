import { createBlockWriter, type BlockWriter } from './block-writer';
import { BLOCK_BYTES, type Digests, type ResumeNote, type FileWriterReply } from './file-writer-thread';
import { acquireFileWriter, type FileWriterStep } from './file-writer-pool';

/** A file that a thread writes and hashes at the same time. */
export interface HashedFile extends Pick<BlockWriter, 'write'> {
  /** Waits until all is written, gives the file its name and removes its note; tells the hashes of the whole file. */
  finish(): Promise<Digests>;
}

export interface HashedFileOptions {
  /** What the file is called while it is not whole, and afterwards. */
  readonly unfinished: string;
  readonly name: string;
  /** What is to lie beside it when it is left unfinished; without a text nothing is written. */
  readonly note: ResumeNote;
  /** Whether the note is written before the first byte, for whoever finds the file when this process was killed. */
  readonly isNotedAtOnce: boolean;
  /** Bytes that it holds already: they are hashed first, and written on after. Without any the file is made anew. */
  readonly start: number;
  /** Told at every step through what it holds already. */
  readonly onReread: () => void;
}

/** Opens a file, lets `work` write to it, and closes it, also after a failure: then what has come stays. */
export async function writeHashed<T>(
  { unfinished, name, note, isNotedAtOnce, start, onReread }: HashedFileOptions,
  work: (file: HashedFile) => Promise<T>,
): Promise<T> {
  const place = acquireFileWriter();
  /** Has a job done, and throws what the disk refused. */
  const ask = async (step: FileWriterStep): Promise<FileWriterReply> => {
    const answer = await place.send(step);
    // With what tells a fault of our own disk from one of the network.
    const { fault } = answer;
    if (fault !== undefined)
      throw Object.assign(new Error(fault.message), { code: fault.code, syscall: step.step, path: unfinished });
    return answer;
  };
  const writer = createBlockWriter(ask);
  const finish = async (): Promise<Digests> => {
    const { digests } = await writer.end({ step: 'end', name, note: note.path });
    if (digests === undefined) throw new Error('The thread that writes files gave no hashes.');
    return digests;
  };

  try {
    const firstNote = isNotedAtOnce ? note : { path: note.path };
    // Not waited for: when it fails, so does what comes after it, with the same words.
    ask({ step: 'open', path: unfinished, flags: start === 0 ? 'w+' : 'r+', note: firstNote }).catch(() => undefined);
    for (let left = start; left > 0; left -= BLOCK_BYTES) {
      await writer.reread(Math.min(BLOCK_BYTES, left));
      onReread();
    }
    return await work({ write: (chunk) => writer.write(chunk), finish });
  } catch (error) {
    // What has come is worth keeping when the transfer is interrupted; the first fault is the one that counts.
    await writer.flush().catch(() => undefined);
    await ask({ step: 'drop', note }).catch(() => undefined);
    throw error;
  } finally {
    writer.release();
    place.release();
  }
}
