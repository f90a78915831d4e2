import { createHash, randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';

import type { RemoteCallError } from '../../../clients';
import { isExpiredAddress } from '../../../clients/remote-call-error';
import { uploadFile } from '../../../clients/transfer/upload';
import { closingAfterEach, dispatcherFor, errorOf, startServer, temporaryFolder, type Seen } from '../test-server';

const onClose = closingAfterEach();
const bytes = randomBytes(600_000);
const md5 = createHash('md5').update(bytes).digest('hex');

/** Uploads a file to a store that answers so. */
async function upload(
  answer: (seen: Seen, response: ServerResponse) => void,
  headers: Record<string, string> = { 'content-type': 'image/jpeg' },
  path = '/key',
) {
  const server = await startServer(answer);
  onClose(() => server.close());
  const file = join(await temporaryFolder(onClose), 'file.bin');
  await writeFile(file, bytes);
  const url = `${server.origin}${path}?X-Amz-Signature=must-stay-home`;
  const tools = { dispatcher: dispatcherFor(onClose), allowLoopback: true, stallTimeoutMs: 10_000 };
  return { server, work: uploadFile({ url, headers, path: file, bytes: bytes.length, md5, ...tools }) };
}

const answering =
  (status: number, body: string | Buffer = '', headers: Record<string, string> = {}) =>
  (_: Seen, response: ServerResponse): unknown =>
    response.writeHead(status, headers).end(status === 204 ? undefined : body);

const errorXml = (code: string, message = 'No') =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`;

describe('A file counts as stored', () => {
  it.each<[string, number, string, Record<string, string>]>([
    ['200, its MD5 as ETag and no body', 200, '', { etag: `"${md5}"` }],
    ['200 and nothing else', 200, '', {}],
    ['201 and no body', 201, '', {}],
    ['204', 204, '', {}],
    ['200 and blank space', 200, '\r\n', {}],
    ['200 and OK', 200, 'OK', {}],
    ['201 and Created', 201, 'Created\n', {}],
    ['200 and an object', 200, '{}', {}],
    ['200 and an object that says so', 200, '{"success":true,"key":"a"}', {}],
    ['200, an ETag and a text', 200, '{"stored":true}', { etag: '"another-kind"' }],
  ])('after %s', async (_, status, body, headers) => {
    const { work } = await upload(answering(status, body, headers));
    await expect(work).resolves.toBeUndefined();
  });
});

describe('An upload', () => {
  it.each([307, 308])('goes on where %i leads, with the same headers and bytes', async (status) => {
    const { server, work } = await upload(({ url }, response) =>
      url === '/other' ? response.end() : response.writeHead(status, { location: '/other' }).end(),
    );
    await expect(work).resolves.toBeUndefined();
    const last = server.seen.at(-1);
    expect([last?.url, last?.headers['content-type'], last?.body.equals(bytes)]).toEqual([
      '/other',
      'image/jpeg',
      true,
    ]);
  });

  it('keeps the address secret that has led to another store, also when that one quotes it', async () => {
    const secret = 'the-key-in-the-path';
    const { work } = await upload(
      ({ url }, response) =>
        url === '/other'
          ? response.writeHead(400).end(errorXml('InvalidRequest', `You came from ${secret}`))
          : response.writeHead(307, { location: '/other' }).end(),
      {},
      `/${secret}`,
    );
    const error = (await errorOf(work)) as RemoteCallError;
    expect(error.message).toContain('You came from');
    expect(JSON.stringify([error, error.message])).not.toContain(secret);
  });

  it.each([
    ['http://10.0.0.1/', 'FORBIDDEN_ADDRESS'],
    ['http://[', 'REDIRECTS'],
    ['/again', 'REDIRECTS'],
  ])('goes not for ever, and not to %s', async (location, code) => {
    const { work } = await upload((_, response) => response.writeHead(307, { location }).end());
    expect(await errorOf(work)).toMatchObject({ kind: 'refused', code });
  });

  it.each([
    ['?sv=2024-11-04&sr=b&sig=x', 'BlockBlob'],
    ['?X-Amz-Signature=x', undefined],
  ])('to %s says what kind of blob it is, if the store wants it', async (query, kind) => {
    const server = await startServer((_, response) => response.writeHead(201).end());
    onClose(() => server.close());
    const url = `${server.origin}/key${query}`;
    await uploadFile({ url, headers: {}, path: __filename, bytes: statSync(__filename).size, allowLoopback: true });
    expect(server.seen[0]?.headers['x-ms-blob-type']).toBe(kind);
  });
});

describe('A file does not count as stored', () => {
  it.each<[string, number, string | Buffer, Record<string, string>, object]>([
    ['202: it was only accepted', 202, '', {}, { kind: 'transient', code: 'NOT_STORED' }],
    ['203: a proxy answered', 203, '', {}, { kind: 'transient', code: 'NOT_STORED' }],
    ['206', 206, '', { etag: `"${md5}"` }, { kind: 'transient', code: 'NOT_STORED' }],
    ['a page', 200, '<!DOCTYPE html><title>Sign in</title>', {}, { kind: 'transient', code: 'HTML' }],
    ['a page with an ETag', 200, '<html><body>Welcome', { etag: '"5f-page"' }, { code: 'HTML' }],
    ['a compressed page', 200, gzipSync('<html><body>Hi'), { 'content-encoding': 'gzip' }, { code: 'HTML' }],
    ['an object that refuses', 200, '{"success":false}', {}, { kind: 'transient', code: 'NOT_STORED' }],
    ['an object with an error', 200, '{"error":"no room"}', {}, { kind: 'transient', code: 'NOT_STORED' }],
    ['a list', 200, '[]', {}, { kind: 'transient', code: 'NOT_STORED' }],
    ['a text without an ETag', 200, 'It works!', {}, { kind: 'transient', code: 'NOT_STORED' }],
    ['an error of the store', 200, errorXml('InternalError'), {}, { kind: 'transient', code: 'InternalError' }],
    ['an error with an ETag', 200, errorXml('SlowDown'), { etag: `"${md5}"` }, { kind: 'throttled', code: 'SlowDown' }],
    ['an error about the address', 200, errorXml('ExpiredToken'), {}, { kind: 'forbidden', code: 'ExpiredToken' }],
    ['an error that nobody knows', 200, errorXml('Whatever'), {}, { kind: 'unreadable', code: 'Whatever' }],
  ])('after %s', async (_, status, body, headers, facts) => {
    const { work } = await upload(answering(status, body, headers));
    const error = (await errorOf(work)) as RemoteCallError;
    expect(error).toMatchObject({ name: 'RemoteCallError', system: 'object store', status, ...facts });
    expect(JSON.stringify([error, error.stack])).not.toContain('must-stay-home');
  });

  it.each([{}, { etag: `"${md5}"` }])('when the answer breaks off: %j', async (headers) => {
    const { work } = await upload((_, response) => {
      response.writeHead(200, { 'content-length': 10, ...headers }).flushHeaders();
      response.socket?.destroySoon();
    });
    expect(await errorOf(work)).toMatchObject({ kind: 'transient', mayHaveActed: true });
  });

  it('when the answer came before the file was sent', async () => {
    const sockets: Socket[] = [];
    const early = createServer((socket) => {
      sockets.push(socket.on('error', () => undefined));
      // Reads no more than the beginning, so that the rest cannot be sent.
      socket.once('data', () => {
        socket.pause();
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\netag: "x"\r\n\r\n');
      });
    });
    await new Promise<void>((resolve) => early.listen(0, '127.0.0.1', resolve));
    onClose(async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => early.close(resolve));
    });
    const address = early.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const file = join(await temporaryFolder(onClose), 'file.bin');
    const large = Buffer.alloc(50_000_000);
    await writeFile(file, large);
    const work = uploadFile({
      url: `http://127.0.0.1:${port}/key`,
      headers: {},
      path: file,
      bytes: large.length,
      dispatcher: dispatcherFor(onClose),
      allowLoopback: true,
    });
    expect(await errorOf(work)).toMatchObject({ kind: 'transient', code: 'NOT_STORED' });
  });
});

