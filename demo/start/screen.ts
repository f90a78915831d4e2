import type { WriteStream } from 'node:tty';

import Table from 'cli-table3';
import { createLogUpdate } from 'log-update';

/** One task in the live table. */
export interface TaskRow {
  readonly taskId: string;
  readonly studio: string;
  readonly product: string;
  readonly stage: string;
  /** The ledger's verdict. */
  readonly verdict: string;
  /** How its webhook is sent: sent, lost, duplicate or early. */
  readonly webhook: string;
}

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
        const state = stateOf({ stage, verdict });
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
  let table = '';
  const draw = (): void => {
    update([...headers, table].join('\n'));
  };
  return {
    line(text) {
      update.clear();
      out.write(`${clock()}  ${text}\n`);
      if (table !== '') draw();
    },
    header(text) {
      headers.push(text);
      draw();
    },
    tasks(rows) {
      table = drawTable(rows);
      draw();
    },
    finish() {
      update.done();
      table = '';
    },
  };
}

function drawTable(rows: readonly TaskRow[]): string {
  const table = new Table({
    head: ['studio', 'product', 'webhook', 'stage', 'ledger'],
    style: { head: ['bold'], compact: true },
  });
  for (const { studio, product, webhook, stage, verdict } of rows)
    table.push([studio, product, webhook, stateOf({ stage, verdict }), verdict]);
  return table.toString();
}

/** E.g. `Correction delivered, accepted`. */
function stateOf({ stage, verdict }: Pick<TaskRow, 'stage' | 'verdict'>): string {
  return verdict === 'done' ? `${stage}, accepted` : stage;
}

function clock(): string {
  return new Date().toTimeString().slice(0, 8);
}
