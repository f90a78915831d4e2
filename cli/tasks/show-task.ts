import type { Client } from '@temporalio/client';

import type { DeliveredRound, DeliveryRecord } from '../../domain/delivery/delivery-record';
import { operatorActionText } from '../../domain/operator/operator-action';
import { formatTime, pluralise } from '../../domain/shared/text';
import type { TaskStatus } from '../../domain/task/task-status';
import { CommandError } from '../exit-codes';
import { printable } from '../shared/terminal-text';
import { queryStatus, readDeliveryRecord } from './query-status';
import { stageText, type TaskSummary } from './task-summary';

export interface TaskReport extends TaskSummary {
  /** What the task itself says, while it runs; of an ended one, what it said last. */
  readonly status?: TaskStatus | undefined;
  /** What a run that has ended by itself has left. */
  readonly record?: DeliveryRecord | undefined;
  /** Why the task itself says nothing. */
  readonly unanswered?: string | undefined;
}

/** Reads all that is known of a task. Of a cancelled one only its last status says what its side effects were. */
export async function readTaskReport(client: Client, row: TaskSummary): Promise<TaskReport> {
  if (row.ended !== undefined && row.endedBy === undefined)
    return { ...row, record: await readDeliveryRecord(client, row) };
  try {
    return { ...row, status: await queryStatus(client, row) };
  } catch (error) {
    if (error instanceof CommandError) return { ...row, unanswered: error.message };
    throw error;
  }
}

export function taskText(task: TaskReport): string {
  const { studio, taskId, workflowId, product, since, ended, foundBySweep, status, record, unanswered } = task;
  const run = ended === undefined ? `since ${time(since)}` : `from ${time(since)} to ${time(ended)}`;
  return [
    [studio, product, `task ${taskId}`].filter((part) => part !== undefined).join(' · '),
    `${stageText(task)}, ${run}; workflow ${workflowId}${foundBySweep ? '; found by the sweep, no webhook had come' : ''}`,
    ...(record === undefined ? [] : recordText(record)),
    ...(status === undefined ? [] : statusText(status)),
    ...(unanswered === undefined ? [] : [unanswered]),
  ]
    .map(printable)
    .join('\n');
}

function time(iso: string): string {
  return formatTime(Date.parse(iso));
}

function statusText(status: TaskStatus): string[] {
  const { stage, sentence, attention, waitingFor, next, deadline, actions = [], rounds = [] } = status;
  const until = waitingFor?.until === undefined ? '' : `, until ${formatTime(waitingFor.until)}`;
  return [
    `${stage}${attention === undefined ? '' : ` (${attention.cause})`}: ${sentence}`,
    ...(waitingFor === undefined ? [] : [`Waits for ${waitingFor.what}${until}.`]),
    ...(next === undefined ? [] : [`Next: ${next}`]),
    filesText(status),
    ...(deadline === undefined ? [] : [`Due ${formatTime(deadline)}.`]),
    ...section('Possible actions:', attention?.nextActions),
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

export function statusLine({ stage, attention, sentence }: TaskStatus): string {
  return `${stage}${attention === undefined ? '' : ` (${attention.cause})`}: ${sentence}`;
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

function section(title: string, lines: readonly string[] = []): string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  - ${line}`)];
}
