import type { DeliveredRound } from './delivery-record';
import { pluralise } from '../shared/text';

/** What is known of something that was on its way when its task was cancelled: what the task showed right after. */
export type InFlightWriteOutcome = 'taken' | 'not shown' | 'unknown';

/** What a task has left behind with Creative Force. */
export interface SideEffects {
  readonly rounds: readonly DeliveredRound[];
  /** Files in the store that are not known to be submitted. */
  readonly uploaded: number;
  /** The start, if it was on its way when the task was cancelled. */
  start?: InFlightWriteOutcome | undefined;
  /** The submission of what was uploaded, if it was. One that was taken is a round. */
  submission?: Exclude<InFlightWriteOutcome, 'taken'> | undefined;
}

/** What had left the building by then, in words: `nothing had been submitted, and 2 files had been uploaded`. */
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
