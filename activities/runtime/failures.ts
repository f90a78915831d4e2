import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';

import { RemoteCallError } from '../../clients';
import { failureTypes, type FailureType, type RemoteFailureDetails } from '../../domain/shared/failure-type';
import { formatDuration } from '../../domain/shared/text';
import { TruncatedPicture } from '../pictures/truncated-picture';

/** After so many truncated downloads another one does not help. */
const MAX_TRUNCATED_DOWNLOADS = 3;

const typeOfKind: Record<RemoteCallError['kind'], FailureType> = {
  throttled: failureTypes.throttled,
  transient: failureTypes.transient,
  unauthorized: failureTypes.unauthorized,
  forbidden: failureTypes.forbidden,
  'not found': failureTypes.notFound,
  refused: failureTypes.refused,
  contract: failureTypes.contract,
};

/** Turns an error of a remote call into a Temporal failure, the only place that does. Other errors stay unchanged. */
export function toFailure(error: unknown): unknown {
  if (error instanceof TruncatedPicture) return truncatedPictureFailure();
  if (!(error instanceof RemoteCallError)) return error;
  const details: RemoteFailureDetails = {
    system: error.system,
    endpoint: error.endpoint,
    status: error.status,
    code: error.code === undefined ? undefined : String(error.code),
    requestId: error.requestId,
  };
  const retryable = error.kind === 'throttled' || error.kind === 'transient';
  return ApplicationFailure.create({
    message: error.message,
    // Uploading the same bytes again is harmless; after any other write the workflow must look before it repeats.
    type: error.mayHaveActed && error.system !== 'object store' ? failureTypes.outcomeUnknown : typeOfKind[error.kind],
    nonRetryable: !retryable,
    ...(error.retryAfterMs === undefined ? {} : { nextRetryDelay: error.retryAfterMs }),
    details: [details],
  });
}

function truncatedPictureFailure(): ApplicationFailure {
  const { attempt } = activityInfo();
  const what = 'What was served as a picture ends in the middle, although the transfer was whole';
  return attempt < MAX_TRUNCATED_DOWNLOADS
    ? ApplicationFailure.retryable(`${what}. It is fetched again.`, failureTypes.transient)
    : ApplicationFailure.nonRetryable(
        `${what}, each of ${attempt} times. Look at the picture where it comes from.`,
        failureTypes.notAPicture,
      );
}

/** Ends an attempt of a poll without an alarm; the server starts the next one after the wait (milliseconds). */
export function pollAgain(state: string, waitMs: number): ApplicationFailure {
  return benignFailure(`${state}; next poll in ${formatDuration(waitMs)}.`, failureTypes.notYet, waitMs);
}

/** A failure that is logged and counted nowhere, and retried after the wait (milliseconds). */
export function benignFailure(message: string, type: FailureType, waitMs: number): ApplicationFailure {
  return ApplicationFailure.create({
    message,
    type,
    category: ApplicationFailureCategory.BENIGN,
    nextRetryDelay: Math.max(1, Math.round(waitMs)),
  });
}
