import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Sandbox, SandboxOptions } from '../../sandbox';
import { startQuickSandbox } from './start';
import { send, Vendor, type Answer } from './vendor';

const REDIRECT = 'https://vendor.example/login/acme';
const tokenAnswer = z.object({ access_token: z.string(), refresh_token: z.string(), expires_in: z.number() });

describe("the authorization-code flow of Creative Force's stand-in", () => {
  let sandbox: Sandbox;
  let vendor: Vendor;
  const verifier = randomBytes(32).toString('base64url');

  const begin = async (creativeForce: SandboxOptions['creativeForce'] = {}): Promise<void> => {
    sandbox = await startQuickSandbox({
      creativeForce: { autoConsent: true, redirectUris: { acme: [REDIRECT] }, ...creativeForce },
    });
    vendor = new Vendor(sandbox);
  };
  const authorize = (change: Record<string, string | undefined> = {}): Promise<Response> => {
    const url = new URL(sandbox.authorizeUrl);
    const fields: Record<string, string | undefined> = {
      response_type: 'code',
      client_id: vendor.studio.clientId,
      redirect_uri: REDIRECT,
      scope: 'cfgateway offline_access',
      state: 'xyz',
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...change,
    };
    for (const [name, value] of Object.entries(fields)) if (value !== undefined) url.searchParams.set(name, value);
    return fetch(url, { redirect: 'manual' });
  };
  const backFrom = (response: Response): URLSearchParams =>
    new URL(response.headers.get('location') ?? 'https://none.example').searchParams;
  const post = (url: string, fields: Record<string, string>): Promise<Answer> =>
    send(url, {
      method: 'POST',
      body: new URLSearchParams({
        client_id: vendor.studio.clientId,
        client_secret: vendor.studio.clientSecret,
        ...fields,
      }),
    });
  const change = (code: string | null, fields: Record<string, string> = {}): Promise<Answer> =>
    post(sandbox.tokenUrl, {
      grant_type: 'authorization_code',
      code: code ?? '',
      redirect_uri: REDIRECT,
      code_verifier: verifier,
      ...fields,
    });
  const logIn = async (): Promise<z.infer<typeof tokenAnswer>> =>
    tokenAnswer.parse((await change(backFrom(await authorize()).get('code'))).json);
  const refresh = (token: string): Promise<Answer> =>
    post(sandbox.tokenUrl, { grant_type: 'refresh_token', refresh_token: token });
  const callWith = async (token: string): Promise<number> =>
    (await send(`${sandbox.creativeForceUrl}/nowhere`, { headers: { authorization: `Bearer ${token}` } })).status;

  afterEach(() => sandbox.stop());

  it('brings back a code and the state, and changes the code into tokens that open the gateway', async () => {
    await begin();
    const response = await authorize();
    expect(response.status).toBe(302);
    expect(backFrom(response).get('state')).toBe('xyz');
    const answer = await change(backFrom(response).get('code'));
    expect(answer.json).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope: 'cfgateway offline_access' });
    expect(await callWith(tokenAnswer.parse(answer.json).access_token)).toBe(404);
  });

  it('asks a person on a page when it does not consent by itself', async () => {
    await begin({ autoConsent: false });
    const decide = async (decision: string): Promise<URLSearchParams> => {
      const page = await (await authorize()).text();
      const request = /name="request" value="(\w+)"/.exec(page)?.[1] ?? '';
      const body = new URLSearchParams({ request, decision });
      return backFrom(await fetch(sandbox.authorizeUrl, { method: 'POST', body, redirect: 'manual' }));
    };
    expect((await decide('deny')).get('error')).toBe('access_denied');
    expect((await change((await decide('allow')).get('code'))).status).toBe(200);
  });

  it.each([
    ['an unknown app', { client_id: 'nobody' }],
    ['an address that is not registered', { redirect_uri: 'https://other.example/' }],
  ])('never redirects for %s', async (_name, fields) => {
    await begin();
    const response = await authorize(fields);
    expect([response.status, response.headers.get('location')]).toEqual([400, null]);
  });

  it.each([
    ['another response type', { response_type: 'token' }, 'unsupported_response_type'],
    ['a scope without cfgateway', { scope: 'openid' }, 'invalid_scope'],
    ['no code challenge', { code_challenge: undefined }, 'invalid_request'],
    ['a plain code challenge', { code_challenge_method: 'plain' }, 'invalid_request'],
  ])('sends an error back for %s', async (_name, fields, error) => {
    await begin();
    const back = backFrom(await authorize(fields));
    expect([back.get('error'), back.get('state'), back.get('code')]).toEqual([error, 'xyz', null]);
  });

  it.each([
    ['another verifier', { code_verifier: 'wrong' }],
    ['another redirect address', { redirect_uri: 'https://other.example/' }],
  ])('refuses a code with %s', async (_name, fields) => {
    await begin();
    const code = backFrom(await authorize()).get('code');
    expect(await change(code, fields)).toMatchObject({ status: 400, json: { error: 'invalid_grant' } });
  });

  it('takes a code once, and ends what it gave when it comes again', async () => {
    await begin();
    const code = backFrom(await authorize()).get('code');
    const { access_token: token } = tokenAnswer.parse((await change(code)).json);
    expect((await change(code)).json).toEqual({ error: 'invalid_grant' });
    expect(await callWith(token)).toBe(401);
  });

  it('refuses a code that is too old', async () => {
    await begin({ codeLifetimeSeconds: 0 });
    expect((await change(backFrom(await authorize()).get('code'))).json).toEqual({ error: 'invalid_grant' });
  });

  it('gives no refresh token without offline_access', async () => {
    await begin();
    const code = backFrom(await authorize({ scope: 'cfgateway' })).get('code');
    expect((await change(code)).json).not.toHaveProperty('refresh_token');
  });

  it('rotates refresh tokens and refuses an old one', async () => {
    await begin();
    const first = await logIn();
    const second = tokenAnswer.parse((await refresh(first.refresh_token)).json);
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect(await callWith(second.access_token)).toBe(404);
    expect(await refresh(first.refresh_token)).toMatchObject({ status: 400, json: { error: 'invalid_grant' } });
    expect((await refresh(second.refresh_token)).status).toBe(200);
  });

  it('keeps the refresh token when it does not rotate', async () => {
    await begin({ rotateRefreshTokens: false });
    const { refresh_token: token } = await logIn();
    expect((await refresh(token)).json).toMatchObject({ refresh_token: token });
  });

  it('lets a refresh token end', async () => {
    await begin({ refreshTokenLifetimeSeconds: 0 });
    expect((await refresh((await logIn()).refresh_token)).json).toEqual({ error: 'invalid_grant' });
  });

  it('revokes what came from one login, and says 200 also to a token that nobody knows', async () => {
    await begin();
    const { refresh_token: token, access_token: access } = await logIn();
    expect((await post(sandbox.revocationUrl, { token })).status).toBe(200);
    expect((await refresh(token)).json).toEqual({ error: 'invalid_grant' });
    expect(await callWith(access)).toBe(401);
    expect((await post(sandbox.revocationUrl, { token: 'unknown' })).status).toBe(200);
    expect((await post(sandbox.revocationUrl, { token, client_secret: 'no' })).json).toEqual({
      error: 'invalid_client',
    });
  });

  it('lets loopback addresses be registered, unless configured otherwise, and other forbidden ones never', async () => {
    await begin();
    const register = (uri: string): Promise<Answer> =>
      vendor.control('PATCH', '/settings', { creativeForce: { redirectUris: { acme: [uri] } } });
    expect((await register('http://127.0.0.1:8080/login')).status).toBe(200);
    expect((await authorize({ redirect_uri: 'http://127.0.0.1:8080/login' })).status).toBe(302);
    const forbidden = await register('https://x.localtest.me/');
    expect([forbidden.status, forbidden.text]).toEqual([400, expect.stringContaining('localtest.me')]);
    await register(REDIRECT);
    await vendor.control('PATCH', '/settings', { creativeForce: { allowLoopbackRedirects: false } });
    expect((await register('http://localhost/login')).text).toContain('localhost');
  });
});
