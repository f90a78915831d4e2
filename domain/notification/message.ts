import { bullets, pluralise } from '../shared/text';
import { coverAddress, taskAddress } from '../task/board-address';
import { taskWorkflowId } from '../task/workflow-id';
import type { Notice, NoticeGroup, NoticeKind } from './notice';

/** One task in a message. */
export interface MessageTask {
  readonly task: string;
  readonly product: string;
  readonly sentence: string;
  readonly workflowId: string;
  /** ISO 8601, UTC. */
  readonly due?: string | undefined;
  /** The same in words, in the studio's time zone. */
  readonly dueText?: string | undefined;
  /** The task's page of the board. */
  readonly page?: string | undefined;
  /** Address of a small picture on the board. */
  readonly picture?: string | undefined;
}

/** What a studio is told, whatever the channel. Every text may hold words of a product or of a person: channels escape it. */
export interface Message {
  readonly kind: NoticeKind | 'sweep overdue' | 'daily summary';
  readonly studio: string;
  readonly cause?: string | undefined;
  /** One line. */
  readonly subject: string;
  readonly sentence: string;
  readonly nextActions: readonly string[];
  /** Of how many tasks it tells. */
  readonly count: number;
  /** The first of them. */
  readonly tasks: readonly MessageTask[];
  readonly figures?: readonly Figure[] | undefined;
  /** A page of the board. */
  readonly page?: string | undefined;
}

/** One figure of a summary, such as `delivered: 12`. */
export interface Figure {
  readonly name: string;
  readonly value: string;
}

/** What a message is made with. */
export interface MessageSettings {
  /** IANA name of the time zone in which times are written. */
  readonly timeZone: string;
  /** Address of the board without a slash at its end; absent means that there are no links. */
  readonly boardUrl?: string | undefined;
}

/** The message for notices of one studio, kind and cause. */
export function toMessage({ notices, count }: NoticeGroup, settings: MessageSettings): Message {
  const [first] = notices;
  const { kind, task, cause, title } = first;
  const about = cause === undefined ? kind : `${kind} (${cause})`;
  const isOne = count === 1;
  return {
    kind,
    studio: task.studio,
    cause,
    subject: oneLine(`${task.studio} · ${isOne ? title : pluralise(count, 'task')}: ${about}`),
    sentence: isOne ? first.sentence : `${pluralise(count, 'task')}: ${first.sentence}`,
    // Commands that name one task are of no use for the others.
    nextActions: first.nextActions.filter((action) => notices.every((one) => one.nextActions.includes(action))),
    count,
    tasks: notices.map((notice) => toMessageTask(notice, settings)),
    page: settings.boardUrl,
  };
}

function toMessageTask({ task, title, sentence, due }: Notice, { timeZone, boardUrl }: MessageSettings): MessageTask {
  return {
    task: task.taskId,
    product: oneLine(title),
    sentence,
    workflowId: taskWorkflowId(task),
    due: due === undefined ? undefined : new Date(due).toISOString(),
    dueText: due === undefined ? undefined : zonedTime(due, timeZone),
    page: boardUrl === undefined ? undefined : `${boardUrl}${taskAddress(task)}`,
    picture: boardUrl === undefined ? undefined : `${boardUrl}${coverAddress(task)}`,
  };
}

/** The message that a studio's listing has not been swept; the sentence says what to do. */
export function overdueSweepMessage(studio: string, sentence: string): Message {
  const subject = `${studio}: the listing is not swept`;
  return { kind: 'sweep overdue', studio, subject, sentence, nextActions: [], count: 0, tasks: [] };
}

/** The message as plain text, such as the body of an e-mail. */
export function messageText({ sentence, nextActions, count, tasks, figures = [], page }: Message): string {
  const more = count - tasks.length;
  const parts = [
    sentence,
    ...(figures.length > 0 ? [figures.map(({ name, value }) => `${name}: ${value}`).join('\n')] : []),
    ...(nextActions.length > 0 ? [`Possible actions:\n${bullets(nextActions)}`] : []),
    ...(tasks.length > 0 ? [`${tasks.length === 1 ? 'Task' : 'Tasks'}:\n${bullets(tasks.map(taskText))}`] : []),
    ...(more > 0 && tasks.length > 0 ? [`and ${more} more`] : []),
    ...(page === undefined ? [] : [`Board: ${page}`]),
  ];
  return parts.join('\n\n');
}

function taskText({ product, task, sentence, dueText, page, workflowId }: MessageTask): string {
  const due = dueText === undefined ? '' : ` Due ${dueText}.`;
  return `${product} (${task}): ${sentence}${due}\n  ${page ?? `Workflow ${workflowId}`}`;
}

/** A time as people of a studio write it: `Sun, 29 Nov 2026, 14:05 CET`. Unix milliseconds. */
export function zonedTime(moment: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  }).format(moment);
}

/** A subject is a header of an e-mail, where a line break would end it; and no text may turn the direction of what follows. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, ' ').trim();
}
