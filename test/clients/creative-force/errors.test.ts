import type { ServerResponse } from 'node:http';
import { createServer, type AddressInfo, type Socket } from 'node:net';

import { createCreativeForceClient } from '../../../clients/creative-force/client';
import { createDispatcher } from '../../../clients/http/send-request';
import { RemoteCallError } from '../../../clients/remote-call-error';
import { RequestBudget } from '../../../clients/http/request-budget';
import { ecomTask, gatewayStandIn, ids, secret } from './gateway-stand-in';
import { closingAfterEach, errorOf, sendJson, startServer } from '../test-server';

const start = gatewayStandIn();
const onClose = closingAfterEach();

async function readError(answer: (response: ServerResponse) => void): Promise<RemoteCallError> {
  const { client } = await start({
    answer: (_, response) => {
      answer(response);
    },
  });
  const error = await errorOf(client.readTask(ecomTask));
  expect(error).toBeInstanceOf(RemoteCallError);
  return error as RemoteCallError;
}

describe('An error answer of the gateway', () => {
  it('of shape A gives its code, message and request id', async () => {
    const error = await readError((response) =>
      sendJson(response, 403, {
        errors: [{ code: 'PER-3', message: 'UserNotHavePermissionOnClient' }],
        requestId: 'r-1',
      }),
    );
    expect(error).toMatchObject({ kind: 'forbidden', code: 'PER-3', requestId: 'r-1', mayHaveActed: false });
    expect(error.message).toContain('UserNotHavePermissionOnClient');
    expect(error.message).toContain('Ask the studio to allow GET /extpost/tasks/{taskId}');
  });

  it('of shape B names the fields and the trace', async () => {
    const error = await readError((response) =>
      sendJson(response, 400, {
        title: 'One or more validation errors occurred.',
        status: 400,
        traceId: '00-trace',
        errors: { fileLength: ['could not be converted'] },
      }),
    );
    expect(error).toMatchObject({ kind: 'refused', status: 400, requestId: '00-trace' });
    expect(error.message).toContain('fileLength: could not be converted');
  });

  it('of shape C gives the number and its meaning', async () => {
    const error = await readError((response) => sendJson(response, 400, { statusCode: 6, message: '' }));
    expect(error).toMatchObject({ kind: 'refused', code: 6 });
    expect(error.message).toContain('the task was deleted');
  });

  it.each<[string, object]>([
    ['PascalCase', { StatusCode: 24, Message: 'Asset unknown.' }],
    ['PascalCase, in a list', { Errors: [{ Code: 24, Message: 'Asset unknown.' }], RequestId: 'r-1' }],
    ['snake_case', { status_code: 24, error_message: 'Asset unknown.' }],
  ])('gives its code and message with keys in %s', async (_, body) => {
    const error = await readError((response) => sendJson(response, 400, body));
    expect(error).toMatchObject({ kind: 'refused', code: 24 });
    expect(error.message).toContain('Asset unknown.');
  });

  it('that is an empty 404 means not found', async () => {
    const error = await readError((response) => response.writeHead(404).end());
    expect(error).toMatchObject({ kind: 'not found', status: 404, excerpt: undefined });
  });

  it('that is the HTML of a proxy is transient and says so', async () => {
    const error = await readError((response) =>
      response.writeHead(502, { 'content-type': 'text/html' }).end('<html><title>Bad Gateway</title></html>'),
    );
    expect(error).toMatchObject({ kind: 'transient', status: 502 });
    expect(error.message).toContain('an HTML page, “Bad Gateway”');
  });

  it('with 429 is throttled and carries Retry-After in seconds', async () => {
    const error = await readError((response) => sendJson(response, 429, {}, { 'retry-after': '3' }));
    expect(error).toMatchObject({ kind: 'throttled', retryAfterMs: 3_000 });
  });

  it.each([
    ['ratelimit-reset', '3'],
    ['x-ratelimit-reset', '3'],
    ['x-rate-limit-reset', String(Math.ceil(Date.UTC(2026, 0, 1) / 1000) + 3)],
    ['x-ratelimit-reset', String(Date.UTC(2026, 0, 1) + 3_000)],
  ])('with 429 carries the wait that the header %s states: %s', async (name, value) => {
    const now = () => Date.UTC(2026, 0, 1);
    const { client } = await start(
      {
        answer: (_, response) => sendJson(response, 429, {}, { [name]: value, date: new Date(now()).toUTCString() }),
      },
      {},
      now,
    );
    expect(await errorOf(client.readTask(ecomTask))).toMatchObject({ kind: 'throttled', retryAfterMs: 3_000 });
  });

  it('with another status carries no wait of a rate limit', async () => {
    const error = await readError((response) => sendJson(response, 503, {}, { 'x-ratelimit-reset': '60' }));
    expect(error.retryAfterMs).toBeUndefined();
  });

  it('with 423 is asked again, and its write has done nothing', async () => {
    const { client } = await start({ answer: (_, response) => sendJson(response, 423, {}, { 'retry-after': '2' }) });
    const error = await errorOf(client.submitAssets(ecomTask, []));
    expect(error).toMatchObject({ kind: 'transient', retryAfterMs: 2_000, mayHaveActed: false });
  });

  it('with 503 carries Retry-After as a date', async () => {
    const error = await readError((response) =>
      sendJson(response, 503, {}, { 'retry-after': new Date(Date.now() + 60_000).toUTCString() }),
    );
    expect(error.kind).toBe('transient');
    expect(error.retryAfterMs).toBeGreaterThan(55_000);
  });

  it.each([600_000, -600_000])('names moments by its own clock, which differs by %i ms', async (difference) => {
    const theirs = Date.now() + difference;
    const error = await readError((response) =>
      sendJson(
        response,
        429,
        {},
        { date: new Date(theirs).toUTCString(), 'retry-after': new Date(theirs + 5_000).toUTCString() },
      ),
    );
    expect(error.retryAfterMs).toBe(5_000);
  });

  it.each([404, 410])('can come with 200 and state %i in its body', async (code) => {
    const error = await readError((response) =>
      sendJson(response, 200, { success: false, code, error: { code: 'NONE', message: 'no such task' } }),
    );
    expect(error).toMatchObject({ kind: 'not found', status: code });
    expect(error.message).toContain('no such task');
  });

  it('that states 401 with 200 is tried again with a fresh token', async () => {
    let count = 0;
    const { client } = await start({
      answer: (_, response) =>
        sendJson(
          response,
          200,
          ++count === 1 ? { success: false, error: { status: 401 } } : { taskId: ids.task, clientId: ids.workspace },
        ),
    });
    await expect(client.readTask(ecomTask)).resolves.toMatchObject({ taskId: ids.task });
  });

  it.each([301, 302, 303, 307, 308])('that redirects with %i takes the token to no other host', async (status) => {
    const elsewhere = await startServer((_, response) => sendJson(response, 200, { taskId: ids.task }));
    onClose(() => elsewhere.close());
    const { client } = await start({
      answer: (_, response) => response.writeHead(status, { location: `${elsewhere.origin}/v1/steal` }).end(),
    });
    expect(await errorOf(client.readTask(ecomTask))).toMatchObject({ kind: 'unreadable', status });
    expect(await errorOf(client.startTask(ecomTask))).toMatchObject({ status });
    expect(elsewhere.seen).toHaveLength(0);
  });

  it('that redirects to another host is not followed', async () => {
    const { client, calls } = await start({
      answer: (_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/elsewhere' }).end(),
    });
    expect(await errorOf(client.readTask(ecomTask))).toMatchObject({ kind: 'unreadable', status: 302 });
    expect(calls).toHaveLength(1);
  });

  /** Redirects every request once, to the same path below `/v2`. */
  const moved = (status: number, location = (path: string) => path) =>
    start({
      answer: (seen, response) =>
        seen.url.startsWith('/v2')
          ? sendJson(response, 200, { taskId: ids.task, clientId: ids.workspace })
          : response.writeHead(status, { location: location(seen.url.replace('/v1', '/v2')) }).end(),
    });

  it.each([301, 302, 303, 307, 308])('that redirects a read with %i within its host is followed', async (status) => {
    const { client, calls } = await moved(status);
    await expect(client.readTask(ecomTask)).resolves.toMatchObject({ taskId: ids.task });
    expect(calls.map(({ method, headers }) => [method, headers.authorization])).toEqual(
      ['GET', 'GET'].map((method) => [method, 'Bearer token-number-1']),
    );
  });

  it.each([307, 308])('that redirects a write with %i within its host is followed, with its body', async (status) => {
    const { client, calls } = await moved(status);
    await client.submitAssets(ecomTask, [{ shotId: ids.shot, assetId: ids.asset }]);
    expect(calls.map(({ method, body }) => [method, body.length > 10])).toEqual([
      ['POST', true],
      ['POST', true],
    ]);
  });

  it.each([
    [301, false],
    [302, false],
    [303, true],
  ])('that redirects a write with %i is not followed; whether it may have acted: %j', async (status, mayHaveActed) => {
    const { client, calls } = await moved(status);
    expect(await errorOf(client.startTask(ecomTask))).toMatchObject({ kind: 'unreadable', status, mayHaveActed });
    expect(calls).toHaveLength(1);
  });

  it('that redirects on and on is not followed for ever', async () => {
    const { client, calls } = await start({
      answer: (seen, response) => response.writeHead(307, { location: seen.url }).end(),
    });
    expect(await errorOf(client.readTask(ecomTask))).toMatchObject({ kind: 'unreadable', status: 307 });
    expect(calls).toHaveLength(4);
  });

  it('keeps secrets, tokens and signatures out of everything it carries', async () => {
    const { client } = await start({
      answer: (seen, response) =>
        sendJson(response, 400, {
          message: `${secret} ${seen.headers.authorization ?? ''} https://u:p@store.example/k?X-Amz-Signature=abc123sig`,
          access_token: 'another-token-value',
          detail: 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl',
        }),
    });
    const error = (await errorOf(client.readTask(ecomTask))) as RemoteCallError;
    const told = JSON.stringify([error, error.message, error.stack]);
    for (const hidden of [secret, 'token-number-1', 'abc123sig', 'another-token-value', 'eyJ', 'u:p@']) {
      expect(told).not.toContain(hidden);
    }
    expect(told).toContain('store.example/k');
  });

  it('is quoted with at most 1 KiB', async () => {
    const error = await readError((response) => response.writeHead(400).end('é'.repeat(5_000)));
    expect(Buffer.byteLength(error.excerpt ?? '')).toBeLessThanOrEqual(1_024);
    expect(error.excerpt).not.toContain('\uFFFD');
  });

  it('that is larger than the limit is given up', async () => {
    const { client } = await start(
      { answer: (_, response) => sendJson(response, 200, { pad: 'x'.repeat(10_000) }) },
      { maxBodyBytes: 1_000 },
    );
    const error = (await errorOf(client.readTask(ecomTask))) as RemoteCallError;
    expect(error.kind).toBe('contract');
    expect(error.message).toContain('more than 1000 bytes');
  });
});

describe('A call without an answer', () => {
  it('is transient and may have acted when it was a write that had been sent', async () => {
    const { client } = await start({ answer: (_, response) => response.destroy() });
    const error = await errorOf(client.startTask(ecomTask));
    expect(error).toMatchObject({
      kind: 'transient',
      mayHaveActed: true,
      endpoint: 'PUT /extpost/tasks/{taskId}/start',
    });
  });

  it('has not acted when it was a read', async () => {
    const { client } = await start({ answer: (_, response) => response.destroy() });
    expect(await errorOf(client.readTask(ecomTask))).toMatchObject({ kind: 'transient', mayHaveActed: false });
  });

  it('has not acted when no connection was made', async () => {
    const { client: other, origin } = await start();
    await other.startTask(ecomTask);
    const { client } = await start({}, { baseUrl: 'http://127.0.0.1:9/v1', tokenUrl: `${origin}/connect/token` });
    const error = await errorOf(client.startTask(ecomTask));
    expect(error).toMatchObject({ kind: 'transient', code: 'ECONNREFUSED', mayHaveActed: false });
  });

  it('is given up after its total time', async () => {
    const { client } = await start(
      {
        answer: (_, response) => {
          const drip = setInterval(() => response.write(' '), 10);
          response.on('close', () => {
            clearInterval(drip);
          });
        },
      },
      { timeouts: { totalMs: 250 } },
    );
    const error = await errorOf(client.submitAssets(ecomTask, [{ shotId: ids.shot, assetId: ids.asset }]));
    expect(error).toMatchObject({ kind: 'transient', code: 'TIME_LIMIT', mayHaveActed: true });
  });

  it.each([
    ['sends nothing', 'headersMs', 'UND_ERR_HEADERS_TIMEOUT', 'no answer came in time'],
    ['stops in the middle', 'bodyMs', 'UND_ERR_BODY_TIMEOUT', 'the answer stopped coming'],
  ] as const)('is given up when the gateway %s', async (_, limit, code, words) => {
    const { client } = await start(
      {
        answer: (_seen, response) => {
          if (limit === 'bodyMs') response.writeHead(200).write('{');
        },
      },
      { timeouts: { [limit]: 80 } },
    );
    const error = (await errorOf(client.readTask(ecomTask))) as RemoteCallError;
    expect(error).toMatchObject({ kind: 'transient', code, mayHaveActed: false });
    expect(error.message).toContain(words);
  });

  it('is given up when no connection is made in time, TLS included', async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => sockets.push(socket.on('error', () => undefined)));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    onClose(async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => silent.close(resolve));
    });
    const dispatcher = createDispatcher({ connectTimeoutMs: 100 });
    onClose(() => dispatcher.destroy());
    const { origin } = await start();
    const client = createCreativeForceClient(
      {
        baseUrl: `https://127.0.0.1:${(silent.address() as AddressInfo).port}/v1`,
        tokenUrl: `${origin}/connect/token`,
        clientId: 'app',
        clientSecret: secret,
      },
      { budget: new RequestBudget(), dispatcher },
    );
    const error = await errorOf(client.startTask(ecomTask));
    expect(error).toMatchObject({ kind: 'transient', code: 'UND_ERR_CONNECT_TIMEOUT', mayHaveActed: false });
  });

  it('was sent with product and version, and with the token of the studio', async () => {
    const { client, calls } = await start({ answer: (_, response) => sendJson(response, 200, {}) });
    await client.startTask(ecomTask);
    expect(calls[0]?.headers['user-agent']).toMatch(/^extpost\/\d+\.\d+\.\d+/);
    expect(calls[0]?.headers.authorization).toBe('Bearer token-number-1');
  });

  it('ends with the reason of an aborted signal', async () => {
    const cancel = new AbortController();
    const { client } = await start({
      answer: () => {
        cancel.abort(new Error('cancelled by a person'));
      },
    });
    expect(await errorOf(client.readTask(ecomTask, cancel.signal))).toEqual(new Error('cancelled by a person'));
  });

  it('of a write with 500 may have acted, with 400 it has not', async () => {
    for (const [status, mayHaveActed] of [
      [500, true],
      [400, false],
    ] as const) {
      const { client } = await start({ answer: (_, response) => sendJson(response, status, {}) });
      expect(await errorOf(client.startTask(ecomTask))).toMatchObject({ status, mayHaveActed });
    }
  });
});
