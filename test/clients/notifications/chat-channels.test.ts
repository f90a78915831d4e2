import type { RemoteCallError } from '../../../clients';
import { createDispatcher } from '../../../clients/http/send-request';
import { createNotificationChannels } from '../../../clients/notifications/create-channels';
import { slackMessage } from '../../../clients/notifications/slack-channel';
import { teamsMessage } from '../../../clients/notifications/teams-channel';
import { messageText } from '../../../domain/notification/message';
import { startServer, type TestServer } from '../test-server';

import { aMessage } from './a-message';

const SECRET_PATH = '/services/T0001/B0001/s3cretS3cretS3cret?sig=s1gnatureOfTheAddress';
const dispatcher = createDispatcher();
afterAll(() => dispatcher.close());

type Answer = readonly [status: number, body: string, headers?: Record<string, string>];

/** Sends a message to a chat that answers so; gives what the chat got, and the error. */
async function sent(chat: 'slack' | 'teams', [status, body, headers = {}]: Answer) {
  const server: TestServer = await startServer((_, response) => response.writeHead(status, headers).end(body));
  try {
    const settings = { [chat]: `${server.origin}${SECRET_PATH}` };
    const [channel] = createNotificationChannels(settings, { dispatcher, toText: messageText });
    const error: unknown = await channel?.send(aMessage()).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    return { error, seen: server.seen };
  } finally {
    await server.close();
  }
}

describe.each(['slack', 'teams'] as const)('a message to %s', (chat) => {
  it.each([
    [200, 'ok'],
    [202, ''],
  ])('is accepted by %i', async (status, body) => {
    const { error, seen } = await sent(chat, [status, body]);
    expect(error).toBeUndefined();
    expect(seen).toMatchObject([{ method: 'POST', url: SECRET_PATH, headers: { 'content-type': 'application/json' } }]);
    expect(seen[0]?.body.toString()).toContain('SKU-1 Trail runner');
  });

  it.each<[number, string, RemoteCallError['kind']]>([
    [400, 'invalid_payload', 'refused'],
    [403, 'action_prohibited', 'forbidden'],
    [404, 'no_service', 'not found'],
    [410, 'channel_is_archived', 'not found'],
    [500, 'rollup_error', 'transient'],
  ])('that is answered %i %s fails as %s without a secret', async (status, body, kind) => {
    const { error } = await sent(chat, [status, `${body} at ${SECRET_PATH}`]);
    expect(error).toMatchObject({ kind });
    expect(JSON.stringify(error) + String(error)).not.toMatch(/s3cret|s1gnature/);
  });

  it('that comes too soon is sent again when the chat says', async () => {
    const { error } = await sent(chat, [429, 'rate_limited', { 'retry-after': '30' }]);
    expect(error).toMatchObject({ kind: 'throttled', retryAfterMs: 30_000 });
  });
});

describe('a message to Slack', () => {
  const hostile = '<!channel> & <https://evil.example|click> a|b';

  it('escapes what a product is called', () => {
    const body = JSON.stringify(slackMessage(aMessage({ title: hostile, sentence: hostile })));
    expect(body).toContain('&lt;!channel&gt; &amp; &lt;https://evil.example');
    const { text, blocks } = slackMessage(aMessage({ title: hostile }));
    expect(text).not.toContain('<!channel>');
    // A header is plain text, in which Slack reads no markup.
    expect(JSON.stringify(blocks.filter(({ type }) => type !== 'header'))).not.toContain('<!channel>');
  });

  it('lets Slack make nothing of words that look like an address, a person or a channel', () => {
    const body = slackMessage(aMessage({ sentence: 'https://evil.example @here #general' }));
    const texts = JSON.stringify(body).match(/"type":"mrkdwn"[^}]*/g) ?? [];
    expect(texts.filter((text) => !text.includes('"verbatim":true'))).toEqual([]);
    expect(texts.length).toBeGreaterThan(1);
  });

  it('links the task to the board and tells when it is due', () => {
    const body = JSON.stringify(slackMessage(aMessage()));
    expect(body).toMatch(/<https:\/\/board\.example\/tasks\/acme\/[^|]+\|SKU-1 Trail runner>/);
    expect(body).toMatch(/due Sun,? 29 Nov 2026/);
  });

  it('keeps the limits of Slack, whatever is told', () => {
    const long = '&'.repeat(9_000);
    const { blocks } = slackMessage(aMessage({ title: long, sentence: long, nextActions: [long] }, 5_000));
    expect(blocks.length).toBeLessThanOrEqual(50);
    const lengths = blocks.map((block) => ('text' in block ? block.text.text.length : 0));
    expect(Math.max(...lengths)).toBeLessThanOrEqual(3_000);
    expect(lengths[0]).toBeLessThanOrEqual(150);
    expect(JSON.stringify(blocks)).toContain('and 4980 more');
    expect(JSON.stringify(blocks)).not.toMatch(/&[a-z]*…/);
  });
});

describe('a message to Teams', () => {
  it('is an Adaptive Card of text runs, in which Markdown means nothing', () => {
    const body = teamsMessage(aMessage({ title: '[click](https://evil.example)' }));
    expect(body).toMatchObject({
      type: 'message',
      attachments: [
        { contentType: 'application/vnd.microsoft.card.adaptive', content: { type: 'AdaptiveCard', version: '1.4' } },
      ],
    });
    expect(JSON.stringify(body)).not.toContain('"TextBlock"');
  });

  it('opens the page of its only task', () => {
    expect(JSON.stringify(teamsMessage(aMessage()))).toMatch(
      /"actions":\[\{"type":"Action\.OpenUrl","title":"Open the task","url":"https:\/\/board\.example\/tasks\/acme\//,
    );
  });

  it('stays below 28 KB, whatever is told', () => {
    const long = 'ü'.repeat(9_000);
    const body = teamsMessage(aMessage({ title: long, sentence: long }, 5_000));
    expect(Buffer.byteLength(JSON.stringify(body))).toBeLessThan(28_000);
    expect(JSON.stringify(body)).toMatch(/and \d+ more/);
  });
});
