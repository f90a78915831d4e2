import type { Dispatcher } from 'undici';

import type { Message, MessageTask } from '../../domain/notification/message';
import { postJson } from '../http/post-json';
import { RequestBudget } from '../http/request-budget';
import { cut, listed, type NotificationChannel } from './notification-channel';

// Teams refuses a message of more than 28 KB (docs/reference/notifications.md#teams).
const MAX_BYTES = 26_000;
const MAX_TASKS = 20;
const MAX_TEXT = 1_000;

/** A channel or chat of Microsoft Teams by the webhook of a workflow, whose address is a secret. */
export function createTeamsChannel(url: string, { dispatcher }: { dispatcher: Dispatcher }): NotificationChannel {
  // Teams takes four requests a second.
  const budget = new RequestBudget({ limit: 1, windowMs: 1_000 });
  const advice = {
    'not found': 'Make the workflow in Teams again and set notifications.teams to its address.',
    unauthorized: 'Copy the complete address of the workflow, with its signature, to notifications.teams.',
    refused: 'Look at the runs of the workflow in Teams: they say what it did not accept.',
  };
  return {
    name: 'teams',
    send: (message, { signal } = {}) =>
      postJson({ url }, teamsMessage(message), { system: 'Microsoft Teams', dispatcher, budget, signal, advice }),
  };
}

/** The body for the workflow "Post to a channel when a webhook request is received": a message with one Adaptive Card. */
export function teamsMessage(message: Message) {
  for (let atMost = MAX_TASKS; ; atMost = Math.floor(atMost / 2)) {
    const body = envelope(card(message, atMost));
    if (atMost === 0 || Buffer.byteLength(JSON.stringify(body)) <= MAX_BYTES) return body;
  }
}

function envelope(content: unknown) {
  const attachment = { contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content };
  return { type: 'message', attachments: [attachment] };
}

function card({ subject, sentence, nextActions, count, tasks, figures = [], page }: Message, atMost: number) {
  const { shown, more } = listed(tasks, count, atMost);
  const [only] = shown.length === 1 ? shown : [];
  const target = only?.page ?? page;
  return {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    msteams: { width: 'Full' },
    body: [
      textBlock([{ text: subject, weight: 'Bolder', size: 'Medium' }]),
      textBlock([{ text: sentence }]),
      ...figures.map(({ name, value }) => textBlock([{ text: `${name}: `, weight: 'Bolder' }, { text: value }])),
      ...shown.map(taskBlock),
      ...(more > 0 && tasks.length > 0 ? [textBlock([{ text: `and ${more} more`, isSubtle: true }])] : []),
      ...(nextActions.length > 0 ? [textBlock([{ text: 'Possible actions', weight: 'Bolder' }])] : []),
      ...nextActions.slice(0, MAX_TASKS).map((action) => textBlock([{ text: `• ${action}` }])),
    ],
    actions: [
      ...(target === undefined ? [] : [open(only?.page === undefined ? 'Open the board' : 'Open the task', target)]),
      ...(only?.picture === undefined ? [] : [open('Show the picture', only.picture)]),
    ],
  };
}

function taskBlock({ product, task, sentence, dueText, page }: MessageTask) {
  return textBlock([
    { text: product, weight: 'Bolder', ...(page !== undefined && { selectAction: open(product, page) }) },
    { text: ` (${task})${dueText === undefined ? '' : `, due ${dueText}`}: `, isSubtle: true },
    { text: sentence },
  ]);
}

interface TextRun {
  readonly text: string;
  readonly weight?: 'Bolder';
  readonly size?: 'Medium';
  readonly isSubtle?: boolean;
  readonly selectAction?: ReturnType<typeof open>;
}

/** Text runs are shown as they are, whereas a `TextBlock` would read Markdown and make links of a product's name. */
function textBlock(runs: readonly TextRun[]) {
  return {
    type: 'RichTextBlock',
    inlines: runs.map((run) => ({ type: 'TextRun', ...run, text: cut(run.text, MAX_TEXT) })),
  };
}

function open(title: string, url: string) {
  return { type: 'Action.OpenUrl', title: cut(title, 100), url };
}
