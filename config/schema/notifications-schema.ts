import { z } from 'zod';

import { duration } from '../shared/duration';
import { address, isObject, RUN_DESPITE_ISSUES, secret, secretAddress, secretOfForm, timeZone } from '../shared/values';

const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

const MAILBOX = /^(?:[^<>\p{Cc}]*<)?[^\s<>@,;\p{Cc}]+@[^\s<>@,;\p{Cc}]+>?$/u;
const MAX_RECIPIENTS = 50;

const mailbox = () =>
  z
    .string()
    .max(320)
    .regex(MAILBOX, 'is not an e-mail address such as studio@example.com or "Studio <studio@example.com>"');

const email = z.strictObject({
  server: secretOfForm(smtpFault).describe(
    'The mail server with user and password: `smtps://user:password@host:465`, or `smtp://…:587` with STARTTLS.',
  ),
  from: mailbox().describe('The sender.'),
  to: z.array(mailbox()).min(1).max(MAX_RECIPIENTS).describe('Who gets the messages.'),
});

const webhook = z.strictObject({
  url: address().describe('Address to which each message is posted as JSON.'),
  bearer: secret().optional().describe('Sent as `Authorization: Bearer …`.'),
  secret: secretOfForm(webhookSecretFault)
    .optional()
    .describe(
      'Key of the signature (Standard Webhooks): `whsec_` and 24 to 64 bytes in Base64; absent means unsigned.',
    ),
});

const dailySummary = z.strictObject({
  at: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is not a time of day such as "07:30" (in quotes)')
    .prefault('07:30')
    .describe('When it is sent, in `timeZone`.'),
  days: z
    .array(z.enum(weekdays))
    .min(1)
    .prefault(['monday', 'tuesday', 'wednesday', 'thursday', 'friday'])
    .describe('On which days; the first one after a pause tells of the days between, too.'),
});

const channels = ['slack', 'teams', 'email', 'webhook'] as const;

export const notificationsSchema = z
  .strictObject({
    slack: secretAddress().optional().describe('Address of an incoming webhook of Slack.'),
    teams: secretAddress()
      .optional()
      .describe('Address of a workflow of Microsoft Teams that posts what a webhook brings.'),
    email: email.optional().describe('E-mail by SMTP.'),
    webhook: webhook.optional().describe('Any other program: a ticket system, a chat.'),
    groupFor: duration()
      .prefault('1m')
      .describe('How long a message waits for other tasks with the same cause, which it then lists as well.'),
    escalateAfter: duration().prefault('1d').describe('How long a task needs attention until a second notification.'),
    dailySummary: dailySummary
      .optional()
      .describe('A message of what was delivered and corrected, and of what is waiting and late; absent means none.'),
    timeZone: timeZone().describe('IANA name of the time zone of `dailySummary` and of the times in messages.'),
  })
  .superRefine((written: unknown, context) => {
    if (!isObject(written) || channels.some((name) => written[name] !== undefined)) return;
    context.addIssue({ code: 'custom', message: `names no channel; set one of ${channels.join(', ')}` });
  }, RUN_DESPITE_ISSUES);

function smtpFault(written: string): string | undefined {
  const example = 'write it like smtps://user:password@host:465';
  if (!URL.canParse(written))
    return `is not an address; ${example}, with % codes for special characters of the password`;
  const { protocol, hostname, pathname, search } = new URL(written);
  if (!['smtp:', 'smtps:'].includes(protocol) || hostname === '')
    return `must start with smtps:// or smtp://; ${example}`;
  return search === '' && ['', '/'].includes(pathname) ? undefined : `must end after the port; ${example}`;
}

function webhookSecretFault(written: string): string | undefined {
  const bytes = /^whsec_[A-Za-z0-9+/]+={0,2}$/.test(written) ? Buffer.from(written.slice(6), 'base64').length : 0;
  if (bytes >= 24 && bytes <= 64) return undefined;
  return 'is not whsec_ and 24 to 64 bytes in Base64; make one with: echo "whsec_$(openssl rand -base64 32)"';
}
