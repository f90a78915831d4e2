import Table from 'cli-table3';

import { fitColumns } from '../../cli/shared/fit-columns';
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

type Column = Exclude<keyof TaskRow, 'taskId' | 'verdict'> | 'ledger';

/** In the order of the table. A column is never narrower, borders not counted. */
const columns: Readonly<Record<Column, { readonly textOf: (row: TaskRow) => string; readonly least: number }>> = {
  studio: { textOf: (row) => row.studio, least: 8 },
  product: { textOf: (row) => row.product, least: 14 },
  webhook: { textOf: (row) => row.webhook, least: 9 },
  stage: { textOf: (row) => dayStageText(row), least: 18 },
  ledger: { textOf: (row) => row.verdict, least: 10 },
};
const names = Object.keys(columns) as Column[];
const leastImportant: readonly Column[] = ['webhook', 'ledger', 'studio'];
const shortened: readonly Column[] = ['product', 'stage', 'studio', 'ledger', 'webhook'];

const CELL_PADDING = 2;
/** Borders above, below and under the head, the head itself, and the line that counts the rest. */
const LINES_AROUND = 5;
const MOST_WIDTH = 60;

/** The live table of a day, one line a task, never wider or higher than the terminal; `above`: lines that stand above it. */
export function dayTable(rows: readonly TaskRow[], { columns: width, rows: height }: TerminalSize, above = 0): string {
  const shown = chosenRows(rows, Math.max(1, height - above - LINES_AROUND - 1));
  const fitting = fittingColumns(shown, width);
  const table = new Table({
    head: [...fitting.keys()],
    colWidths: [...fitting.values()].map((one) => one + CELL_PADDING),
    style: { head: ['bold'], compact: true },
  });
  for (const row of shown) table.push([...fitting.keys()].map((name) => printable(columns[name].textOf(row))));
  const left = rows.length - shown.length;
  return left === 0 ? table.toString() : `${table.toString()}\nand ${left} more`;
}

/** E.g. `Correction delivered, accepted`. */
export function dayStageText({ stage, verdict }: Pick<TaskRow, 'stage' | 'verdict'>): string {
  return verdict === 'done' ? `${stage}, accepted` : stage;
}

/** Where not all fit, those in progress; in the order of the day. */
function chosenRows(rows: readonly TaskRow[], most: number): readonly TaskRow[] {
  if (rows.length <= most) return rows;
  const rank = ({ stage, verdict }: TaskRow): number => (verdict === 'done' ? 2 : stage === 'Not ready yet' ? 1 : 0);
  const chosen = new Set(rows.toSorted((one, other) => rank(one) - rank(other)).slice(0, most));
  return rows.filter((row) => chosen.has(row));
}

/** The columns that fit, with their widths. */
function fittingColumns(rows: readonly TaskRow[], width: number): ReadonlyMap<Column, number> {
  const widths = names.map((name) => {
    const { textOf, least } = columns[name];
    const longest = rows.reduce((most, row) => Math.max(most, textOf(row).length), name.length);
    return [name, { natural: Math.max(least, Math.min(MOST_WIDTH, longest)), least }] as const;
  });
  // Each column has a border at its left, and the last one at its right as well.
  return fitColumns(new Map(widths), { room: width - 1, between: CELL_PADDING + 1, leastImportant, shortened });
}
