import { types } from 'node:util';

import { activityInfo, CompleteAsyncError } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory, TemporalFailure } from '@temporalio/common';

import { isPassing, NO_TURN, RemoteCallError, StoreError, TooMuchWorkError } from '../../clients';
import { failureTypes, type FailureType, type RemoteFailureDetails } from '../../domain/shared/failure-type';
import { formatDuration } from '../../domain/shared/text';
import { TruncatedFilm } from '../pictures/film-index';

/** After so many cut downloads another one does not help. */
const MAX_CUT_DOWNLOADS = 3;

const typeOfKind: Record<RemoteCallError['kind'], FailureType> = {
  throttled: failureTypes.throttled,
  transient: failureTypes.transient,
  unauthorized: failureTypes.unauthorized,
  forbidden: failureTypes.forbidden,
  'not found': failureTypes.notFound,
  refused: failureTypes.refused,
  contract: failureTypes.contract,
  unreadable: failureTypes.transient,
};

/** Waits after answers that are none, in seconds: a maintenance page is waited out for five minutes. */
const UNREADABLE_WAITS_S = [2, 4, 8, 16, 32, 60, 60, 60, 60] as const;

/** Whether an answer was none of the API (docs/reference/assumptions.md#unreadable-answers) and nothing was done. */
export function isUnreadable(error: unknown): error is RemoteCallError {
  return error instanceof RemoteCallError && error.kind === 'unreadable' && !error.mayHaveActed;
}

/** What the error of a library or of the system is called that may pass: of the network, a disk, Temporal or a cancellation. */
const PASSING_CODE = /^(?:E[A-Z0-9]+|UND_ERR_[A-Z_]+|ERR_(?:STREAM|TLS)_[A-Z_]+|CERT_[A-Z_]+)$/;
const PASSING_NAMES = new Set(['AbortError', 'TimeoutError', 'ServiceError', 'TemporalUnreachableError']);
/** libvips gives the system's words, but not its code. */
const PASSING_WORDS =
  /no space left|disk quota exceeded|too many open files|input\/output error|cannot allocate memory/i;
const foreseen = [RemoteCallError, StoreError, TruncatedFilm, TooMuchWorkError] as const;
const MAX_CAUSES = 5;

/** An error that is neither known nor of the network or a disk: a bug, or data that nobody has foreseen. */
export function isUnexpected(error: unknown): boolean {
  if (error instanceof TemporalFailure || error instanceof CompleteAsyncError) return false;
  let cause = error;
  for (let depth = 0; depth < MAX_CAUSES && types.isNativeError(cause); depth++) {
    const { code, name } = cause as NodeJS.ErrnoException;
    if (foreseen.some((known) => cause instanceof known)) return false;
    // gRPC has numbers for codes, and details.
    if (typeof code === 'number' && 'details' in cause) return false;
    if (typeof code === 'string' && PASSING_CODE.test(code)) return false;
    if (PASSING_NAMES.has(name) || PASSING_WORDS.test(cause.message)) return false;
    ({ cause } = cause);
  }
  return true;
}

const MAX_UNEXPECTED = 3;
const LONGEST_MESSAGE = 2_000;

/** An unexpected error as a failure that ends the third attempt for good. `before`: how many attempts had one, in a row. */
export function unexpectedFailure(error: unknown, before: number): ApplicationFailure {
  const words = (types.isNativeError(error) ? `${error.name}: ${error.message}` : String(error)).slice(
    0,
    LONGEST_MESSAGE,
  );
  const isFinal = before + 1 >= MAX_UNEXPECTED;
  return ApplicationFailure.create({
    message: isFinal ? `${words} (an unexpected error, ${MAX_UNEXPECTED} times in a row)` : words,
    type: failureTypes.unexpected,
    nonRetryable: isFinal,
    ...(types.isNativeError(error) && { cause: error }),
  });
}

/**
 * Turns an error of a remote call into a Temporal failure, the only place that does. Other errors stay unchanged.
 * `unreadableBefore`: how many attempts before this one got no answer of the API, in a row; absent for calls that are not repeated.
 */
