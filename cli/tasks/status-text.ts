import { operatorActionText } from '../../domain/operator/operator-action';
import type { DeliveredRound, DeliveryRecord } from '../../domain/delivery/delivery-record';
import type { TaskStatus } from '../../domain/task/task-status';
import { formatTime, pluralise } from '../../domain/shared/text';

/** Where a task stands, in words: what it answers to the query `status`. */
export function statusText(status: TaskStatus): string[] {
  const { stage, sentence, attention, waitingFor, next, deadline, actions: acts = [], rounds = [] } = status;
  const until = waitingFor?.until === undefined ? '' : `, until ${formatTime(waitingFor.until)}`;
  return [
    `${stage}${attention === undefined ? '' : ` (${attention.cause})`}: ${sentence}`,
    ...(waitingFor === undefined ? [] : [`Waits for ${waitingFor.what}${until}.`]),
    ...(next === undefined ? [] : [`Next: ${next}`]),
    filesText(status),
    ...(deadline === undefined ? [] : [`Due ${formatTime(deadline)}.`]),
    ...section('What can be done:', attention?.nextActions),
    ...section('What people did:', acts.map(operatorActionText)),
    ...roundsText(rounds),
  ];
}

/** What a run has left behind that has ended: its delivery record. */
export function recordText({ outcome, sentence, rounds, actions: acts = [] }: DeliveryRecord): string[] {
  return [
    `Ended, ${outcome}: ${sentence}`,
    ...section('What people did:', acts.map(operatorActionText)),
    ...(rounds.length === 0 ? ['Nothing was submitted in this run.'] : roundsText(rounds)),
  ];
}

/** One line of where a task stands, for the end of an act. */
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
