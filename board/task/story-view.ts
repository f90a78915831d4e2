import type { HistoryLine } from '../../starters';
import { duration, shownTime, type ShownTime } from '../shared/times';

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
      outcome: outcomeText(line),
    })),
    leftOut: lines.length - shown.length,
  };
}

function outcomeText({ kind, outcome, milliseconds, attempts = 1 }: HistoryLine): string {
  if (kind !== 'step') return '';
  if (outcome === undefined) return 'in progress';
  const tries = attempts > 1 ? `, ${attempts} attempts` : '';
  return `${outcome}, ${seconds(milliseconds ?? 0)}${tries}`;
}

function seconds(milliseconds: number): string {
  return milliseconds < 60_000 ? `${(milliseconds / 1000).toFixed(1)} s` : duration(milliseconds);
}
