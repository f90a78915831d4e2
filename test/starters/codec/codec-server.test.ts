import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { ExternalStorageRunner } from '@temporalio/common/lib/internal-non-workflow';
import type { FastifyInstance } from 'fastify';

import { grantAccess } from '../../../starters/codec/codec-access';
import { createCodecServer } from '../../../starters/codec/codec-server';
import { createDataConverter } from '../../../temporal/data-converter';
import { createPayloadEncryption, payloadKeyId } from '../../../temporal/payload-encryption';
import { createPayloadReader } from '../../../temporal/readable-history';

const [key, token, webUi] = ['a secret of sixteen', 'a token of the codec server', 'http://127.0.0.1:8233'];
const bearer = { authorization: `Bearer ${token}` };
let folder: string;
let server: FastifyInstance;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'extpost-codec-'));
  server = serve();
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

const converter = () =>
  createDataConverter({ largePayloads: { store: { folder }, above: 1_000 }, encryptionKeys: [key] });
const logged: object[] = [];
const logger = { info: (line: object) => logged.push(line), warn: () => undefined, error: () => undefined };
const serve = (changes: { publicUrl?: string; encryptionKeys?: string[] } = {}) =>
  createCodecServer({
    payloads: createPayloadReader(converter()),
    token,
    encryptionKeys: [key],
    origins: [webUi],
    logger: logger as never,
    ...changes,
  });

interface WirePayload {
  readonly metadata: Readonly<Record<string, string>>;
  readonly data: string;
}

const wire = ({ metadata, data }: Payload): WirePayload => ({
  metadata: Object.fromEntries(
    Object.entries(metadata ?? {}).map(([name, value]) => [name, Buffer.from(value).toString('base64')]),
  ),
  data: Buffer.from(data ?? []).toString('base64'),
});
const plain = (value: unknown) => wire(defaultPayloadConverter.toPayload(value));
const call = (url: string, payloads: readonly WirePayload[], headers: Record<string, string> = bearer) =>
  server.inject({ method: 'POST', url, headers, payload: { payloads } });
const payloadsOf = (answer: { json(): unknown }) => (answer.json() as { payloads: WirePayload[] }).payloads;

describe('the codec server', () => {
  it.each(['', '/default'])('encodes and decodes payloads at %s/encode and /decode', async (prefix) => {
    const encoded = payloadsOf(await call(`${prefix}/encode`, [plain('a'), plain({ b: 1 })]));
    expect(encoded.map(({ metadata }) => Buffer.from(metadata['encoding'] ?? '', 'base64').toString())).toEqual([
      'binary/encrypted',
      'binary/encrypted',
    ]);
    expect(payloadsOf(await call(`${prefix}/decode`, encoded))).toEqual([plain('a'), plain({ b: 1 })]);
  });

  it('shows what is stored outside', async () => {
    const large = { text: 'x'.repeat(5_000) };
    const { externalStorage, payloadCodecs = [] } = converter();
    if (externalStorage === undefined) throw new Error('There is a store outside.');
    const encrypted = (await payloadCodecs[0]?.encode([defaultPayloadConverter.toPayload(large)])) ?? [];
    const references = await new ExternalStorageRunner(externalStorage).store(encrypted);
    expect(JSON.stringify(references.map(wire)).length).toBeLessThan(1_000);
    expect(payloadsOf(await call('/decode', references.map(wire)))).toEqual([plain(large)]);
  });

  it('says which key is missing', async () => {
    const foreign = await createPayloadEncryption(['another secret, longer']).encode([
      defaultPayloadConverter.toPayload('a'),
    ]);
    const answer = await call('/decode', foreign.map(wire));
    expect([answer.statusCode, answer.body]).toEqual([
      500,
      expect.stringContaining(payloadKeyId('another secret, longer')),
    ]);
  });

  it.each<[string, object]>([
    ['no payloads', {}],
    ['payloads that are no Base64', { payloads: [{ metadata: {}, data: '*' }] }],
    ['too many payloads', { payloads: Array.from({ length: 1_001 }, () => ({})) }],
  ])('refuses a body with %s', async (_what, payload) => {
    const answer = await server.inject({ method: 'POST', url: '/decode', headers: bearer, payload });
    expect(answer.statusCode).toBe(400);
  });
});

