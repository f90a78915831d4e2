import { counted } from '../../domain/words';
import { printable } from '../celtra/printable';
import type { StoryLine } from './history-story';

/** The story of a task, a line each: when, what, and how it ended. */
export function storyText(lines: readonly StoryLine[]): string {
  return lines.map((line) => printable(`${clock(line.at)}  ${bodyOf(line)}`)).join('\n');
}

function bodyOf(line: StoryLine): string {
  const { kind, what } = line;
  if (kind === 'stage') return `= ${what}`;
  if (kind === 'event') return `> ${what}`;
  if (kind === 'act') return `! ${what}`;
  if (kind === 'run') return `* ${what}`;
  return `  ${what}: ${outcomeOf(line)}`;
}

function outcomeOf({ outcome, milliseconds, attempts = 1 }: StoryLine): string {
  if (outcome === undefined) return 'under way';
  const tried = attempts > 1 ? `, ${counted(attempts, 'attempt')}` : '';
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
