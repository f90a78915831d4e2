import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { request } from 'undici';

/**
 * `before`: the request is not forwarded yet; `during`: it took effect, and its response is not (or half) sent;
 * `after`: the response is sent.
 */
export type Moment = 'before' | 'during' | 'after';

/** One request between the worker and a stand-in. */
export interface ProxiedRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly body: string;
  /** Whether the caller has closed the connection. */
  readonly isGivenUp: () => boolean;
}

export interface HoldingProxyOptions {
  readonly target: string;
  /** Holds the request until the promise resolves; `true` means that the caller was killed meanwhile. */
  readonly at: (moment: Moment, passing: ProxiedRequest) => Promise<boolean>;
  /** Receives each text response, and may change it. */
  readonly read: (passing: ProxiedRequest, text: string) => string;
}

export interface HoldingProxy {
  readonly origin: string;
  close(): Promise<void>;
}

/** A proxy between the worker and a stand-in that can hold each request at each moment. */
export async function startHoldingProxy(options: HoldingProxyOptions): Promise<HoldingProxy> {
  const server = createServer((incoming, response) => {
    // The caller may be killed at any time.
    response.on('error', () => undefined);
    forward(options, incoming, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

const HOP_BY_HOP = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'expect']);

async function forward(
  { target, at, read }: HoldingProxyOptions,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  const { method = 'GET', url = '/', headers } = incoming;
  const passing = { method, url, body: bytes.toString('latin1'), isGivenUp: () => response.destroyed };
  if (await at('before', passing)) return void response.destroy();

  const answer = await request(target + url, {
    method: method as 'GET' | 'POST' | 'PUT',
    headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name))),
    body: bytes.length > 0 ? bytes : null,
  });
  const received = Buffer.from(await answer.body.arrayBuffer());
  const isText = /json|text|xml/.test(String(answer.headers['content-type']));
  const sent = isText ? Buffer.from(read(passing, received.toString())) : received;
  const { 'content-length': _length, 'transfer-encoding': _coding, connection: _connection, ...rest } = answer.headers;
  const begin = (): void => void response.writeHead(answer.statusCode, { ...rest, 'content-length': sent.length });
  // An interrupted file is sent half; any other response not at all.
  const half = isText ? 0 : Math.floor(sent.length / 2);
  if (half > 0) {
    begin();
    await written(response, sent.subarray(0, half));
  }
  if (await at('during', passing)) return void response.destroy();
  if (half === 0) begin();
  await written(response, sent.subarray(half), true);
  await at('after', passing);
}

function written(response: ServerResponse, bytes: Buffer, isLast = false): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      resolve();
    };
    response.once('close', go);
    if (isLast) response.end(bytes, go);
    else response.write(bytes, go);
  });
}
