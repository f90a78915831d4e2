import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';

import { failureTypes } from '../../domain/shared/failure-type';
import { formatDuration } from '../../domain/shared/text';

/** Nothing is wrong, only not there yet: nobody is alarmed, and the server asks again after the wait. */
export function pollAgain(state: string, waitMs: number): ApplicationFailure {
  return ApplicationFailure.create({
    message: `${state}; next poll in ${formatDuration(waitMs)}.`,
    type: failureTypes.notYet,
    category: ApplicationFailureCategory.BENIGN,
    nextRetryDelay: Math.max(1, Math.round(waitMs)),
  });
}