describe('who may read payloads', () => {
  const soon = () => Date.now() + 60_000;
  const access = grantAccess(key, 'ann', soon());

  it.each<[string, Record<string, string>]>([
    ['who sends the token', bearer],
    ['who was let in by the board', { authorization: `Bearer ${access}` }],
    ['a browser with the cookie', { cookie: `other=1; extpost_codec=${access}` }],
  ])('is %s', async (_who, headers) => {
    expect((await call('/decode', [], headers)).statusCode).toBe(200);
  });

  it.each<[string, Record<string, string>]>([
    ['without anything', {}],
    ['with another token', { authorization: 'Bearer another token, as long' }],
    ['with an access that has ended', { authorization: `Bearer ${grantAccess(key, 'ann', Date.now() - 1)}` }],
    [
      'with an access of another key',
      { authorization: `Bearer ${grantAccess('another secret, longer', 'ann', soon())}` },
    ],
    ['with a changed access', { authorization: `Bearer ${access.replace(/^../, 'ab')}` }],
    ['with half an access', { cookie: `extpost_codec=${access.split('.')[0] ?? ''}` }],
  ])('is nobody %s', async (_who, headers) => {
    const answer = await call('/decode', [plain('a')], headers);
    expect([answer.statusCode, answer.headers['www-authenticate']]).toEqual([401, 'Bearer']);
  });

  it('is named in the log, and the token is not', async () => {
    await call('/decode', [], { authorization: `Bearer ${access}` });
    await call('/decode', []);
    expect(logged.slice(-2)).toMatchObject([{ caller: 'ann' }, { caller: 'the token of temporal.codecServer' }]);
    expect(JSON.stringify(logged)).not.toContain(token);
  });
});

describe('a browser', () => {
  const preflight = (origin: string) => server.inject({ method: 'OPTIONS', url: '/decode', headers: { origin } });

  it('may call it from a page of the Web UI, with its cookie', async () => {
    const { statusCode, headers } = await preflight(webUi);
    expect([statusCode, headers['access-control-allow-origin'], headers['access-control-allow-credentials']]).toEqual([
      204,
      webUi,
      'true',
    ]);
    expect(headers['access-control-allow-headers']).toBe('authorization, content-type, x-namespace');
  });

  it('may not call it from any other page', async () => {
    const { statusCode, headers } = await preflight('https://elsewhere.example');
    expect([statusCode, headers['access-control-allow-origin']]).toEqual([403, undefined]);
    expect((await call('/decode', [], { ...bearer, origin: 'https://elsewhere.example' })).statusCode).toBe(403);
  });

  it.each([
    ['on this computer', undefined, 'SameSite=Lax'],
    ['elsewhere', 'https://codec.example', 'Secure; SameSite=None'],
  ])('that the board sends gets a cookie and goes on to the Web UI: %s', async (_where, publicUrl, scope) => {
    await server.close();
    server = serve(publicUrl === undefined ? {} : { publicUrl });
    const url = `/enter?access=${grantAccess(key, 'ann', Date.now() + 60_000)}`;
    const { statusCode, headers } = await server.inject({ url });
    const cookie = String(headers['set-cookie']);
    expect([statusCode, headers.location]).toEqual([303, webUi]);
    expect(cookie).toContain(`; Path=/; HttpOnly; ${scope}; Max-Age=28800`);
    expect((await call('/decode', [], { cookie: cookie.split(';')[0] ?? '' })).statusCode).toBe(200);
  });

  it.each(['/enter', '/enter?access=made-up.access', '/enter?access=a&access=b'])(
    'gets no cookie at %s',
    async (url) => {
      const { statusCode, headers } = await server.inject({ url });
      expect([statusCode, headers['set-cookie']]).toEqual([401, undefined]);
    },
  );
});
