import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';

import type { MeasuredPicture } from '../../domain/preflight/picture';
import { failureTypes } from '../../domain/shared/failure-type';
import type { Examination } from './examine-picture';

/** After so many cut downloads another one does not help. */
const MAX_CUT_DOWNLOADS = 3;

/** The picture, if it is whole and measured, else a Temporal failure. `what` names the file, `advice` is a sentence. */
export function requirePicture({ picture, trouble }: Examination, what: string, advice: string): MeasuredPicture {
  if (trouble === undefined && picture !== undefined) return picture;
  const { kind, why } = trouble ?? { kind: 'not a picture', why: 'is not a picture that can be read' };
  if (kind === 'cut') throw cutFailure(`${what} ${why}, although the transfer was complete`, advice);
  const type = kind === 'film' ? failureTypes.film : failureTypes.notAPicture;
  throw ApplicationFailure.nonRetryable(`${what} ${why}. ${advice}`, type);
}

/** A proxy or a store may have served the beginning of a file as if it were the whole, so it is fetched again. */
function cutFailure(sentence: string, advice: string): ApplicationFailure {
  const { attempt } = activityInfo();
  return attempt < MAX_CUT_DOWNLOADS
    ? ApplicationFailure.retryable(`${sentence}. It is fetched again.`, failureTypes.transient)
    : ApplicationFailure.nonRetryable(`${sentence}, each of ${attempt} times. ${advice}`, failureTypes.notAPicture);
}
