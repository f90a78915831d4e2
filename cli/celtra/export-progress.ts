import type { WriteStream } from 'node:tty';

import Table from 'cli-table3';
import { createLogUpdate } from 'log-update';

import { pluralise } from '../../domain/shared/text';
import { CommandError, exitCodes } from '../exit-codes';
import { printable } from '../shared/terminal-text';
import type { MissingFile } from './settled-outputs';

const BAR_WIDTH = 24;

/** Progress of an export for people; it goes to stderr, because it is not data. */
export interface ExportProgress {
  log(text: string): void;
  rendered(done: number, of: number): void;
  /** `files` are fetched, already there, or missing; `bytes` were received in this run. */
  fetched(files: number, of: number, bytes: number): void;
  finish(): void;
}

/** Bars on a terminal, else a plain line for each change. */
export function createExportProgress(out: WriteStream): ExportProgress {
  return out.isTTY ? liveProgress(out) : lineProgress(out);
}

/** A line for each message and for each change of what is rendered. */
export function lineProgress(out: { write(text: string): unknown }): ExportProgress {
  let shown = '';
  return {
    log(text) {
      out.write(`${text}\n`);
    },
    rendered(done, of) {
      const line = `${done} of ${pluralise(of, 'output')} rendered`;
      if (line !== shown) out.write(`${line}\n`);
      shown = line;
    },
    fetched: () => undefined,
    finish: () => undefined,
  };
}

/** Two bars with their counts; a message goes above them. */
function liveProgress(out: WriteStream): ExportProgress {
  const update = createLogUpdate(out);
  const lines = new Map<string, string>();
  const show = (name: string, share: number, counted: string): void => {
    lines.set(name, `${bar(share)} ${counted}`);
    update([...lines.values()].join('\n'));
  };
  return {
    log(text) {
      update.clear();
      out.write(`${text}\n`);
      if (lines.size > 0) update([...lines.values()].join('\n'));
    },
    rendered(done, of) {
      show('rendered', done / of, `${done} of ${pluralise(of, 'output')} rendered`);
    },
    fetched(files, of, bytes) {
      show('fetched', files / of, `${files} of ${pluralise(of, 'file')} fetched, ${formatBytes(bytes)}`);
    },
    finish() {
      update.clear();
      lines.clear();
    },
  };
}

/** A share from 0 to 1; of nothing at all there is none. */
function bar(share: number): string {
  const full = Number.isFinite(share) ? Math.floor(Math.min(1, share) * BAR_WIDTH) : 0;
  return '█'.repeat(full).padEnd(BAR_WIDTH, '░');
}

/** `812 bytes`, `24.1 kB`, `3.2 MB`, in steps of 1000. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return pluralise(bytes, 'byte');
  let [value, unit] = [bytes / 1000, 'kB'];
  for (const larger of ['MB', 'GB', 'TB']) if (value >= 999.95) [value, unit] = [value / 1000, larger];
  return `${value.toFixed(1)} ${unit}`;
}

const MAX_ROWS = 100;

export function missingFilesError(missing: readonly MissingFile[]): CommandError {
  const table = new Table({
    head: ['not exported', 'why'],
    style: { head: [], border: [] },
    wordWrap: true,
    colWidths: [40, 80],
  });
  for (const { what, why } of missing.slice(0, MAX_ROWS)) table.push([printable(what), printable(why)]);
  const more = missing.length > MAX_ROWS ? `\nand ${missing.length - MAX_ROWS} more.` : '';
  const advice = 'Run the same command again to fetch only what is missing.';
  return new CommandError(
    `${table.toString()}${more}\n${pluralise(missing.length, 'file')} could not be fetched. ${advice}`,
    exitCodes.someMissing,
  );
}
