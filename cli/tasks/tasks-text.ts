import { clockTime, counted } from '../../domain/words';
import { plainTable } from '../plain-table';
import type { TaskList } from './list-tasks';
import type { DetailedRow } from './task-details';
import { shortId, stageText, type TaskRow } from './task-row';

const head = ['STUDIO', 'TASK', 'PRODUCT', 'STAGE', 'CAUSE', 'ROUND', 'SINCE'];

/** The tasks as a table; with details, what each says of itself too. */
export function tasksTable(rows: readonly DetailedRow[], withDetails: boolean): string {
  const more = withDetails ? ['DEADLINE', 'FILES', 'WHAT'] : [];
  return plainTable(
    [...head, ...more],
    rows.map((row) => [...cells(row), ...(withDetails ? details(row) : [])]),
  );
}

/** Says how many there are, when not all are shown. */
export function shownOf(shown: number, { total }: Pick<TaskList, 'total'>): string {
  return shown < total
    ? `${counted(shown, 'task')} of ${total}; --limit shows more, filters fewer.`
    : `${counted(total, 'task')}.`;
}

/** One line for one task, as a log of changes prints it. */
export function taskLine(row: TaskRow): string {
  const { studio, taskId, product, cause, round } = row;
  const why = cause === undefined ? '' : ` (${cause})`;
  return `${studio.padEnd(10)} ${shortId(taskId)} ${(product ?? '').padEnd(16)} ${stageText(row)}${why}, round ${round}`;
}

function cells(row: TaskRow): string[] {
  const { studio, taskId, product, cause, round, since, foundBySweep } = row;
  const begun = clockTime(Date.parse(since)).replace(' UTC', 'Z');
  return [
    studio,
    shortId(taskId),
    product ?? '',
    stageText(row),
    cause ?? '',
    String(round),
    foundBySweep ? `${begun} (by the sweep)` : begun,
  ];
}

function details({ status }: DetailedRow): string[] {
  if (status === undefined) return ['', '', 'It could not be asked.'];
  const { deadline, delivered, expected, sentence } = status;
  return [
    deadline === undefined ? '' : clockTime(deadline).replace(' UTC', 'Z'),
    `${delivered} of ${expected}`,
    sentence.length > 100 ? `${sentence.slice(0, 99)}…` : sentence,
  ];
}
