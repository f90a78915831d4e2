import { actorText } from '../../domain/operator/identity';
import { markdownText } from '../../domain/shared/markdown';
import type { TaskReference } from '../../domain/task/task';
import type { TaskEvent, TaskHints } from '../../domain/task/task-event';
import {
  type OperatorNotice,
  SEEN_EVENTS_MEMO,
  TRIGGER_MEMO,
} from '../../workflows/external-post-task/messages/messages';

/** The static summary of a task's workflow; the workflow shows the product once it has read the task. */
export function staticSummary(task: TaskReference, { hints }: Pick<TaskEvent, 'hints'>): string {
  return `${task.studio}: ${hints?.productCode ?? `External Post task ${task.taskId}`}`;
}

const eventTexts: Readonly<Record<TaskEvent['kind'], string>> = {
  ready: 'Creative Force says that the task is **ready to work**.',
  rejected: 'Creative Force says that the task was **rejected**.',
};

const sourceTexts: Readonly<Record<TaskEvent['source'], string>> = {
  webhook: 'Source: webhook.',
  sweep: 'Source: sweep of the listing.',
};

/** The static details of a run that a person has started. */
export function detailsOfManualStart(task: TaskReference, { reason, ...actor }: OperatorNotice): string {
  return [
    `**${actorText(actor)}** started the task by hand${reason === undefined ? '' : `: ${reason}`}.`,
    '',
    `- **Studio** ${task.studio}`,
    `- **Task** \`${task.taskId}\` (${task.contentCreationType})`,
  ].join('\n');
}

export function staticDetails(task: TaskReference, event: TaskEvent, isFound = false): string {
  const when = event.happenedAt === undefined ? [] : [`- **Sent** ${new Date(event.happenedAt).toISOString()}`];
  return [
    `${eventTexts[event.kind]} ${isFound ? 'Source: sweep of the listing; no webhook had come.' : sourceTexts[event.source]}`,
    '',
    `- **Studio** ${task.studio}`,
    `- **Task** \`${task.taskId}\` (${task.contentCreationType})`,
    `- **Event** \`${event.eventId}\``,
    ...when,
    ...hintLines(event.hints),
  ].join('\n');
}

/** What the event tells of job, product and step, for whoever looks before the task is read. */
function hintLines(hints: TaskHints = {}): string[] {
  const told: readonly (readonly [string, string | number | undefined])[] = [
    ['Job', hints.jobCode ?? hints.jobId],
    ['Product', hints.productCode ?? hints.productId],
    ['Project', hints.projectId],
    ['Deliverables', hints.deliverableIds?.join(', ')],
    ['Production type', hints.productionTypeId],
    ['Step', hints.stepId],
    ['Status', hints.stepStatusId],
  ];
  return told.flatMap(([name, value]) => (value === undefined ? [] : [`- **${name}** ${markdownText(String(value))}`]));
}

export interface RunTrigger extends Pick<TaskEvent, 'source' | 'kind' | 'eventId'> {
  /** The sweep has found the task: no webhook had come for it. */
  readonly isFound?: boolean | undefined;
}

/** The trigger in a run's memo; `undefined` for a run that a person started. */
export function readTrigger(memo: Readonly<Record<string, unknown>> | undefined): RunTrigger | undefined {
  const trigger = memo?.[TRIGGER_MEMO];
  if (typeof trigger !== 'object' || trigger === null) return undefined;
  const { source, kind, eventId, isFound } = trigger as Partial<Record<keyof RunTrigger, unknown>>;
  if (source !== 'webhook' && source !== 'sweep') return undefined;
  if (kind !== 'ready' && kind !== 'rejected') return undefined;
  if (typeof eventId !== 'string') return undefined;
  return { source, kind, eventId, ...(isFound === true && { isFound }) };
}

/** The ids of the events that an ended run had received, from its memo. */
export function readSeenEvents(memo: Readonly<Record<string, unknown>> | undefined): readonly string[] {
  const seen = memo?.[SEEN_EVENTS_MEMO];
  return Array.isArray(seen) ? seen.filter((id) => typeof id === 'string') : [];
}
