import { createHash } from 'node:crypto';

import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';

import { isDamagedUpload, isExpiredAddress, RemoteCallError, uploadFile } from '../../clients';
import type { SpooledFile } from '../../domain/render/rendered-asset';
import { failureTypes } from '../../domain/shared/failure-type';
import { openUploadAddress } from '../creative-force/address-seal';
import { getStudio, type Studios } from '../runtime/studios';
import { notInSpoolFailure, SMALL_FILE_BYTES, type Spool } from './spool';
import { STALL_TIMEOUT_MS, throttled, WAITING_FOR_PERMIT, withPermit, type TransferRun } from './transfer-run';

/** Long enough for a distant object store to refuse a repeated upload before its body is sent. */
const WAIT_FOR_REFUSAL_MS = 1_000;

const MAX_DAMAGED_UPLOADS = 3;

export interface SpooledUpload {
  readonly studio: string;
  readonly taskId: string;
  readonly fileId: string;
  readonly sealedAddress: string;
}

/** Returns when the file was stored (ISO 8601, UTC). Safe to repeat: the index records what is stored. */
export async function uploadSpooledFile(
  studios: Studios,
  spool: Spool,
  request: SpooledUpload,
  run: TransferRun,
): Promise<string> {
  const { signal, lastHeartbeat, heartbeat } = run;
  const { taskId, fileId } = request;
  const studio = getStudio(studios, request.studio);
  const opened = openUploadAddress(studio.seal, taskId, request.sealedAddress);
  if (opened === undefined) {
    const why =
      'The sealed upload address cannot be opened; the client secret was probably changed. A fresh one is asked for.';
    throw ApplicationFailure.nonRetryable(why, failureTypes.addressRefused);
  }
  const { url, headers } = opened;
  // Whether the bytes are still there shows when they are sent.
  const indexed = await spool.index.find(taskId, fileId);
  if (indexed === undefined) throw notInSpoolFailure();
  const { file, stored } = indexed;
  const { bytes, md5 } = file;
  const address = addressKey(request, file);
  const storedBefore = stored.get(address);
  if (storedBefore !== undefined) return storedBefore;
  const send = () =>
    uploadFile({
      url,
      headers,
      path: spool.pathOf(taskId, fileId),
      bytes,
      md5,
      allowLoopback: studio.allowLoopback,
      signal,
      stallTimeoutMs: STALL_TIMEOUT_MS,
      listenFirstMs: activityInfo().attempt > 1 && !wasKilled(lastHeartbeat) ? WAIT_FOR_REFUSAL_MS : undefined,
      onProgress: throttled((sent) => {
        heartbeat({ phase: 'upload', bytes: sent, of: bytes });
      }, bytes),
    });
  try {
    await withPermit(spool.permits.uploads, run, () => {
      heartbeat({ phase: 'waiting to upload', of: bytes });
      const { uploadBytes, largeUploads } = spool.permits;
      const sendOne = () => uploadBytes.withPermits(bytes, signal, send);
      return bytes > SMALL_FILE_BYTES ? largeUploads.withPermits(1, signal, sendOne, run.beganAt) : sendOne();
    });
    const uploadedAt = new Date().toISOString();
    // Without this record the file is only uploaded once more, and only after a kill.
    await spool.index.addUpload(taskId, { fileId, address, at: uploadedAt }).catch(() => undefined);
    return uploadedAt;
  } catch (error) {
    heartbeat({ phase: 'interrupted', of: bytes });
    // The bytes are not those that were measured, so the next download must not find them.
    if (isChanged(error)) await spool.drop(taskId);
    throw toUploadFailure(error);
  }
}

/** Identifies these bytes at this address without revealing the address. */
function addressKey({ sealedAddress }: SpooledUpload, { md5, sha256 }: SpooledFile): string {
  return createHash('sha256')
    .update(JSON.stringify([sealedAddress, md5, sha256]))
    .digest('hex');
}

/** Whether the last attempt was killed with its worker, so that the store has not refused it. */
function wasKilled(lastHeartbeat: unknown): boolean {
  const { phase } = (lastHeartbeat ?? {}) as { phase?: string };
  return phase === WAITING_FOR_PERMIT || phase === 'waiting to upload' || phase === 'upload';
}

function isChanged(error: unknown): boolean {
  return error instanceof RemoteCallError && error.code === 'FILE_CHANGED';
}

/** The failure that makes the workflow do something else than repeat the upload, or the error itself. */
function toUploadFailure(error: unknown): unknown {
  // The bytes vanished or changed, for example because somebody cleaned the folder.
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return notInSpoolFailure();
  const needsFreshAddress: boolean = isExpiredAddress(error);
  if (!(error instanceof RemoteCallError)) return error;
  if (isChanged(error)) return notInSpoolFailure();
  if (needsFreshAddress) return ApplicationFailure.nonRetryable(error.message, failureTypes.addressRefused);
  const { attempt } = activityInfo();
  if (!isDamagedUpload(error) || attempt < MAX_DAMAGED_UPLOADS) return error;
  return ApplicationFailure.nonRetryable(
    `The upload was tried ${attempt} times, and nothing proves that the bytes arrived unchanged: ${error.message}`,
    failureTypes.refused,
  );
}
