import type { Dispatcher } from 'undici';

import type { Message, MessageTask } from '../../domain/notification/message';
import { postJson } from '../http/post-json';
import { RequestBudget } from '../http/request-budget';
import { cut, listed, type NotificationChannel } from './notification-channel';

// Limits of Slack's Block Kit (docs/reference/notifications.md#slack).
const MAX_HEADER = 150;
const MAX_SECTION = 3_000;
const MAX_TASKS = 20;

/** A channel of Slack by an incoming webhook, whose address is a secret. */
export function createSlackChannel(url: string, { dispatcher }: { dispatcher: Dispatcher }): NotificationChannel {
  // Slack takes one message a second for each webhook.
  const budget = new RequestBudget({ limit: 1, windowMs: 1_000 });
  const advice = {
    'not found': 'Make a new incoming webhook in Slack and set notifications.slack to it.',
    forbidden: 'Ask an admin of the Slack workspace whether the app may post to its channel.',
    refused: 'Look at the app of the incoming webhook in Slack.',
  };
  return {
    name: 'slack',
    send: (message, { signal } = {}) =>
      postJson({ url }, slackMessage(message), { system: 'Slack', dispatcher, budget, signal, advice }),
  };
}

/** The body for an incoming webhook. */
export function slackMessage(message: Message) {
  const { subject, sentence, nextActions, count, tasks, figures = [], page } = message;
  const { shown, more } = listed(tasks, count, MAX_TASKS);
  const rows = shown.map(taskLine);
  const links = page === undefined ? [] : [link(page, 'Open the board')];
  return {
    // What a phone shows, and a client that knows no blocks.
    text: escape(cut(subject, MAX_SECTION / 2)),
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: cut(subject, MAX_HEADER), emoji: false } },
      section(escape(sentence)),
      ...(figures.length > 0
        ? [section(lines(figures.map(({ name, value }) => `*${escape(name)}:* ${escape(value)}`)))]
        : []),
      ...rows.map((row) => section(row)),
      ...(more > 0 && shown.length > 0 ? [section(`and ${more} more`)] : []),
      ...(nextActions.length > 0
        ? [section(lines(['*Possible actions*', ...nextActions.map((action) => `• ${escape(action)}`)]))]
        : []),
      ...(links.length > 0 ? [{ type: 'context', elements: [mrkdwn(lines(links))] }] : []),
    ],
  };
}

function taskLine({ product, task, sentence, dueText, page, picture }: MessageTask): string {
  const name = page === undefined ? `*${escape(product)}*` : `*${link(page, product)}*`;
  const facts = [
    escape(task),
    ...(dueText === undefined ? [] : [`due ${escape(dueText)}`]),
    ...(picture === undefined ? [] : [link(picture, 'picture')]),
  ];
  return lines([`${name} (${facts.join(' · ')})`, escape(sentence)]);
}

function section(text: string) {
  return { type: 'section', text: mrkdwn(cutEscaped(text, MAX_SECTION)) };
}

/** `verbatim`: Slack makes no links, mentions or channels of words of a product's name. */
function mrkdwn(text: string) {
  return { type: 'mrkdwn', text, verbatim: true };
}

/** An entity that is cut in the middle would be shown as it is. */
function cutEscaped(text: string, atMost: number): string {
  if (text.length <= atMost) return text;
  const short = cut(text, atMost).slice(0, -1);
  const begun = Math.max(
    short.lastIndexOf('&') > short.lastIndexOf(';') ? short.lastIndexOf('&') : -1,
    short.lastIndexOf('<') > short.lastIndexOf('>') ? short.lastIndexOf('<') : -1,
  );
  return `${begun === -1 ? short : short.slice(0, begun)}…`;
}

function lines(texts: readonly string[]): string {
  return texts.join('\n');
}

function link(url: string, text: string): string {
  // A "|" would end the address, and a ">" the link.
  return `<${escape(url).replaceAll('|', '%7C')}|${escape(text).replaceAll('|', '¦')}>`;
}

/** Slack's three control characters, so that no text of a product mentions a channel or makes a link. */
function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
