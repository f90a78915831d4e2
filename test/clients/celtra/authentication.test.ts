import type { ServerResponse } from 'node:http';
import { join } from 'node:path';

import type { CeltraSettings, ExportRequest, OAuthSettings, RemoteCallError, CeltraClient } from '../../../clients';
import { closingAfterEach, errorOf, sendJson, temporaryFolder, type Seen } from '../test-server';
import { celtraStandIn, secretKey } from './celtra-stand-in';

const onClose = closingAfterEach();
const startCeltra = celtraStandIn(onClose);
const request: ExportRequest = { filters: { designFile: { id: ['d1'] } }, caller: 'extpost acme/1' };

interface Celtra {
  /** What the token address answers; by default a new token each time: token-1, token-2 … */
  readonly token?: (seen: Seen, response: ServerResponse, count: number) => void;
  /** Tokens that Celtra refuses. */
  readonly refuses?: readonly string[];
  readonly oauth?: Partial<OAuthSettings>;
  readonly now?: () => number;
}

async function saveZip(client: CeltraClient): Promise<void> {
  await (await client.exportToZip(request)).saveTo(join(await temporaryFolder(onClose), 'all.zip'));
}

/** A Celtra that gives tokens and takes them. */
async function start({ token = giveToken, refuses = [], oauth, now }: Celtra = {}) {
  let count = 0;
  const answer = (response: ServerResponse, seen: Seen) => {
    if (seen.url === '/token') {
      count += 1;
      token(seen, response, count);
    } else if (refuses.includes(seen.headers.authorization ?? '')) {
      response.writeHead(401).end('Unauthorized');
    } else if (seen.url === '/api/export') {
      sendJson(response, 200, []);
    } else {
      response.end(Buffer.concat([Buffer.from('PK\x05\x06'), Buffer.alloc(18)]));
    }
  };
  const settings = (origin: string): Partial<CeltraSettings> => ({
    authentication: { method: 'oauth', tokenUrl: `${origin}/token`, ...oauth },
  });
  const { client, server } = await startCeltra(answer, settings, now);
  const asked = (url: string) => server.seen.filter((seen) => seen.url === url);
  return {
    client,
    asked,
    sent: () => server.seen.filter(({ url }) => url.startsWith('/api/')).map(({ headers }) => headers.authorization),
  };
}

function giveToken(_: Seen, response: ServerResponse, count: number): void {
  sendJson(response, 200, { access_token: `token-${count}`, token_type: 'Bearer', expires_in: 3_600 });
}

describe('A bearer token', () => {
  it('is had by client credentials and sent with every kind of call', async () => {
    const { client, asked, sent } = await start({ oauth: { scope: 'export', audience: 'hub' } });
    await client.exportOutputs(request);
    for await (const output of client.exportOutputsAsLines(request)) expect(output).toBeUndefined();
    await saveZip(client);
    expect(sent()).toEqual(['Bearer token-1', 'Bearer token-1', 'Bearer token-1']);
    expect(asked('/token')).toHaveLength(1);
    const form = new URLSearchParams(asked('/token')[0]?.body.toString());
    expect(Object.fromEntries(form)).toEqual({
      grant_type: 'client_credentials',
      client_id: 'app id',
      client_secret: secretKey,
      scope: 'export',
      audience: 'hub',
    });
  });

  it('can be had with the application in a header, encoded as RFC 6749 wants it', async () => {
    const { client, asked } = await start({ oauth: { credentialsIn: 'header' } });
    await client.exportOutputs(request);
    const [seen] = asked('/token');
    const basic = Buffer.from(seen?.headers.authorization?.replace('Basic ', '') ?? '', 'base64').toString();
    expect(basic).toBe('app+id:celtra+key%2Fthat%2Bmust+stay+home');
    expect(seen?.body.toString()).toBe('grant_type=client_credentials');
  });

  it('is asked for once, however many calls wait for it', async () => {
    const { client, asked } = await start();
    await Promise.all([1, 2, 3, 4, 5].map(() => client.exportOutputs(request)));
    expect(asked('/token')).toHaveLength(1);
  });

  it('is renewed before its end', async () => {
    let now = 1_000_000;
    const { client, sent } = await start({ now: () => now });
    await client.exportOutputs(request);
    now += 3_539_000;
    await client.exportOutputs(request);
    now += 2_000;
    await client.exportOutputs(request);
    expect(sent()).toEqual(['Bearer token-1', 'Bearer token-1', 'Bearer token-2']);
  });

  it('is dropped when it is refused, and one new one is tried', async () => {
    const { client, sent } = await start({ refuses: ['Bearer token-1'] });
    await expect(client.exportOutputs(request)).resolves.toEqual([]);
    await saveZip(client);
    expect(sent()).toEqual(['Bearer token-1', 'Bearer token-2', 'Bearer token-2']);
  });

  it('is not tried a third time', async () => {
    const { client, sent } = await start({ refuses: ['Bearer token-1', 'Bearer token-2'] });
    const error = (await errorOf(client.exportOutputs(request))) as RemoteCallError;
    expect(error).toMatchObject({ kind: 'unauthorized', status: 401, endpoint: 'POST /export' });
    expect(sent()).toEqual(['Bearer token-1', 'Bearer token-2']);
    expect(JSON.stringify([error, error.stack])).not.toContain('token-2');
  });

  it.each([
    ['invalid_client', 400],
    ['unauthorized_client', 401],
  ])('that is refused to the application (%s) is a matter of its settings', async (code, status) => {
    const { client, sent } = await start({
      token: (seen, response) => sendJson(response, status, { error: code, error_description: seen.body.toString() }),
    });
    const error = (await errorOf(client.exportOutputs(request))) as RemoteCallError;
    expect(error).toMatchObject({ kind: 'unauthorized', status, code, endpoint: 'POST /token', system: 'Celtra' });
    expect(error.message).toContain('Check applicationId, secretKey and authentication');
    for (const hidden of [secretKey, encodeURIComponent(secretKey), 'that%2Bmust']) {
      expect(JSON.stringify([error, error.stack])).not.toContain(hidden);
    }
    expect(sent()).toEqual([]);
  });

  it.each([
    ['is missing', {}],
    ['is of another kind', { access_token: 'some-long-token', token_type: 'mac' }],
    ['cannot stand in a header', { access_token: 'some\r\nlong-token' }],
  ])('that %s is a contract error without a word of the answer', async (_, answer) => {
    const { client } = await start({ token: (__, response) => sendJson(response, 200, answer) });
    const error = (await errorOf(client.exportOutputs(request))) as RemoteCallError;
    expect(error).toMatchObject({ kind: 'contract', endpoint: 'POST /token', excerpt: undefined });
    expect(JSON.stringify([error, error.stack])).not.toContain('long-token');
  });

  it('that does not come just now is worth another try', async () => {
    const { client } = await start({ token: (_, response) => response.writeHead(503).end() });
    await expect(errorOf(client.exportOutputs(request))).resolves.toMatchObject({ kind: 'transient', status: 503 });
  });
});