export function toFailure(error: unknown, unreadableBefore?: number): unknown {
  if (error instanceof TruncatedFilm) {
    return cutFailure(`The film that was served is incomplete: ${error.message}`, 'Check the film at its source.');
  }
  if (error instanceof TooMuchWorkError) {
    const what = `The recipes could not be applied to what Creative Force and Celtra say. ${error.message}`;
    return ApplicationFailure.nonRetryable(what, failureTypes.tooMuchWork);
  }
  if (!(error instanceof RemoteCallError)) return error;
  // A wait for other requests is no fault.
  if (error.code === NO_TURN) return benignFailure(error.message, failureTypes.throttled, error.retryAfterMs ?? 0);
  const waitMs = error.retryAfterMs ?? 0;
  const details: RemoteFailureDetails = {
    system: error.system,
    endpoint: error.endpoint,
    status: error.status,
    code: error.code === undefined ? undefined : String(error.code),
    requestId: error.requestId,
    // For a write, which the workflow repeats.
    ...(waitMs > 0 && { retryAfterMs: waitMs }),
  };
  if (isUnreadable(error) && unreadableBefore !== undefined) return unreadableFailure(error, details, unreadableBefore);
  return ApplicationFailure.create({
    message: error.message,
    // Uploading the same bytes again is harmless; after any other write the workflow must look before it repeats.
    type: error.mayHaveActed && error.system !== 'object store' ? failureTypes.outcomeUnknown : typeOfKind[error.kind],
    nonRetryable: !isPassing(error),
    // Without a wait, as after a date that has passed, it would be repeated at once for ever.
    ...(waitMs > 0 && { nextRetryDelay: waitMs }),
    details: [details],
  });
}

function unreadableFailure(
  { message, retryAfterMs }: RemoteCallError,
  details: RemoteFailureDetails,
  before: number,
): ApplicationFailure {
  const times = UNREADABLE_WAITS_S.length + 1;
  const wait = UNREADABLE_WAITS_S[before];
  if (wait === undefined) {
    const lasting = `${message} This happened ${times} times in a row, over some minutes.`;
    return ApplicationFailure.nonRetryable(lasting, failureTypes.contract, details);
  }
  return ApplicationFailure.create({
    message: `${message} Trying again, as this may be a brief fault: ${before + 1} of ${times}.`,
    type: failureTypes.transient,
    nextRetryDelay: Math.max(wait * 1000, retryAfterMs ?? 0),
    details: [details],
  });
}

/**
 * A proxy or a store may have served the beginning of a file as if it were the whole, so it is fetched again, but not for ever.
 * `sentence` has no full stop.
 */
export function cutFailure(sentence: string, advice: string): ApplicationFailure {
  const { attempt } = activityInfo();
  const what = `${sentence}, although the transfer was complete`;
  return attempt < MAX_CUT_DOWNLOADS
    ? ApplicationFailure.retryable(`${what}. It is fetched again.`, failureTypes.transient)
    : ApplicationFailure.nonRetryable(`${what}, each of ${attempt} times. ${advice}`, failureTypes.notAPicture);
}

/** Ends an attempt of a poll without an alarm; the server starts the next one after the wait (milliseconds). */
export function pollAgain(state: string, waitMs: number): ApplicationFailure {
  return benignFailure(`${state}; next poll in ${formatDuration(waitMs)}.`, failureTypes.notYet, waitMs);
}

/** A failure that is logged and counted nowhere, and retried after the wait (milliseconds). `report`: for `lastReportOf`. */
export function benignFailure(
  message: string,
  type: FailureType,
  waitMs: number,
  report?: unknown,
): ApplicationFailure {
  return ApplicationFailure.create({
    message,
    type,
    ...(report !== undefined && { details: [undefined, report] }),
    category: ApplicationFailureCategory.BENIGN,
    nextRetryDelay: Math.max(1, Math.round(waitMs)),
  });
}
