import type { DeliveredRound, DeliveryRecord } from '../../domain/delivery/delivery-record';
import { possibleActions } from '../../domain/operator/possible-actions';
import { operatorActionText } from '../../domain/operator/operator-action';
import { formatTime, pluralise } from '../../domain/shared/text';
import type { TaskStatus } from '../../domain/task/task-status';
import { stageText, type TaskReport } from '../../starters';
import { printable } from '../shared/terminal-text';

export function taskText(task: TaskReport): string {
  const { studio, taskId, workflowId, product, since, ended, foundBySweep, status, record, unanswered } = task;
  const run = ended === undefined ? `since ${time(since)}` : `from ${time(since)} to ${time(ended)}`;
  return [
    [studio, product, `task ${taskId}`].filter((part) => part !== undefined).join(' · '),
    `${stageText(task)}, ${run}; workflow ${workflowId}${foundBySweep ? '; found by the sweep, no webhook had come' : ''}`,
    ...(record === undefined ? [] : recordText(record)),
    ...(status === undefined ? [] : statusText(task, status)),
    ...(unanswered === undefined ? [] : [unanswered]),
  ]
    .map(printable)
    .join('\n');
}

function time(iso: string): string {
  return formatTime(Date.parse(iso));
}

function statusText(task: TaskReport, status: TaskStatus): string[] {
  const { stage, sentence, attention, waitingFor, next, deadline, actions = [], rounds = [] } = status;
  const until = waitingFor?.until === undefined ? '' : `, until ${formatTime(waitingFor.until)}`;
  return [
    `${stage}${attention === undefined ? '' : ` (${attention.cause})`}: ${sentence}`,
    ...(waitingFor === undefined ? [] : [`Waits for ${waitingFor.what}${until}.`]),
    ...(next === undefined ? [] : [`Next: ${next}`]),
    filesText(status),
    ...(deadline === undefined ? [] : [`Due ${formatTime(deadline)}.`]),
    ...possibleActionLines(task, status),
    ...section('Operator actions:', actions.map(operatorActionText)),
    ...roundsText(rounds),
  ];
}

function recordText({ outcome, sentence, rounds, actions }: DeliveryRecord): string[] {
  return [
    `Ended, ${outcome}: ${sentence}`,
    ...section('Operator actions:', actions.map(operatorActionText)),
    ...(rounds.length === 0 ? ['Nothing was submitted in this run.'] : roundsText(rounds)),
  ];
}

function filesText({ round, expected, delivered, returned }: TaskStatus): string {
  const which = round === 0 ? 'First delivery' : `Round ${round}`;
  const back = returned === undefined ? '' : `; Creative Force shows ${returned} as returned`;
  return `${which}: ${delivered} of ${pluralise(expected, 'file')} sent${back}.`;
}

function roundsText(rounds: readonly DeliveredRound[]): string[] {
  return rounds.flatMap(({ round, submittedAt, files }) => [
    `Submitted ${formatTime(Date.parse(submittedAt))} (${round === 0 ? 'first delivery' : `round ${round}`}):`,
    ...files.map(
      ({ label, fileName, bytes, sha256, outputId }) =>
        `  ${label}: ${fileName}, ${bytes} bytes, SHA-256 ${sha256.slice(0, 8)}…, Celtra output ${outputId}`,
    ),
  ]);
}

/** A title and a command that can be pasted for each. */
function possibleActionLines(task: TaskReport, status: TaskStatus): string[] {
  const elsewhere = (status.attention?.nextActions ?? []).map((sentence) => `  ${sentence}`);
  const here = possibleActions(task, status).flatMap(({ title, command }) => [`  ${title}:`, `    ${command}`]);
  return here.length === 0 ? [] : ['Possible actions:', ...elsewhere, ...here];
}

function section(title: string, lines: readonly string[] = []): string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  - ${line}`)];
}
