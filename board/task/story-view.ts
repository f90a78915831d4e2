import { type HistoryLine, stepOutcomeText } from '../../starters';
import { shownTime } from '../shared/times';

/** More would make a page of megabytes; the rest is in `extpost task history`. */
const MAX_LINES = 1_000;

/** The story of a task, newest first, and how many older lines are left out. */
export function storyView(lines: readonly HistoryLine[], now: number) {
  const shown = lines.slice(-MAX_LINES).toReversed();
  return {
    lines: shown.map((line) => ({
      at: shownTime(Date.parse(line.at), now),
      kind: line.kind,
      what: line.what,
      /** How a step ended and how long it took; empty for what is no step. */
      outcome: line.kind === 'step' ? stepOutcomeText(line) : '',
    })),
    leftOut: lines.length - shown.length,
  };
}
