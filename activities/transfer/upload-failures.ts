import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';

import { RemoteCallError } from '../../clients';
import { failureTypes } from '../../domain/shared/failure-type';
import { notInSpoolFailure } from './spool';

/** What says that the store has, or was sent, other bytes than ours; and how often that is taken for bad luck. */
const damages = new Set(['ETAG', 'BadDigest', 'IncompleteBody']);
const DAMAGED_UPLOADS = 3;

/** The failure after which something else than a repeat is tried, or nothing more; `undefined` when a repeat may heal it. */
export function uploadFailure(error: unknown): ApplicationFailure | undefined {
  return recoverableFailure(error) ?? damagedUploadFailure(error);
}

/** What a repeat does not heal, but another address or another download does. */
function recoverableFailure(error: unknown): ApplicationFailure | undefined {
  // The bytes vanished or changed under us, for example because somebody cleaned the folder.
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return notInSpoolFailure();
  if (!(error instanceof RemoteCallError)) return undefined;
  if (error.code === 'FILE_CHANGED') return notInSpoolFailure();
  // 403 from the object store means that the address expired or does not fit.
  return error.kind === 'forbidden'
    ? ApplicationFailure.nonRetryable(error.message, failureTypes.addressRefused)
    : undefined;
}

/** A store that damages the bytes time after time is not healed by patience. */
function damagedUploadFailure(error: unknown): ApplicationFailure | undefined {
  if (!(error instanceof RemoteCallError) || !damages.has(String(error.code))) return undefined;
  const { attempt } = activityInfo();
  return attempt < DAMAGED_UPLOADS
    ? undefined
    : ApplicationFailure.nonRetryable(
        `The upload was tried ${attempt} times, and the bytes did not arrive as they were sent: ${error.message}`,
        failureTypes.refused,
      );
}