describe('An answer that speaks of the address', () => {
  it.each([
    [400, 'ExpiredToken'],
    [401, 'ExpiredToken'],
    [400, 'InvalidToken'],
    [403, 'InvalidToken'],
    [400, 'TokenRefreshRequired'],
    [400, 'ExpiredRequest'],
    [400, 'SecurityTokenExpired'],
    [400, 'InvalidSecurityToken'],
    [400, 'AuthorizationQueryParametersError'],
    [400, 'AuthorizationHeaderMalformed'],
    [403, 'SignatureDoesNotMatch'],
    [403, 'RequestTimeTooSkewed'],
    [401, 'AuthenticationFailed'],
    [401, ''],
    [404, 'NoSuchBucket'],
    [412, 'PreconditionFailed'],
    [412, ''],
  ])('asks for a fresh one: %i %s', async (status, code) => {
    const { work } = await upload(answering(status, code === '' ? '' : errorXml(code)));
    expect(isExpiredAddress(await errorOf(work))).toBe(true);
  });

  it.each([
    [400, 'XAmzContentChecksumMismatch'],
    [400, 'XAmzContentSHA256Mismatch'],
    [400, 'BadDigest'],
    [400, 'Md5Mismatch'],
    [409, 'ConditionalRequestConflict'],
    [409, 'OperationAborted'],
    [400, 'RequestTimeout'],
  ])('is none, and the same is sent again: %i %s', async (status, code) => {
    const { work } = await upload(answering(status, errorXml(code)));
    const error = await errorOf(work);
    expect(error).toMatchObject({ kind: 'transient', code });
    expect(isExpiredAddress(error)).toBe(false);
  });
});

