import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';

import type { SpooledFile } from '../domain/rendered-asset';
import type { Spool } from './spool';

/** Says when a file's bytes were stored at an address. */
export interface UploadNote {
  /** ISO 8601, UTC; `undefined` when no attempt of this spool has stored them there. */
  read(): Promise<string | undefined>;
  write(uploadedAt: string): Promise<void>;
}

/**
 * The note beside a spooled file that these very bytes are stored at this very address. A worker that is killed leaves it
 * behind, so the next attempt need not store them again, however little time there was to tell the server.
 */
export async function uploadNote(spool: Spool, request: UploadNoteRequest): Promise<UploadNote> {
  const { taskId, file, sealedAddress } = request;
  const which = createHash('sha256')
    .update(JSON.stringify([sealedAddress, file.md5, file.sha256]))
    .digest('hex');
  const note = `${await spool.pathOf(taskId, file.fileId)}.${which.slice(0, 16)}.stored`;
  return {
    async read() {
      const text = await readFile(note, 'utf8').catch(() => '');
      // A note that was cut short by a kill says nothing, though half a time may still be read as a date.
      return text.endsWith('Z') ? text : undefined;
    },
    async write(uploadedAt) {
      // What is stored is stored: without its note it is only stored once more, and only after a kill.
      await writeFile(note, uploadedAt, { mode: 0o600 }).catch(() => undefined);
    },
  };
}

interface UploadNoteRequest {
  readonly taskId: string;
  readonly file: SpooledFile;
  readonly sealedAddress: string;
}
