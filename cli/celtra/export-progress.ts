import type { WriteStream } from 'node:tty';

import { MultiBar, Presets, type SingleBar } from 'cli-progress';
import Table from 'cli-table3';

import { pluralise } from '../../domain/shared/text';
import { CommandError, exitCodes } from '../exit-codes';
import { printable } from '../shared/terminal-text';
import type { MissingFile } from './settled-outputs';

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
  return out.isTTY ? barProgress(out) : lineProgress(out);
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

function barProgress(out: WriteStream): ExportProgress {
  const bars = new MultiBar(
    {
      stream: out,
      format: '{what} {bar} {value} of {total}{rest}',
      clearOnComplete: true,
      hideCursor: true,
      // A bar must not wrap on a narrow terminal.
      barsize: Math.max(10, Math.min(40, (out.columns || 80) - 45)),
      emptyOnZero: true,
      // After Ctrl-C the export still cleans up, so it removes the bars itself.
      gracefulExit: false,
    },
    Presets.shades_classic,
  );
  const shown = new Map<string, SingleBar>();
  const show = (what: string, value: number, of: number, rest = '') => {
    const bar = shown.get(what) ?? bars.create(of, value, { what, rest });
    shown.set(what, bar);
    bar.setTotal(of);
    bar.update(value, { what, rest });
  };
  return {
    log(text) {
      // Without a bar there is no line to write above.
      if (shown.size === 0) out.write(`${text}\n`);
      else bars.log(`${text}\n`);
    },
    rendered(done, of) {
      show('rendered', done, of);
    },
    fetched(files, of, bytes) {
      show('fetched ', files, of, `, ${formatBytes(bytes)}`);
    },
    finish() {
      // Messages since the last redraw would be lost.
      if (shown.size > 0) bars.update();
      bars.stop();
      shown.clear();
    },
  };
}

/** `812 bytes`, `24.1 kB`, `3.2 MB`, in steps of 1000. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return pluralise(bytes, 'byte');
  const units = ['kB', 'MB', 'GB', 'TB'] as const;
  let value = bytes;
  for (const unit of units) {
    value /= 1000;
    if (value < 999.95 || unit === 'TB') return `${value.toFixed(1)} ${unit}`;
  }
  return pluralise(bytes, 'byte');
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
