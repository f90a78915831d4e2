import type { WriteStream } from 'node:tty';

import { createLogUpdate } from 'log-update';

import { dayStageText, dayTable, type TaskRow } from './day-table';

/** The output of `extpost start`: a live table on a terminal, otherwise one line per change. */
export interface Screen {
  /** Prints an event. */
  line(text: string): void;
  /** Prints a line that stays visible. */
  header(text: string): void;
  tasks(rows: readonly TaskRow[]): void;
  /** Leaves the last table on the screen. */
  finish(): void;
}

export function createScreen(out: WriteStream): Screen {
  return out.isTTY ? tableScreen(out) : lineScreen(out);
}

/** One line per change, for logs and continuous integration. */
export function lineScreen(out: { write(text: string): unknown }): Screen {
  const shown = new Map<string, string>();
  const print = (text: string): void => {
    out.write(`${clock()}  ${text}\n`);
  };
  return {
    line: print,
    header: print,
    tasks(rows) {
      for (const { taskId, studio, product, stage, verdict, webhook } of rows) {
        const state = dayStageText({ stage, verdict });
        const before = shown.get(taskId);
        if (before === state) continue;
        shown.set(taskId, state);
        if (before === undefined && stage === 'Not ready yet') continue;
        const how = before === undefined || before === 'Not ready yet' ? `  (webhook ${webhook})` : '';
        print(`${studio.padEnd(10)} ${product.padEnd(34)} ${state}${how}`);
      }
    },
    finish: () => undefined,
  };
}

function tableScreen(out: WriteStream): Screen {
  const update = createLogUpdate(out);
  const headers: string[] = [];
  let shown: readonly TaskRow[] | undefined;
  const draw = (): void => {
    // Of a narrow terminal a header takes several lines.
    const above = headers.reduce((lines, header) => lines + Math.max(1, Math.ceil(header.length / out.columns)), 0);
    update([...headers, ...(shown === undefined ? [] : [dayTable(shown, out, above)])].join('\n'));
  };
  return {
    line(text) {
      update.clear();
      out.write(`${clock()}  ${text}\n`);
      if (shown !== undefined || headers.length > 0) draw();
    },
    header(text) {
      headers.push(text);
      draw();
    },
    tasks(rows) {
      shown = rows;
      draw();
    },
    finish() {
      update.done();
      shown = undefined;
      headers.length = 0;
    },
  };
}

function clock(): string {
  return new Date().toTimeString().slice(0, 8);
}
