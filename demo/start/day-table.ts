import Table from 'cli-table3';

import { printable } from '../../cli/shared/terminal-text';

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

/** The size of a terminal, in characters. */
export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

interface Column {
  readonly title: string;
  readonly textOf: (row: TaskRow) => string;
  /** It is never narrower, borders not counted. */
  readonly leastWidth: number;
}

const studio: Column = { title: 'studio', textOf: (row) => row.studio, leastWidth: 8 };
const product: Column = { title: 'product', textOf: (row) => row.product, leastWidth: 14 };
const webhook: Column = { title: 'webhook', textOf: (row) => row.webhook, leastWidth: 9 };
const stage: Column = { title: 'stage', textOf: (row) => dayStageText(row), leastWidth: 18 };
const ledger: Column = { title: 'ledger', textOf: (row) => row.verdict, leastWidth: 10 };

const columns = [studio, product, webhook, stage, ledger];
/** The first to be left out where all are too wide. */
const leastImportant = [webhook, ledger, studio];
/** The first to be shortened. */
const shortened = [product, stage, studio, ledger, webhook];

const CELL_PADDING = 2;
/** Borders above, below and under the head, the head itself, and the line that counts the rest. */
const LINES_AROUND = 5;
const MOST_WIDTH = 60;

/** The live table of a day, one line a task, never wider or higher than the terminal; `above`: lines that stand above it. */
export function dayTable(rows: readonly TaskRow[], { columns: width, rows: height }: TerminalSize, above = 0): string {
  const shown = chosenRows(rows, Math.max(1, height - above - LINES_AROUND - 1));
  const fitting = fittingColumns(shown, width);
  const table = new Table({
    head: fitting.map(({ column }) => column.title),
    colWidths: fitting.map((one) => one.width),
    style: { head: ['bold'], compact: true },
  });
  for (const row of shown) table.push(fitting.map(({ column }) => printable(column.textOf(row))));
  const left = rows.length - shown.length;
  return left === 0 ? table.toString() : `${table.toString()}\nand ${left} more`;
}

/** E.g. `Correction delivered, accepted`. */
export function dayStageText({ stage: now, verdict }: Pick<TaskRow, 'stage' | 'verdict'>): string {
  return verdict === 'done' ? `${now}, accepted` : now;
}

/** Where not all fit, those in progress; in the order of the day. */
function chosenRows(rows: readonly TaskRow[], most: number): readonly TaskRow[] {
  if (rows.length <= most) return rows;
  const rank = ({ stage: now, verdict }: TaskRow): number => (verdict === 'done' ? 2 : now === 'Not ready yet' ? 1 : 0);
  const chosen = new Set(rows.toSorted((one, other) => rank(one) - rank(other)).slice(0, most));
  return rows.filter((row) => chosen.has(row));
}

function fittingColumns(rows: readonly TaskRow[], width: number): { column: Column; width: number }[] {
  for (let leftOut = 0; ; leftOut++) {
    const without = leastImportant.slice(0, leftOut);
    const kept = columns.filter((column) => !without.includes(column));
    const room = width - (kept.length + 1);
    const least = kept.reduce((sum, column) => sum + column.leastWidth + CELL_PADDING, 0);
    if (least <= room || leftOut === leastImportant.length) return shrunk(kept, rows, room);
  }
}

function shrunk(kept: readonly Column[], rows: readonly TaskRow[], room: number): { column: Column; width: number }[] {
  const widths = new Map(kept.map((column) => [column, naturalWidth(column, rows)]));
  let excess = [...widths.values()].reduce((sum, one) => sum + one, 0) - room;
  for (const column of shortened) {
    const now = widths.get(column);
    if (now === undefined || excess <= 0) continue;
    const less = Math.min(excess, Math.max(0, now - column.leastWidth - CELL_PADDING));
    widths.set(column, now - less);
    excess -= less;
  }
  return kept.map((column) => ({ column, width: widths.get(column) ?? column.leastWidth }));
}

function naturalWidth(column: Column, rows: readonly TaskRow[]): number {
  const longest = rows.reduce((most, row) => Math.max(most, column.textOf(row).length), column.title.length);
  return Math.max(column.leastWidth, Math.min(MOST_WIDTH, longest)) + CELL_PADDING;
}
