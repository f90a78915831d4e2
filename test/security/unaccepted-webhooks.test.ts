import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';

import { event, notified, receiver, receiverForEach, sign } from '../starters/webhook/receiver-harness';

receiverForEach();

const path = '/webhooks/creative-force/acme';
const body = JSON.stringify(event);

/** Sends a request as it is written and returns the status of the answer. */
function status(head: string, sent = ''): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = connect((receiver.server.address() as AddressInfo).port, '127.0.0.1', () => {
      socket.write(`${head}\r\n\r\n${sent}`);
    });
    let answer = '';
    socket.on('data', (data) => {
      answer += data.toString();
      const found = /^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1];
      if (found === undefined) return;
      socket.destroy();
      resolve(Number(found));
    });
    socket.on('error', reject).on('close', () => {
      reject(new Error('closed without an answer'));
    });
  });
}

const lines = (...headers: string[]) => [`POST ${path} HTTP/1.1`, 'host: x', ...headers].join('\r\n');
const many = (count: number) => Array.from({ length: count }, (_, index) => `x-${index}: 1`);
const json = 'content-type: application/json';
const length = `content-length: ${body.length}`;
const signature = `x-cf-signature: ${sign(body)}`;

describe('a webhook that is not accepted', () => {
  it.each([
    ['its signature is behind 100 headers', lines(json, length, ...many(100), signature), 431],
    ['its content type and signature are behind 100 headers', lines(length, ...many(100), json, signature), 431],
    ['its length is behind 100 headers, and there is no signature', lines(...many(100), json, length), 431],
    ['it has thousands of headers', lines(json, length, signature, ...many(2_000)), 431],
    ['it has a body and no signature', lines(json, length), 401],
    ['its signature occurs twice', lines(json, length, signature, signature), 401],
  ])('gets no 2xx when %s', async (_why, head, expected) => {
    expect(await status(head, body)).toBe(expected);
    expect(notified).toEqual([]);
  });

  it.each([
    ['has none and is refused', [], 401, 0],
    ['has one and reaches Temporal', [signature], 202, 1],
  ])('in pieces and without a type is answered by its signature: it %s', async (_how, headers, expected, count) => {
    const chunks = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
    expect(await status(lines('transfer-encoding: chunked', ...headers), chunks)).toBe(expected);
    expect(notified).toHaveLength(count);
  });

  it.each(['GET', 'HEAD'])('gets no 2xx when it comes with %s', async (method) => {
    expect(await status(lines(json, length, signature).replace('POST', method), body)).toBe(400);
    expect(notified).toEqual([]);
  });

  it.each([
    ['names another action', { ...event, Action: 'ExternalPostTaskForgotten' }],
    ['is no event', []],
    ['is an empty object', {}],
  ])('gets no 2xx when it is signed and %s', async (_what, content) => {
    const text = JSON.stringify(content);
    const head = lines(json, `content-length: ${text.length}`, `x-cf-signature: ${sign(text)}`);
    expect(String(await status(head, text))).toMatch(/^4/);
    expect(notified).toEqual([]);
  });
});

describe('a webhook with exactly 100 headers', () => {
  it('is accepted', async () => {
    expect(await status(lines(json, length, ...many(96), signature), body)).toBe(202);
    expect(notified).toHaveLength(1);
  });
});

describe('a connection test without a body', () => {
  it.each([
    ['GET', []],
    ['HEAD', []],
    ['POST', []],
    ['POST', ['content-length: 0']],
  ])('with %s %p is answered with 200 and starts nothing', async (method, headers) => {
    expect(await status(lines(...headers).replace('POST', method))).toBe(200);
    expect(notified).toEqual([]);
  });
});
