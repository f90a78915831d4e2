import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';

import type { ExportRequest, RemoteCallError } from '../../../clients';
import type { CeltraOutput } from '../../../domain/render/celtra-output';
import { errorOf } from '../test-server';
import { celtraStandIn } from './celtra-stand-in';

const startCeltra = celtraStandIn();

async function start(...celtra: Parameters<typeof startCeltra>) {
  const { client, server } = await startCeltra(...celtra);
  return { client, server, read: (signal?: AbortSignal) => collected(client.exportOutputsAsLines(request, signal)) };
}

const request: ExportRequest = { filters: { designFile: { id: ['d1'] } }, caller: 'extpost acme/by hand' };

const output = (id: string, more: object = {}) => ({
  id,
  status: 'finished',
  designFile: { id: 'd1' },
  assets: { image: { type: 'Image', status: 'finished', url: `https://files.example/${id}/secret-path` } },
  ...more,
});
const line = (id: string, more: object = {}) => JSON.stringify(output(id, more));

async function collected(outputs: AsyncIterable<CeltraOutput>): Promise<string[]> {
  const ids: string[] = [];
  for await (const { outputId } of outputs) ids.push(outputId);
  return ids;
}

describe('Outputs as JSON Lines', () => {
  it('are asked for with the one word that Celtra knows, and come one by one', async () => {
    const { read, server } = await start((response) => response.end(`${line('a')}\n${line('b')}\n`));
    await expect(read()).resolves.toEqual(['a', 'b']);
    expect(server.seen[0]).toMatchObject({
      url: '/api/export',
      headers: { accept: 'application/jsonlines', 'content-type': 'application/json; charset=utf-8' },
    });
    expect(server.seen[0]?.headers).not.toHaveProperty('origin');
  });

  it('are asked for only when the first one is wanted', async () => {
    const { client, server } = await start((response) => response.end(line('a')));
    const outputs = client.exportOutputsAsLines(request);
    expect(server.seen).toHaveLength(0);
    await expect(collected(outputs)).resolves.toEqual(['a']);
  });

  it.each<[string, (response: ServerResponse) => unknown]>([
    ['compressed', (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(line('a')))],
    ['in an envelope', (response) => response.end(`{"outputs":[${line('a')}],"count":1}`)],
    ['as data', (response) => response.end(`{"data":[${line('a')}]}`)],
    ['behind a byte order mark', (response) => response.end(`\ufeff${line('a')}\r\n`)],
  ])('are understood %s', async (_, answer) => {
    await expect((await start(answer)).read()).resolves.toEqual(['a']);
  });

  it('come while the rest is still under way', async () => {
    let sendRest: () => void = () => undefined;
    const { client } = await start((response) => {
      response.write(`${line('a')}\n${line('b').slice(0, 20)}`);
      sendRest = () => response.end(`${line('b').slice(20)}\n`);
    });
    const outputs = client.exportOutputsAsLines(request)[Symbol.asyncIterator]();
    expect(await outputs.next()).toMatchObject({ value: { outputId: 'a' } });
    sendRest();
    expect(await outputs.next()).toMatchObject({ value: { outputId: 'b' } });
    expect(await outputs.next()).toMatchObject({ done: true });
  });

  it.each([
    ['with Windows line ends and empty lines', `\r\n${line('a')}\r\n\r\n${line('b')}\r\n\n`],
    ['without a line end after the last', `${line('a')}\n${line('b')}`],
    ['with the same output twice', `${line('a')}\n${line('b')}\n${line('a')}\n`],
    ['as a JSON list, because Accept was ignored', JSON.stringify([output('a'), output('b')])],
    [
      'as a JSON list over many lines, after blank ones',
      `\n \n${JSON.stringify([output('a'), output('b')], null, 2)}\n`,
    ],
    ['as a JSON list behind a byte order mark', `\ufeff${JSON.stringify([output('a'), output('b')], null, 1)}`],
    ['as lines behind a byte order mark', `\ufeff${line('a')}\n${line('b')}`],
    [
      'with letters of other alphabets and every kind of line break in them',
      `${line('a', { name: 'ü\u2028日本\u0085' })}\n${line('b')}`,
    ],
  ])('are understood %s', async (_, body) => {
    const { read } = await start((response) => response.end(body));
    await expect(read()).resolves.toEqual(['a', 'b']);
  });

  it.each([
    ['nothing', ''],
    ['only line ends', '\n\r\n'],
    ['an empty list', '[]'],
  ])('are none when %s comes', async (_, body) => {
    const { read } = await start((response) => response.end(body));
    await expect(read()).resolves.toEqual([]);
  });

  it('end the request when nobody wants the rest', async () => {
    let gone: Promise<unknown> = Promise.resolve();
    const { client } = await start((response) => {
      gone = once(response, 'close');
      response.write(`${line('a')}\n`);
    });
    for await (const { outputId } of client.exportOutputsAsLines(request)) {
      expect(outputId).toBe('a');
      break;
    }
    await expect(gone).resolves.toEqual([]);
  });

  it('end with the reason of the cancellation', async () => {
    const stop = new AbortController();
    const { client } = await start((response) => response.write(`${line('a')}\n`));
    const outputs = client.exportOutputsAsLines(request, stop.signal)[Symbol.asyncIterator]();
    await outputs.next();
    const next = errorOf(outputs.next());
    stop.abort(new Error('enough'));
    await expect(next).resolves.toThrow('enough');
  });
});

