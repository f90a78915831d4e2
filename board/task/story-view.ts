import { type HistoryLine, stepOutcomeText } from '../../starters';
import { shownTime, type ShownTime } from '../shared/times';

/** More would make a page of megabytes; the rest is in `extpost task history`. */
const MAX_LINES = 1_000;

/** One line of what happened to a task. */
export interface StoryLine {
  readonly at: ShownTime;
  readonly kind: HistoryLine['kind'];
  readonly what: string;
  /** How a step ended and how long it took; empty for what is no step. */
  readonly outcome: string;
}

/** The story of a task, newest first, and how many older lines are left out. */
export function storyView(
  lines: readonly HistoryLine[],
  now: number,
): { readonly lines: readonly StoryLine[]; readonly leftOut: number } {
  const shown = lines.slice(-MAX_LINES).toReversed();
  return {
    lines: shown.map((line) => ({
      at: shownTime(Date.parse(line.at), now),
      kind: line.kind,
      what: line.what,
      outcome: line.kind === 'step' ? stepOutcomeText(line) : '',
    })),
    leftOut: lines.length - shown.length,
  };
}
