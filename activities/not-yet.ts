import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';

import { failureTypes } from '../domain/failure-type';
import { timeInWords } from '../domain/pace';

/** Nothing is wrong, only not there yet: nobody is alarmed, and the server asks again after the wait. */
export function notYet(state: string, waitMs: number): ApplicationFailure {
  return ApplicationFailure.create({
    message: `${state}; next look in ${timeInWords(waitMs)}.`,
    type: failureTypes.notYet,
    category: ApplicationFailureCategory.BENIGN,
    nextRetryDelay: Math.max(1, Math.round(waitMs)),
  });
}
