import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

import { Agent } from 'undici';

import { createNotificationClient } from '../../clients';
import { toNotification } from '../../domain/operator/notification';
import { TASK_ID } from '../support/facts';

const notification = toNotification({
  kind: 'needs attention',
  task: { studio: 'acme', taskId: TASK_ID, contentCreationType: 'ecom' },
  title: 'SKU-1 Trail runner',
  cause: 'no creative',
  sentence: 'No creative for Front, Story.',
  nextActions: ['Make it in Celtra.'],
});

/** Posts to a server that answers with this status; gives what the server got, or the error. */
async function posted(status: number): Promise<{ body: unknown; authorization?: string | undefined; error?: unknown }> {
  const got: { body: unknown; authorization?: string | undefined } = { body: undefined };
  const server = createServer((request: IncomingMessage, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      got.body = JSON.parse(Buffer.concat(chunks).toString('utf8'));
      got.authorization = request.headers.authorization;
      response.writeHead(status).end('not JSON at all');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const dispatcher = new Agent();
  try {
    const url = `http://127.0.0.1:${port}/hooks/s3cret-path?key=k3y`;
    await createNotificationClient({ url, bearer: 't0ken' }, { dispatcher }).post(notification);
    return got;
  } catch (error) {
    return { ...got, error };
  } finally {
    await dispatcher.close();
    await new Promise((resolve) => server.close(resolve));
  }
}

describe('a notification', () => {
  it('arrives as data and as a text that can go out as an e-mail', async () => {
    const { body, authorization } = await posted(202);
    expect(authorization).toBe('Bearer t0ken');
    expect(body).toMatchObject({
      kind: 'needs attention',
      studio: 'acme',
      cause: 'no creative',
      subject: 'acme · SKU-1 Trail runner: needs attention (no creative)',
      workflowId: `extpost/acme/${TASK_ID}`,
      text: expect.stringContaining('Possible actions:\n- Make it in Celtra.') as unknown,
    });
  });

  it('that is refused says so without a secret', async () => {
    const { error } = await posted(403);
    expect(String(error)).toContain('answered POST http://127.0.0.1');
    expect(JSON.stringify(error) + String(error)).not.toMatch(/t0ken|s3cret|k3y/);
  });
});
