import { pluralise } from '../../domain/shared/text';
import { shortId, stageText, type TaskList, type TaskSummary, type TaskSummaryWithStatus } from '../../starters';
import { createPaint, type Paint } from '../shared/colours';
import { type ColouredCell, plainTable } from '../shared/terminal-text';
import { shortMomentText, type TimeStyle } from '../shared/times';

const head = ['STUDIO', 'TASK', 'PRODUCT', 'STAGE', 'CAUSE', 'ROUND', 'SINCE', 'DUE'];

export interface TaskTableStyle {
  readonly time: TimeStyle;
  readonly withDetails?: boolean;
  readonly paint?: Paint;
}

/** One line a task: since when it is in its stage, and when it is due. */
export function tasksTable(rows: readonly TaskSummaryWithStatus[], style: TaskTableStyle): string {
  const { withDetails = false, time, paint = createPaint() } = style;
  return plainTable(
    [...head, ...(withDetails ? ['FILES', 'WHAT'] : [])],
    rows.map((row) => [...cells(row, time, paint), ...(withDetails ? details(row) : [])]),
  );
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

function cells(row: TaskSummary, time: TimeStyle, paint: Paint): (string | ColouredCell)[] {
  const { studio, taskId, product, stage, round, stageSince, due, foundBySweep } = row;
  const since = shortMomentText(Date.parse(stageSince), time);
  return [
    studio,
    shortId(taskId),
    product ?? '',
    { text: stageText(row), colour: (text) => paint.stage(stage, text) },
    causeText(row),
    String(round),
    foundBySweep ? `${since} (by the sweep)` : since,
    {
      text: due === undefined ? '' : shortMomentText(Date.parse(due), time),
      colour: isLate(row, time.now) ? paint.alarm : (text) => text,
    },
  ];
}

function details({ status }: TaskSummaryWithStatus): string[] {
  if (status === undefined) return ['', 'It did not respond.'];
  const { delivered, expected, sentence } = status;
  return [`${delivered} of ${expected}`, sentence.length > 100 ? `${sentence.slice(0, 99)}…` : sentence];
}
