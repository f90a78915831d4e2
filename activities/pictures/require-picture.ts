import { ApplicationFailure } from '@temporalio/common';

import type { MeasuredPicture } from '../../domain/preflight/picture';
import { failureTypes } from '../../domain/shared/failure-type';
import { cutFailure } from '../runtime/failures';
import type { Examination } from './examine-picture';

/** The picture, if it is whole and measured, else a Temporal failure. `what` names the file, `advice` is a sentence. */
export function requirePicture({ picture, trouble }: Examination, what: string, advice: string): MeasuredPicture {
  if (trouble === undefined && picture !== undefined) return picture;
  const { kind, why } = trouble ?? { kind: 'not a picture', why: 'is not a picture that can be read' };
  if (kind === 'cut') throw cutFailure(`${what} ${why}`, advice);
  const type = kind === 'film' ? failureTypes.film : failureTypes.notAPicture;
  throw ApplicationFailure.nonRetryable(`${what} ${why}. ${advice}`, type);
}