describe('A fault in JSON Lines', () => {
  it.each([
    ['a line that is no JSON', `${line('a')}\n\noops\n`, 'in line 3, a text that is not JSON'],
    [
      'a last line that is cut',
      `${line('a')}\n${line('b').slice(0, -5)}`,
      'in line 2, a text that is not JSON, or not all',
    ],
    ['an HTML page', '<!DOCTYPE html>\n<html><body>Sign in</body></html>', 'in line 1, an HTML page'],
    ['an output without an id', `${line('a')}\n{"status":"finished"}\n`, 'line 2, $.id: expected an id'],
    ['an unknown status', line('a', { status: 'nearly' }), 'line 1, $.status'],
    ['a list with an odd value', `[${line('a')},7]`, '$[1]: '],
    ['a list that is cut', `[${line('a')},`, 'in line 1, a text that is not JSON'],
    ['JSON that is nested too deeply', `${'['.repeat(300)}${']'.repeat(300)}`, 'nested more than 200 levels'],
    ['an error in place of outputs', '{"error":"Something went wrong"}', 'line 1, $.id'],
  ])('names its place: %s', async (_, body, words) => {
    const { read } = await start((response) => response.end(body));
    const error = (await errorOf(read())) as RemoteCallError;
    const kind = /not JSON|HTML page/.test(words) ? 'unreadable' : 'contract';
    expect(error).toMatchObject({ kind, endpoint: 'POST /export', system: 'Celtra', mayHaveActed: false });
    expect(error.message).toContain(words);
    expect(JSON.stringify([error, error.stack])).not.toContain('secret-path');
  });

  it('is found behind outputs that were good', async () => {
    const { client } = await start((response) => response.end(`${line('a')}\noops`));
    const outputs = client.exportOutputsAsLines(request)[Symbol.asyncIterator]();
    expect(await outputs.next()).toMatchObject({ value: { outputId: 'a' } });
    await expect(errorOf(outputs.next())).resolves.toMatchObject({ kind: 'unreadable' });
  });

  it('is a line without an end', async () => {
    const { read } = await start((response) => response.end(`${line('a')}\n${'x'.repeat(5_000)}`), {
      maxBodyBytes: 1_000,
    });
    const error = (await errorOf(read())) as RemoteCallError;
    expect(error).toMatchObject({ kind: 'contract' });
    expect(error.message).toContain('sent a line 2 of more than 1000 bytes');
  });

  it('is an output that the filter excludes', async () => {
    const { read } = await start((response) =>
      response.end(`${line('a')}\n${line('b', { designFile: { id: 'd2' } })}\n`),
    );
    const error = (await errorOf(read())) as RemoteCallError;
    expect(error).toMatchObject({ kind: 'contract', code: 'filter ignored' });
    expect(error.message).toContain('output b, which the filter designFile.id excludes');
  });

  it('is a compression that cannot be undone', async () => {
    const { read } = await start((response) => response.writeHead(200, { 'content-encoding': 'zstd' }).end(line('a')));
    const error = (await errorOf(read())) as RemoteCallError;
    expect(error).toMatchObject({ kind: 'unreadable' });
    expect(error.message).toContain('a body in the encoding zstd, which cannot be undone');
  });

  it('is compression that is broken off', async () => {
    const { read } = await start((response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(line('a')).subarray(0, -12)),
    );
    expect(await errorOf(read())).toMatchObject({ kind: 'transient' });
  });

  it('is not a Content-Type that lies', async () => {
    const { read } = await start((response) => response.writeHead(200, { 'content-type': 'text/html' }).end(line('a')));
    await expect(read()).resolves.toEqual(['a']);
  });

  it('is a connection that breaks, and worth another try', async () => {
    const { read } = await start((response) => {
      response.writeHead(200, { 'content-length': '100000' });
      response.write(`${line('a')}\n`, () => response.destroy());
    });
    const error = (await errorOf(read())) as RemoteCallError;
    expect(error).toMatchObject({ kind: 'transient', endpoint: 'POST /export' });
    expect(error.message).toMatch(
      /Celtra broke off its answer to POST \/export (?:before its first line|after line 1): /,
    );
  });

  it('is a server that is not there', async () => {
    const { read, server } = await start((response) => response.end());
    await server.close();
    await expect(errorOf(read())).resolves.toMatchObject({ kind: 'transient', code: 'ECONNREFUSED' });
  });

  it('is an answer that stops coming', async () => {
    const { read } = await start((response) => response.write(`${line('a')}\n`), { timeouts: { bodyMs: 100 } });
    await expect(errorOf(read())).resolves.toMatchObject({ kind: 'transient', code: 'UND_ERR_BODY_TIMEOUT' });
  });

  it.each([
    [400, 'refused'],
    [403, 'forbidden'],
    [500, 'transient'],
    [302, 'unreadable'],
  ])('is the status %i, which is %s and in Celtra’s own words', async (status, kind) => {
    const { read } = await start((response) => response.writeHead(status).end('{"message":"said by Celtra"}'));
    const error = (await errorOf(read())) as RemoteCallError;
    expect(error).toMatchObject({ kind, status });
    expect(error.message).toContain('said by Celtra');
  });
});
