import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';

import { failureTypes, type FailureType } from '../../domain/shared/failure-type';
import { formatDuration } from '../../domain/shared/text';

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
