import { pluralise } from '../../domain/shared/text';
import { type HistoryLine } from '../../starters';
import { printable } from '../shared/terminal-text';
import { exactText, type TimeStyle } from '../shared/times';

export function historyText(lines: readonly HistoryLine[], { utc }: Pick<TimeStyle, 'utc'>): string {
  return lines.map((line) => printable(`${exactText(Date.parse(line.at), { utc })}  ${lineText(line)}`)).join('\n');
}

const marks = { stage: '= ', event: '> ', action: '! ', run: '* ' };

function lineText(line: HistoryLine): string {
  return line.kind === 'step' ? `  ${line.what}: ${outcomeOfStep(line)}` : `${marks[line.kind]}${line.what}`;
}

function outcomeOfStep({ outcome, milliseconds, attempts = 1 }: HistoryLine): string {
  if (outcome === undefined) return 'in progress';
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
