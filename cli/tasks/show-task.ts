import type { DeliveredRound, DeliveryRecord } from '../../domain/delivery/delivery-record';
import { operatorActionText } from '../../domain/operator/operator-action';
import { possibleActions } from '../../domain/operator/possible-actions';
import { taskAddress } from '../../domain/task/board-address';
import { pluralise } from '../../domain/shared/text';
import { rejectionWords } from '../../domain/task/rejection-notes';
import type { TaskStatus } from '../../domain/task/task-status';
import { stageText, statusLine, type TaskReport } from '../../starters';
import { createPaint, type Paint } from '../shared/colours';
import { printable } from '../shared/terminal-text';
import { momentText, type TimeStyle } from '../shared/times';
import { isLate } from './tasks-text';

interface Style {
  readonly time: TimeStyle;
  readonly paint: Paint;
}

/** All that is known of a task, for a terminal. `boardUrl`: where people open the board. */
export function taskText(
  task: TaskReport,
  { boardUrl, ...time }: TimeStyle & { readonly boardUrl?: string | undefined },
  paint = createPaint(),
): string {
  const { studio, taskId, workflowId, product, stage, status, record, unanswered } = task;
  const style = { time, paint };
  const title = [studio, product, `task ${taskId}`].filter((part) => part !== undefined).join(' · ');
  return [
    paint.title(printable(title)),
    paint.stage(stage, printable(stageLine(task, time))),
    printable(`Workflow ${workflowId}`),
    ...(boardUrl === undefined ? [] : [`Board: ${boardUrl}${taskAddress(task)}`]),
    ...(record === undefined ? [] : recordText(record, style)),
    ...(status === undefined ? [] : statusText(task, status, style)),
    ...(unanswered === undefined ? [] : [printable(unanswered)]),
  ].join('\n');
}

function stageLine(task: TaskReport, time: TimeStyle): string {
  const { since, stageSince, ended, foundBySweep } = task;
  const moment = (iso: string): string => momentText(Date.parse(iso), time);
  const when = ended === undefined ? `since ${moment(stageSince)}` : `from ${moment(since)} to ${moment(ended)}`;
  return `${stageText(task)}, ${when}${foundBySweep ? '; found by the sweep, no webhook had come' : ''}`;
}

function statusText(task: TaskReport, status: TaskStatus, { time, paint }: Style): string[] {
  const { waitingFor, next, deadline, actions = [], rounds = [], warnings = [] } = status;
  const until = waitingFor?.until === undefined ? '' : `, until ${momentText(waitingFor.until, time)}`;
  const due = deadline === undefined ? undefined : `Due ${momentText(deadline, time)}.`;
  const isOverdue = isLate(
    { ...task, due: deadline === undefined ? undefined : new Date(deadline).toISOString() },
    time.now,
  );
  return [
    printable(statusLine(status)),
    ...(waitingFor === undefined ? [] : [printable(`Waits for ${waitingFor.what}${until}.`)]),
    ...(next === undefined ? [] : [printable(`Next: ${next}`)]),
    filesText(status),
    ...(due === undefined ? [] : [isOverdue ? paint.alarm(due) : due]),
    ...rejectionLines(status, time),
    ...possibleActionLines(task, status),
    ...section('Warnings:', warnings),
    ...section('Operator actions:', actions.map(operatorActionText)),
    ...roundsText(rounds, time),
  ];
}

function recordText({ outcome, sentence, rounds, actions }: DeliveryRecord, { time }: Style): string[] {
  return [
    printable(`Ended, ${outcome}: ${sentence}`),
    ...section('Operator actions:', actions.map(operatorActionText)),
    ...(rounds.length === 0 ? ['Nothing was submitted in this run.'] : roundsText(rounds, time)),
  ];
}

/** `First delivery: 3 of 3 delivered; Creative Force has 3.` */
function filesText({
  round,
  expected,
  delivered,
  returned,
}: Pick<TaskStatus, 'round' | 'expected' | 'delivered' | 'returned'>): string {
  const which = round === 0 ? 'First delivery' : `Round ${round}`;
  const there = returned === undefined ? '' : `; Creative Force has ${returned}`;
  return `${which}: ${delivered} of ${expected} delivered${there}.`;
}

function roundsText(rounds: readonly DeliveredRound[], time: TimeStyle): string[] {
  return rounds.flatMap(({ round, submittedAt, files }) => [
    `Submitted ${momentText(Date.parse(submittedAt), time)} (${round === 0 ? 'first delivery' : `round ${round}`}, ${pluralise(files.length, 'file')}):`,
    ...files.map(({ label, fileName, bytes, sha256, outputId }) =>
      printable(`  ${label}: ${fileName}, ${bytes} bytes, SHA-256 ${sha256.slice(0, 8)}…, Celtra output ${outputId}`),
    ),
  ]);
}

/** What reviewers have said and drawn, in words, of the last rejection first. */
function rejectionLines({ rejections = [] }: TaskStatus, time: TimeStyle): string[] {
  return rejections.toReversed().flatMap(({ round, at, notes }) => {
    const what = round === 0 ? 'the first delivery' : `round ${round}`;
    const words = notes.flatMap(rejectionWords);
    return section(`Rejection of ${what}, ${momentText(at, time)}:`, words.length === 0 ? ['Without a note.'] : words);
  });
}

/** A title and a command that can be pasted for each. */
function possibleActionLines(task: TaskReport, status: TaskStatus): string[] {
  const elsewhere = (status.attention?.nextActions ?? []).map((sentence) => `  ${sentence}`);
  const here = possibleActions(task, status, { isEnded: task.ended !== undefined });
  const lines = [...elsewhere, ...here.flatMap(({ title, command }) => [`  ${title}:`, `    ${command}`])];
  return lines.length === 0 ? [] : ['Possible actions:', ...lines.map(printable)];
}

function section(title: string, lines: readonly string[] = []): string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => printable(`  - ${line}`))];
}
