import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';

import { failureTypes } from '../../domain/shared/failure-type';
import { withJitter, backoffDelay } from '../../domain/shared/backoff';
import type { ActivityStudio } from '../runtime/studios';

/** Nobody is alarmed by a failure that is benign; the server asks again after the wait (milliseconds). */
export function notRenderedYet(message: string, waitMs: number): ApplicationFailure {
  return ApplicationFailure.create({
    message,
    type: failureTypes.notRendered,
    category: ApplicationFailureCategory.BENIGN,
    nextRetryDelay: waitMs,
  });
}

/** An answer that could not be read is worth another look or two; after that it is what it is: a changed contract. */
export function unreadableAnswer(error: Error): ApplicationFailure {
  return ApplicationFailure.retryable(`${error.message} Asking again.`, failureTypes.transient);
}

/** Milliseconds until the look after this attempt. */
export function nextPollDelay(studio: ActivityStudio): number {
  return withJitter(backoffDelay(studio.renderPace, activityInfo().attempt - 1), Math.random());
}
