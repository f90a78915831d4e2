import { pluralise } from '../../domain/shared/text';
import { relativeTime } from '../../domain/shared/time-text';
import { shortId, stageText, type TaskList, type TaskSummary, type TaskSummaryWithStatus } from '../../starters';
import { createPaint, type Paint } from '../shared/colours';
import { type ColumnWidth, fitColumns } from '../shared/fit-columns';
import { type ColouredCell, plainTable } from '../shared/terminal-text';
import { shortMomentText, type TimeStyle } from '../shared/times';

const names = ['STUDIO', 'TASK', 'PRODUCT', 'STAGE', 'CAUSE', 'ROUND', 'SINCE', 'DUE', 'FILES', 'WHAT'] as const;
type Column = (typeof names)[number];

/** On a narrow terminal a column keeps at least as many characters as these, and is left out where even that is too wide. */
const leastWidths: Readonly<Partial<Record<Column, number>>> = {
  STUDIO: 6,
  PRODUCT: 10,
  STAGE: 12,
  CAUSE: 12,
  WHAT: 20,
};
const leastImportant: readonly Column[] = ['ROUND', 'WHAT', 'FILES', 'SINCE', 'STUDIO'];
const shortened: readonly Column[] = ['WHAT', 'PRODUCT', 'CAUSE', 'STUDIO', 'STAGE'];
/** Between two columns. */
const GAP = 2;

export interface TaskTableStyle {
  readonly time: TimeStyle;
  readonly withDetails?: boolean;
  readonly paint?: Paint;
  /** The width of the terminal, which no line exceeds; absent: any. */
  readonly width?: number | undefined;
}

type Cells = Readonly<Record<Column, ColouredCell>>;

/** One line a task: since when it is in its stage, and when it is due. */
export function tasksTable(
  rows: readonly TaskSummaryWithStatus[],
  { withDetails = false, time, paint = createPaint(), width = Infinity }: TaskTableStyle,
): string {
  const shown = names.filter((name) => withDetails || (name !== 'FILES' && name !== 'WHAT'));
  const cellsOf = (isNarrow: boolean): Cells[] => rows.map((row) => cells(row, time, paint, isNarrow));
  const all = cellsOf(false);
  const fitting = tableWidth(naturalWidths(shown, all)) > width ? cellsOf(true) : all;
  const widths = fitColumns(naturalWidths(shown, fitting), {
    room: width + GAP,
    between: GAP,
    leastImportant,
    shortened,
  });
  return plainTable(
    [...widths.keys()],
    fitting.map((row) =>
      [...widths].map(([name, most]) => ({ ...row[name], text: shortenText(row[name].text, most) })),
    ),
  );
}

function naturalWidths(shown: readonly Column[], rows: readonly Cells[]): ReadonlyMap<Column, ColumnWidth> {
  return new Map(
    shown.map((name) => {
      const natural = rows.reduce((most, row) => Math.max(most, row[name].text.length), name.length);
      return [name, { natural, least: Math.min(natural, leastWidths[name] ?? natural) }];
    }),
  );
}

function tableWidth(widths: ReadonlyMap<Column, ColumnWidth>): number {
  return [...widths.values()].reduce((sum, { natural }) => sum + natural + GAP, -GAP);
}

function shortenText(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, Math.max(0, most - 1))}…`;
}

/** Says how many there are, when not all are shown. */
export function countText(shown: number, { total }: Pick<TaskList, 'total'>): string {
  return shown < total
    ? `${pluralise(shown, 'task')} of ${total}. Use --limit to see more, filters to see fewer.`
    : `${pluralise(total, 'task')}.`;
}

export function taskSummaryLine(row: TaskSummary): string {
  const { studio, taskId, product, round } = row;
  const why = causeText(row);
  const about = why === '' ? '' : ` (${why})`;
  return `${studio.padEnd(10)} ${shortId(taskId)} ${(product ?? '').padEnd(16)} ${stageText(row)}${about}, round ${round}`;
}

/** Whether its deadline has passed before it was submitted. */
export function isLate({ due, stage, ended }: TaskSummary, now: number): boolean {
  return due !== undefined && Date.parse(due) < now && ended === undefined && isOpenStage(stage);
}

function isOpenStage(stage: string | undefined): boolean {
  return stage !== 'Awaiting verdict' && stage !== 'Done';
}

function causeText({ cause, isTryingAgain }: TaskSummary): string {
  return [cause, isTryingAgain ? '(trying again)' : undefined].filter((part) => part !== undefined).join(' ');
}

/** Where it is narrow, a time is only how far away it is. */
function cells(row: TaskSummaryWithStatus, time: TimeStyle, paint: Paint, isNarrow: boolean): Cells {
  const { studio, taskId, product, stage, round, stageSince, due, foundBySweep, status } = row;
  const plain = (text: string): ColouredCell => ({ text, colour: (same) => same });
  const shown = (moment: number): string => (isNarrow ? relativeTime(moment, time.now) : shortMomentText(moment, time));
  const since = shown(Date.parse(stageSince));
  const dueText = due === undefined ? '' : shown(Date.parse(due));
  return {
    STUDIO: plain(studio),
    TASK: plain(shortId(taskId)),
    PRODUCT: plain(product ?? ''),
    STAGE: { text: stageText(row), colour: (text) => paint.stage(stage, text) },
    CAUSE: plain(causeText(row)),
    ROUND: plain(String(round)),
    SINCE: plain(foundBySweep && !isNarrow ? `${since} (by the sweep)` : since),
    DUE: isLate(row, time.now) ? { text: dueText, colour: paint.alarm } : plain(dueText),
    FILES: plain(status === undefined ? '' : `${status.delivered} of ${status.expected}`),
    WHAT: plain(status === undefined ? 'It did not respond.' : shortenText(status.sentence, MOST_OF_SENTENCE)),
  };
}

const MOST_OF_SENTENCE = 100;
