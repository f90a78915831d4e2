import { createHash } from 'node:crypto';

import type { SpooledFile } from '../../domain/render/rendered-asset';
import type { SpoolIndex } from './spool-index';

/** Says when a file's bytes were stored at an address. */
export interface UploadRecord {
  /** ISO 8601, UTC; `undefined` when no attempt of this spool has stored them there. */
  read(): Promise<string | undefined>;
  write(uploadedAt: string): Promise<void>;
}

/**
 * The note in the spool that these very bytes are stored at this very address. A worker that is killed leaves it behind, so
 * the next attempt need not store them again, however little time there was to tell the server.
 */
export function uploadRecord(index: SpoolIndex, request: UploadRecordKey): UploadRecord {
  const { taskId, file, sealedAddress } = request;
  const { fileId, md5, sha256 } = file;
  const address = createHash('sha256')
    .update(JSON.stringify([sealedAddress, md5, sha256]))
    .digest('hex');
  return {
    read: async () => (await index.find(taskId, fileId))?.stored.get(address),
    async write(uploadedAt) {
      // What is stored is stored: without its note it is only stored once more, and only after a kill.
      await index.addUpload(taskId, { fileId, address, at: uploadedAt }).catch(() => undefined);
    },
  };
}

interface UploadRecordKey {
  readonly taskId: string;
  readonly file: SpooledFile;
  readonly sealedAddress: string;
}
