import { formatTime, pluralise } from '../../domain/shared/text';
import { shortId, stageText, type TaskList, type TaskSummary, type TaskSummaryWithStatus } from '../../starters';
import { plainTable } from '../shared/terminal-text';

const head = ['STUDIO', 'TASK', 'PRODUCT', 'STAGE', 'CAUSE', 'ROUND', 'SINCE'];

export function tasksTable(rows: readonly TaskSummaryWithStatus[], withDetails: boolean): string {
  const more = withDetails ? ['DEADLINE', 'FILES', 'WHAT'] : [];
  return plainTable(
    [...head, ...more],
    rows.map((row) => [...cells(row), ...(withDetails ? details(row) : [])]),
  );
}

/** Says how many there are, when not all are shown. */
export function countText(shown: number, { total }: Pick<TaskList, 'total'>): string {
  return shown < total
    ? `${pluralise(shown, 'task')} of ${total}; --limit shows more, filters fewer.`
    : `${pluralise(total, 'task')}.`;
}

export function taskSummaryLine(row: TaskSummary): string {
  const { studio, taskId, product, cause, round } = row;
  const why = cause === undefined ? '' : ` (${cause})`;
  return `${studio.padEnd(10)} ${shortId(taskId)} ${(product ?? '').padEnd(16)} ${stageText(row)}${why}, round ${round}`;
}

function cells(row: TaskSummary): string[] {
  const { studio, taskId, product, cause, round, since, foundBySweep } = row;
  const begun = formatTime(Date.parse(since)).replace(' UTC', 'Z');
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

function details({ status }: TaskSummaryWithStatus): string[] {
  if (status === undefined) return ['', '', 'It did not answer.'];
  const { deadline, delivered, expected, sentence } = status;
  return [
    deadline === undefined ? '' : formatTime(deadline).replace(' UTC', 'Z'),
    `${delivered} of ${expected}`,
    sentence.length > 100 ? `${sentence.slice(0, 99)}…` : sentence,
  ];
}