describe('The text of an error', () => {
  const escaped = errorXml('AccessDenied', 'Key &lt;a &amp; b&gt; has &#x65;xpired&#33; &unknown;');

  it.each<[string, (text: string) => Buffer, string]>([
    ['plain', (text) => Buffer.from(text), 'identity'],
    ['gzip', gzipSync, 'gzip'],
    ['x-gzip', gzipSync, 'x-gzip'],
    ['deflate', deflateSync, 'deflate'],
    ['brotli', brotliCompressSync, 'br'],
  ])('is read with its entities, %s', async (_, compress, encoding) => {
    const { work } = await upload(answering(403, compress(escaped), { 'content-encoding': encoding }));
    const error = (await errorOf(work)) as RemoteCallError;
    expect(error.message).toContain('code AccessDenied, Key <a & b> has expired! &unknown;');
  });

  it.each([
    ['in an encoding that nobody knows', 'zstd'],
    ['that is not in the encoding that it states', 'gzip'],
  ])('is left out %s', async (_, encoding) => {
    const { work } = await upload(answering(403, escaped, { 'content-encoding': encoding }));
    expect(await errorOf(work)).toMatchObject({ kind: 'forbidden', code: undefined, excerpt: undefined });
  });

  it('holds no secret of an address that it quotes with entities', async () => {
    const message = 'Request https://store/key?a=1&amp;X-Amz-Signature=must-stay-home&amp;b=2 has expired';
    const { work } = await upload(answering(403, errorXml('AccessDenied', message)));
    const error = (await errorOf(work)) as RemoteCallError;
    expect(error.message).toContain('Request https://store/key?[removed] has expired');
    expect(JSON.stringify([error, error.stack])).not.toContain('must-stay-home');
  });

  it('is found in elements with a prefix, attributes and CDATA', async () => {
    const xml =
      '<s:Error xmlns:s="urn:x"><s:Code a="1">ExpiredToken</s:Code><s:Message><![CDATA[The token]]></s:Message></s:Error>';
    const { work } = await upload(answering(400, xml));
    expect(await errorOf(work)).toMatchObject({ kind: 'forbidden', code: 'ExpiredToken' });
  });
});

describe('The headers of an address', () => {
  it('are sent once each, whatever their letter case', async () => {
    const { work, server } = await upload(answering(200), {
      'User-Agent': 'signed/1',
      'Content-Type': 'image/jpeg',
      'content-type': 'image/png',
      'If-None-Match': '*',
      'Content-Length': '5',
    });
    await work;
    expect(server.seen[0]?.headers).toMatchObject({
      'user-agent': 'signed/1',
      'content-type': 'image/png',
      'if-none-match': '*',
      'content-length': String(bytes.length),
    });
  });
});
