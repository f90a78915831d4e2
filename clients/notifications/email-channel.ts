import { Liquid } from 'liquidjs';
import type { SMTPTransportOptions } from 'nodemailer';

import type { Message } from '../../domain/notification/message';
import { redact } from '../http/redact';
import { RemoteCallError, type RemoteCallErrorKind } from '../remote-call-error';
import type { MessagePicture, NotificationChannel } from './notification-channel';

export interface EmailSettings {
  /** `smtps://user:password@host:465` or `smtp://…:587`, which must offer STARTTLS unless the host is this computer. */
  readonly server: string;
  readonly from: string;
  readonly to: readonly string[];
}

const MAX_PICTURES = 10;
const MAX_PICTURE_BYTES = 200_000;

/** E-mail by SMTP. A new connection for each message, because there are few. */
export function createEmailChannel(
  { server, from, to }: EmailSettings,
  { toText }: { readonly toText: (message: Message) => string },
): NotificationChannel {
  const url = new URL(server);
  return {
    name: 'email',
    send: async (message, { id, signal, pictures = [] } = {}) => {
      signal?.throwIfAborted();
      // Loaded by the first message, because most processes send none.
      const { createTransport } = await import('nodemailer');
      const transport = createTransport(transportOptions(url));
      const embedded = attachable(pictures);
      let refused: readonly string[];
      try {
        const { rejected } = await transport.sendMail({
          from,
          to: [...to],
          subject: message.subject,
          text: toText(message),
          html: emailHtml(message, new Map(embedded.map(({ task, cid }) => [task, cid]))),
          attachments: embedded.map(({ cid, bytes, contentType }) => ({
            cid,
            contentType,
            contentDisposition: 'inline' as const,
            filename: `${cid}.${contentType.split('/')[1] ?? 'bin'}`,
            content: Buffer.from(bytes),
          })),
          ...(id !== undefined && { messageId: `<${id}@extpost>` }),
          // So that an absence note does not answer.
          headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
          disableFileAccess: true,
          disableUrlAccess: true,
        });
        refused = rejected;
      } catch (error) {
        throw mailError(error, url);
      } finally {
        transport.close();
      }
      if (refused.length > 0) throw recipientsError(refused, url);
    },
  };
}

function transportOptions(url: URL): SMTPTransportOptions {
  const isSecure = url.protocol === 'smtps:';
  const isLoopback = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (isSecure ? 465 : 587) : Number(url.port),
    secure: isSecure,
    // A password must not travel in clear text.
    requireTLS: !isSecure && !isLoopback,
    ignoreTLS: isLoopback && !isSecure,
    ...(url.username !== '' && {
      auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) },
    }),
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    dnsTimeout: 10_000,
    socketTimeout: 20_000,
  };
}

function attachable(pictures: readonly MessagePicture[]) {
  return pictures
    .filter(({ bytes }) => bytes.length <= MAX_PICTURE_BYTES)
    .slice(0, MAX_PICTURES)
    .map((picture, index) => ({ ...picture, cid: `picture-${index + 1}` }));
}

const kindOfCode: Readonly<Record<string, RemoteCallErrorKind>> = {
  EAUTH: 'unauthorized',
  ENOAUTH: 'unauthorized',
  EENVELOPE: 'refused',
  EMESSAGE: 'refused',
  EMAXRECIPIENTS: 'refused',
  ECONFIG: 'contract',
};

const advice: Partial<Record<RemoteCallErrorKind, string>> = {
  unauthorized: 'Check user and password in notifications.email.server.',
  refused: 'Check notifications.email.from and notifications.email.to.',
};

/** Some recipients have the message, so it is not sent again. */
function recipientsError(refused: readonly string[], url: URL): RemoteCallError {
  const message = `The mail server ${url.hostname} refused ${refused.join(', ')}; the other recipients have the message. Check notifications.email.to.`;
  return new RemoteCallError(message, {
    system: 'the mail server',
    endpoint: `SMTP ${url.host}`,
    kind: 'refused',
    mayHaveActed: true,
  });
}

/** A 4yz reply (RFC 5321, 4.2.1) asks to try again, whatever was refused. */
function mailError(error: unknown, url: URL): RemoteCallError {
  const { code, responseCode, response } = error as { code?: string; responseCode?: number; response?: string };
  const isTemporary = responseCode === undefined || (responseCode >= 400 && responseCode < 500);
  const known = kindOfCode[code ?? ''];
  const kind =
    known === 'unauthorized' && responseCode === undefined ? known : isTemporary ? 'transient' : (known ?? 'refused');
  const secrets = [url.password, decodeURIComponent(url.password), decodeURIComponent(url.username)];
  const reply = response === undefined ? '' : `: ${redact(response.replace(/\s+/g, ' ').slice(0, 300), secrets)}`;
  const what =
    responseCode === undefined ? `could not be reached (${code ?? 'no code'})` : `answered ${responseCode}${reply}`;
  const next = advice[kind];
  return new RemoteCallError(`The mail server ${url.hostname} ${what}.${next === undefined ? '' : ` ${next}`}`, {
    system: 'the mail server',
    endpoint: `SMTP ${url.host}`,
    kind,
    status: responseCode,
    code,
    mayHaveActed: false,
  });
}

const engine = new Liquid({ strictFilters: true, outputEscape: 'escape' });

const template = engine.parse(`<!doctype html>
<html lang="en">
<body style="font: 15px/1.5 system-ui, sans-serif; color: #1c2024">
<h1 style="font-size: 18px">{{ message.subject }}</h1>
<p>{{ message.sentence }}</p>
{%- if message.figures %}
<table>{% for figure in message.figures %}
<tr><th align="left">{{ figure.name }}</th><td>{{ figure.value }}</td></tr>{% endfor %}
</table>
{%- endif %}
{%- for task in tasks %}
<p>{% if task.cid %}<img src="cid:{{ task.cid }}" alt="" style="max-width: 160px; max-height: 160px"><br>{% endif -%}
<b>{% if task.page %}<a href="{{ task.page }}">{{ task.product }}</a>{% else %}{{ task.product }}{% endif %}</b> ({{ task.task }})
{%- if task.dueText %}, due {{ task.dueText }}{% endif %}<br>{{ task.sentence }}
{%- if task.picture %}<br><a href="{{ task.picture }}">Picture</a>{% endif %}</p>
{%- endfor %}
{%- if more > 0 %}
<p>and {{ more }} more</p>
{%- endif %}
{%- if message.nextActions.length > 0 %}
<p>Possible actions:</p>
<ul>{% for action in message.nextActions %}<li>{{ action }}</li>{% endfor %}</ul>
{%- endif %}
{%- if message.page %}
<p><a href="{{ message.page }}">Open the board</a></p>
{%- endif %}
</body>
</html>
`);

/** The message as an HTML document that loads nothing. `pictures`: content ids of embedded pictures, by task. */
function emailHtml(message: Message, pictures: ReadonlyMap<string, string>): string {
  const tasks = message.tasks.map((task) => ({ ...task, cid: pictures.get(task.task) }));
  const more = tasks.length === 0 ? 0 : message.count - tasks.length;
  return String(engine.renderSync(template, { message, tasks, more }));
}
