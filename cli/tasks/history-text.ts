import { pluralise } from '../../domain/shared/text';
import { printable } from '../shared/printable';
import type { HistoryLine } from './history-lines';

/** The story of a task, a line each: when, what, and how it ended. */
export function historyText(lines: readonly HistoryLine[]): string {
  return lines.map((line) => printable(`${clock(line.at)}  ${lineText(line)}`)).join('\n');
}

function lineText(line: HistoryLine): string {
  const { kind, what } = line;
  if (kind === 'stage') return `= ${what}`;
  if (kind === 'event') return `> ${what}`;
  if (kind === 'act') return `! ${what}`;
  if (kind === 'run') return `* ${what}`;
  return `  ${what}: ${outcomeOfStep(line)}`;
}

function outcomeOfStep({ outcome, milliseconds, attempts = 1 }: HistoryLine): string {
  if (outcome === undefined) return 'under way';
  const tried = attempts > 1 ? `, ${pluralise(attempts, 'attempt')}` : '';
  return `${outcome}, ${duration(milliseconds ?? 0)}${tried}`;
}

/** `0.4 s`, `75 s`, `3 h 12 min`. */
function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 100) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function clock(at: string): string {
  return at.slice(0, 19).replace('T', ' ') + 'Z';
}
