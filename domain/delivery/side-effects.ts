import type { DeliveredRound } from './delivery-record';
import { pluralise } from '../shared/text';

/** What is known about a write that was in flight when its task was cancelled, after reading the task once. */
export type InFlightWriteOutcome = 'taken' | 'not shown' | 'unknown';

export interface SideEffects {
  readonly rounds: readonly DeliveredRound[];
  /** Uploaded files that are not known to be submitted. */
  readonly uploaded: number;
  start?: InFlightWriteOutcome | undefined;
  /** The submission, if it was in flight. One that took effect is a round. */
  submission?: Exclude<InFlightWriteOutcome, 'taken'> | undefined;
}

/** The side effects in words: `nothing had been submitted, and 2 files had been uploaded`. */
export function sideEffectsText({ rounds, uploaded, start, submission }: SideEffects): string {
  const files = rounds.reduce((sum, round) => sum + round.files.length, 0);
  const submitted =
    rounds.length > 0
      ? [`${pluralise(files, 'file')} had been submitted in ${pluralise(rounds.length, 'round')}`]
      : submission === undefined
        ? ['nothing had been submitted']
        : [];
  const sent = `${pluralise(uploaded, 'uploaded file')} had been sent for submission`;
  const rest =
    submission === 'unknown'
      ? [`${sent}, and whether that took effect is not known`]
      : submission === 'not shown'
        ? [`${sent}, but Creative Force did not show that it had taken effect`]
        : uploaded > 0
          ? [`${pluralise(uploaded, 'file')} had been uploaded`]
          : [];
  return [[...submitted, ...rest].join(', and '), ...startText(start)].join('; ');
}

function startText(start: InFlightWriteOutcome | undefined): string[] {
  switch (start) {
    case undefined:
      return [];
    case 'taken':
      return ['Creative Force had just been told that work begins'];
    case 'not shown':
      return ['the start had been sent, but Creative Force did not show that it had taken effect'];
    case 'unknown':
      return ['the start had been sent, and whether it took effect is not known'];
  }
}
