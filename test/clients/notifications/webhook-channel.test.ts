import { createHmac } from 'node:crypto';

import { createDispatcher } from '../../../clients/http/send-request';
import { createNotificationChannels } from '../../../clients/notifications/create-channels';
import { messageText } from '../../../domain/notification/message';
import { startServer } from '../test-server';
import { aMessage } from './a-message';

const KEY = Buffer.alloc(32, 7);
const SECRET = `whsec_${KEY.toString('base64')}`;
const dispatcher = createDispatcher();
afterAll(() => dispatcher.close());

/** Posts to a server that answers with this status; gives what the server got, and the error. */
async function posted(status: number, secret?: string) {
  const server = await startServer((_, response) => response.writeHead(status).end('not JSON at all'));
  try {
    const webhook = { url: `${server.origin}/hooks/s3cret-path?key=k3y`, bearer: 't0ken', secret };
    const [channel] = createNotificationChannels({ webhook }, { dispatcher, toText: messageText });
    const error: unknown = await channel?.send(aMessage(), { id: 'run-1' }).catch((thrown: unknown) => thrown);
    const [request] = server.seen;
    if (request === undefined) throw new Error('Nothing was posted.');
    return { error, text: request.body.toString(), headers: request.headers };
  } finally {
    await server.close();
  }
}

describe('a message to a webhook', () => {
  it('arrives as data and as a text', async () => {
    const { text, headers } = await posted(202);
    expect(headers.authorization).toBe('Bearer t0ken');
    expect(JSON.parse(text)).toMatchObject({
      kind: 'needs attention',
      studio: 'acme',
      cause: 'no creative',
      subject: 'acme · SKU-1 Trail runner: needs attention (no creative)',
      count: 1,
      tasks: [{ product: 'SKU-1 Trail runner', due: '2026-11-29T13:05:00.000Z' }],
      text: expect.stringContaining('Possible actions:\n- Make it in Celtra.') as unknown,
    });
  });

  it('is signed as Standard Webhooks says, with the id of its message', async () => {
    const { text, headers } = await posted(200, SECRET);
    const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signature } = headers;
    expect(id).toBe('run-1');
    expect(Math.abs(Number(at) - Date.now() / 1000)).toBeLessThan(60);
    const expected = createHmac('sha256', KEY)
      .update(`run-1.${String(at)}.${text}`)
      .digest('base64');
    expect(signature).toBe(`v1,${expected}`);
  });

  it('is not signed without a secret', async () => {
    expect((await posted(200)).headers).not.toHaveProperty('webhook-signature');
  });

  it('that is refused says so without a secret', async () => {
    const { error } = await posted(403, SECRET);
    expect(String(error)).toContain('answered POST http://127.0.0.1');
    expect(JSON.stringify(error) + String(error)).not.toMatch(/t0ken|s3cret|k3y|whsec/);
  });
});
