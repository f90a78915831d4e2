import type { RemoteCallError } from '../../../clients';
import { pastedTokenExpiry } from '../../../clients/creative-force/login/pasted-token';
import { gatewayStandIn, ids } from './gateway-stand-in';
import { errorOf, sendJson } from '../test-server';

const start = gatewayStandIn();
const end = Date.UTC(2026, 11, 1, 10);
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const webToken = `${part({ alg: 'RS256' })}.${part({ exp: end / 1_000 })}.c2lnbmF0dXJl`;
const pasted = { grant: 'pasted token', clientId: undefined, clientSecret: undefined } as const;

describe('A pasted token', () => {
  it('is sent as it is, and nothing is asked for', async () => {
    const { client, calls, tokenRequests } = await start(
      { answer: (_, response) => sendJson(response, 200, { jobId: ids.asset }) },
      { ...pasted, accessToken: 'pasted-by-hand\n' },
    );
    await client.readJob(ids.asset);
    expect([calls[0]?.headers.authorization, tokenRequests.length]).toEqual(['Bearer pasted-by-hand', 0]);
  });

  it('is not sent any more once it has ended, and the error says when that was and what to do', async () => {
    const settings = { ...pasted, accessToken: 'pasted-by-hand', accessTokenExpires: '2026-12-01T10:00:00Z' };
    const { client, calls } = await start({}, settings, () => end);
    const error = (await errorOf(client.readJob(ids.asset))) as RemoteCallError;
    expect(error).toMatchObject({ name: 'RemoteCallError', kind: 'unauthorized', mayHaveActed: false });
    expect(error.message).toBe(
      'The pasted access token of this studio ended at 2026-12-01T10:00:00.000Z. ' +
        'Paste a new one and restart, or set a grant that renews itself (docs/login.md).',
    );
    expect(calls).toHaveLength(0);
  });

  it.each([
    ['a time that is not known', {}, 'ends is unknown'],
    ['a time to come', { accessTokenExpires: '2999-01-01T00:00:00Z' }, 'should be good until 2999-01-01T00:00:00.000Z'],
  ])('that is refused with %s says so, and is not tried twice', async (_, more, words) => {
    const { client, calls } = await start(
      { answer: (_seen, response) => sendJson(response, 401, {}) },
      { ...pasted, accessToken: 'pasted-by-hand', ...more },
    );
    const error = (await errorOf(client.readJob(ids.asset))) as RemoteCallError;
    expect(error).toMatchObject({ kind: 'unauthorized', status: 401 });
    expect(error.message).toContain(words);
    expect(error.message).not.toContain('pasted-by-hand');
    expect(calls).toHaveLength(1);
  });

  it.each([
    [
      'the setting, which wins',
      { accessToken: webToken, accessTokenExpires: '2027-01-01T00:00:00Z' },
      Date.UTC(2027, 0),
    ],
    ['the token itself, when it is a JSON Web Token', { accessToken: webToken }, end],
    ['nowhere, when it is opaque', { accessToken: 'opaque' }, undefined],
    ['nowhere, when its payload is no JSON', { accessToken: 'eyJ.a.b' }, undefined],
    ['nowhere, when its end is odd', { accessToken: `a.${part({ exp: 'soon' })}.c` }, undefined],
  ])('has its end from %s', (_, settings, expected) => {
    expect(pastedTokenExpiry(settings)).toBe(expected);
  });
});
