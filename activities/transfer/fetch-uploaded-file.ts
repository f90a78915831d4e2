import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import { ApplicationFailure } from '@temporalio/common';

import { StoreError, streamToFile, type Store } from '../../clients';
import { storedFileText, uploadedFileKey, type StoredFile } from '../../domain/delivery/uploaded-file';
import { failureTypes } from '../../domain/shared/failure-type';
import type { Spool } from './spool';
import { throttled, type TransferRun } from './transfer-run';

export interface UploadedFileRequest {
  readonly studio: string;
  readonly taskId: string;
  readonly stored: StoredFile;
}

export interface FetchedFile {
  readonly bytes: number;
  readonly md5: string;
  readonly sha256: string;
}

/** Brings an uploaded file from the storage into the spool; its bytes must be those that the operator has chosen. */
export async function fetchUploadedFile(
  uploads: Pick<Store, 'getStream' | 'place'>,
  spool: Pick<Spool, 'capacity'>,
  { studio, taskId, stored }: UploadedFileRequest,
  file: string,
  { signal, heartbeat }: Pick<TransferRun, 'signal' | 'heartbeat'>,
): Promise<FetchedFile> {
  await spool.capacity.reserve(file, stored.bytes);
  try {
    const source = await uploads.getStream(uploadedFileKey({ studio, taskId }, stored.sha256));
    if (source === undefined) throw uploadAgain(stored, `is not in the storage (${uploads.place}) any more`);
    await mkdir(path.dirname(file), { recursive: true });
    const [md5, sha256] = [createHash('md5'), createHash('sha256')];
    let bytes = 0;
    const report = throttled((done) => {
      heartbeat({ phase: 'uploaded file', bytes: done, of: stored.bytes });
    }, stored.bytes);
    const measure = async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
      for await (const chunk of chunks) {
        bytes += chunk.length;
        if (bytes > stored.bytes) throw uploadAgain(stored, 'is larger in the storage than when it was uploaded');
        md5.update(chunk);
        sha256.update(chunk);
        report(bytes);
        yield chunk;
      }
    };
    await streamToFile(measure(source), createWriteStream(file), signal);
    const found = { bytes, md5: md5.digest('hex'), sha256: sha256.digest('hex') };
    if (found.sha256 !== stored.sha256) throw uploadAgain(stored, 'has other bytes in the storage than were uploaded');
    return found;
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    throw ApplicationFailure.retryable(error.message, failureTypes.transient);
  } finally {
    spool.capacity.release(file);
  }
}

function uploadAgain(stored: StoredFile, what: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(
    `The file ${storedFileText(stored)} ${what}. Upload it again.`,
    failureTypes.refused,
  );
}
