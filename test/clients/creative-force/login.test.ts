import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { RemoteCallError } from '../../../clients/remote-call-error';
import { authorityStandIn, begin, logIn, openInBrowser, redirectUri, type Authority } from './authority-stand-in';
import { errorOf, sendJson } from '../test-server';
import { secret } from './gateway-stand-in';

const start = authorityStandIn();

describe('The address that a person opens', () => {
  it('asks for a code with PKCE S256, a state, the redirect and both scopes', async () => {
    const { login, origin } = await start();
    const { url } = await begin(login());
    expect(url.startsWith(`${origin}/connect/authorize?`)).toBe(true);
    expect(Object.fromEntries(new URL(url).searchParams)).toEqual({
      response_type: 'code',
      client_id: 'app',
      redirect_uri: redirectUri,
      scope: 'cfgateway offline_access',
      state: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    });
  });
});

describe('The start page of a login', () => {
  it('belongs to the browser that opens it first, also when it opens it again', async () => {
    const { login } = await start();
    const { ticket } = await login().start(redirectUri, 60_000);
    const first = await login().open(ticket);
    if (first.outcome !== 'opened') throw new Error(first.outcome);
    expect(await login().open(ticket, first.browser)).toEqual(first);
    for (const other of [undefined, 'another-secret']) {
      expect(await login().open(ticket, other)).toEqual({ outcome: 'another browser' });
    }
  });

  it('is not to be had without its ticket, nor when its time is over', async () => {
    const { login, clock } = await start();
    const { ticket } = await login().start(redirectUri, 60_000);
    expect(await login().open('guess')).toEqual({ outcome: 'no pending login' });
    clock.now += 60_000;
    expect(await login().open(ticket)).toEqual({ outcome: 'no pending login' });
  });
});

describe('The redirect of a login', () => {
  it('makes a login with which the gateway can be called, in another process than the one that began it', async () => {
    const { login, client, asked } = await start();
    const begun = await begin(login());
    // Another object with nothing but the folder in common.
    expect(await login().finish(await openInBrowser(begun.url), begun.browser)).toEqual({ outcome: 'logged in' });
    expect(await login().progress(begun.id)).toBe('logged in');
    await expect(client().readJob('job-1')).resolves.toMatchObject({ code: 'JOB-1' });
    expect(asked).toHaveLength(1);
    expect(asked[0]?.get('code_verifier')).toMatch(/^[\w-]{43}$/);
  });

  it('with another state changes nothing: the right one still counts', async () => {
    const { login, asked } = await start();
    const { url, browser } = await begin(login());
    const query = await openInBrowser(url);
    const forged = new URLSearchParams(query);
    forged.set('state', 'forged');
    expect(await login().finish(forged, browser)).toEqual({ outcome: 'state mismatch' });
    expect(await login().finish(new URLSearchParams())).toEqual({ outcome: 'state mismatch' });
    expect(asked).toHaveLength(0);
    expect(await login().finish(query, browser)).toEqual({ outcome: 'logged in' });
  });

  it.each([
    ['without the cookie of the start page', undefined],
    ['with the cookie of another one', 'a-secret-of-somebody-else'],
  ])('%s changes nothing: the browser that began it still counts', async (_how, other) => {
    const { login, asked } = await start();
    const { url, browser } = await begin(login());
    const query = await openInBrowser(url);
    expect(await login().finish(query, other)).toEqual({ outcome: 'another browser' });
    expect(asked).toHaveLength(0);
    expect(await login().finish(query, browser)).toEqual({ outcome: 'logged in' });
  });

  it('counts once, also when it comes twice at the same moment', async () => {
    const { login, asked } = await start();
    const { url, browser } = await begin(login());
    const query = await openInBrowser(url);
    const ends = await Promise.all([login().finish(query, browser), login().finish(query, browser)]);
    expect(ends.map(({ outcome }) => outcome).sort()).toEqual(['logged in', 'no pending login']);
    expect(asked).toHaveLength(1);
  });

  it('is too late after the set time', async () => {
    const { login, clock } = await start();
    const { url, browser } = await begin(login());
    const query = await openInBrowser(url);
    clock.now += 60_000;
    expect(await login().finish(query, browser)).toEqual({ outcome: 'no pending login' });
  });

  it('is not waited for when nobody began a login, or when it was given up', async () => {
    const { login } = await start();
    expect(await login().finish(new URLSearchParams({ state: 'x' }))).toEqual({ outcome: 'no pending login' });
    const { url, id, browser } = await begin(login());
    await login().cancel(id);
    expect(await login().finish(await openInBrowser(url), browser)).toEqual({ outcome: 'no pending login' });
  });

  it('that is refused is explained', async () => {
    const { login } = await start();
    const { url, id, browser } = await begin(login());
    const state = new URL(url).searchParams.get('state') ?? '';
    const query = new URLSearchParams({ error: 'access_denied', error_description: 'not\u0000<today>', state });
    const end = await login().finish(query, browser);
    expect(end).toEqual({ outcome: 'failed', message: expect.stringContaining('access_denied (not  today)') });
    expect(await login().progress(id)).toEqual({ failed: expect.stringContaining('extpost login acme') });
  });

  it('of an authority that is not ours is refused', async () => {
    const { login, asked } = await start();
    const { url, browser } = await begin(login());
    const query = await openInBrowser(url);
    query.set('iss', 'https://elsewhere.example');
    expect(await login().finish(query, browser)).toMatchObject({ outcome: 'failed' });
    expect(asked).toHaveLength(0);
  });

  it('whose code was made for another login is refused by the authority, by PKCE', async () => {
    const { login } = await start();
    const stolen = await openInBrowser((await begin(login())).url);
    const { url, browser } = await begin(login());
    const query = await openInBrowser(url);
    query.set('code', stolen.get('code') ?? '');
    expect(await login().finish(query, browser)).toMatchObject({
      outcome: 'failed',
      message: expect.stringContaining('invalid_grant'),
    });
  });

  it('that brings no refresh token is no login', async () => {
    const { login, client } = await start({ grant: { refresh_token: null } });
    const { url, browser } = await begin(login());
    expect(await login().finish(await openInBrowser(url), browser)).toMatchObject({
      outcome: 'failed',
      message: expect.stringContaining('offline_access'),
    });
    expect(await errorOf(client().readJob('job-1'))).toMatchObject({ kind: 'unauthorized' });
  });

  it('is not lost over a formality: no token type, a number as text, an id token that nobody asked for', async () => {
    const { login, client } = await start({ grant: { token_type: undefined, expires_in: '3600', id_token: 'e.y.j' } });
    await logIn(login());
    await expect(client().readJob('job-1')).resolves.toMatchObject({ code: 'JOB-1' });
  });
});

describe('A refresh token', () => {
  it.each([
    ['a life that cannot be read', { expires_in: 'soon' }],
    ['a life that is an object', { expires_in: { seconds: 3600 } }],
    ['a life of 0', { expires_in: 0 }],
    ['a negative life', { expires_in: -1 }],
    ['a life without end', { expires_in: 1e300 }],
    ['null for everything else', { expires_in: null, token_type: null }],
  ])('is kept that comes with %s, and the access token is used', async (_, grant) => {
    const authority: Authority = {};
    const { login, client, clock, asked } = await start(authority);
    await logIn(login());
    authority.grant = grant;
    for (const _time of [1, 2]) {
      clock.now += 3_600_000;
      const calls = client();
      for (const _call of [1, 2, 3]) await expect(calls.readJob('job-1')).resolves.toMatchObject({ code: 'JOB-1' });
    }
    expect(asked.map((form) => form.get('grant_type')).filter((type) => type === 'refresh_token').length).toBeLessThan(
      3,
    );
  });

  it.each([
    ['no access token', { access_token: undefined }],
    ['an access token that fits in no header', { access_token: 'line\nbreak' }],
    ['a kind of token that nobody knows', { token_type: 'mac' }],
  ])('is kept that comes with %s, so that the next renewal works', async (_, grant) => {
    const authority: Authority = {};
    const { login, client, clock } = await start(authority);
    await logIn(login());
    clock.now += 3_600_000;
    authority.grant = grant;
    expect(await errorOf(client().readJob('job-1'))).toBeInstanceOf(RemoteCallError);
    authority.grant = {};
    await expect(client().readJob('job-1')).resolves.toMatchObject({ code: 'JOB-1' });
  });

  it('is kept when the first access token of a login cannot be used', async () => {
    const authority: Authority = { grant: { access_token: '' } };
    const { login, client } = await start(authority);
    const { url, browser } = await begin(login());
    expect(await login().finish(await openInBrowser(url), browser)).toMatchObject({ outcome: 'failed' });
    authority.grant = {};
    await expect(client().readJob('job-1')).resolves.toMatchObject({ code: 'JOB-1' });
  });
});

describe('An authority that wants the credentials in a Basic header', () => {
  it('gets them there for a login, its renewal and its end', async () => {
    const { login, client, clock, asked, revoked } = await start({ wantsBasic: true });
    const inHeader = { credentialsIn: 'header' } as const;
    await logIn(login(inHeader));
    clock.now += 3_600_000;
    await expect(client(inHeader).readJob('job-1')).resolves.toMatchObject({ code: 'JOB-1' });
    expect(await login(inHeader).logOut()).toEqual({ wasLoggedIn: true });
    expect([...asked, ...revoked].map((form) => form.has('client_secret'))).toEqual([false, false, false]);
  });

  it('refuses a form, and the error holds neither', async () => {
    const { login } = await start({ wantsBasic: true });
    const { url, browser } = await begin(login());
    const outcome = await login().finish(await openInBrowser(url), browser);
    expect(outcome).toMatchObject({ outcome: 'failed', message: expect.stringContaining('invalid_client') });
    expect(JSON.stringify(outcome)).not.toContain(secret);
  });
});

describe('The token of a login', () => {
  it('is renewed by one request, however many calls wait in however many processes', async () => {
    const { login, client, clock, asked } = await start();
    await logIn(login());
    clock.now += 3_600_000;
    const clients = Array.from({ length: 4 }, () => client());
    await Promise.all(clients.flatMap((one) => Array.from({ length: 5 }, () => one.readJob('job-1'))));
    expect(asked.map((form) => form.get('grant_type'))).toEqual(['authorization_code', 'refresh_token']);
  });

  it('is renewed by the refresh token of the last rotation, whichever process made it', async () => {
    const { login, client, clock, asked } = await start();
    await logIn(login());
    const [one, other] = [client(), client()];
    for (const each of [one, other, one, other]) {
      clock.now += 3_600_000;
      await expect(each.readJob('job-1')).resolves.toMatchObject({ code: 'JOB-1' });
    }
    const used = asked.slice(1).map((form) => form.get('refresh_token'));
    expect(new Set(used).size).toBe(4);
  });

  it('is renewed after a 401, although its time has not come', async () => {
    const { login, client, forgetAccessTokens, asked } = await start();
    await logIn(login());
    const one = client();
    await one.readJob('job-1');
    forgetAccessTokens();
    await expect(one.readJob('job-1')).resolves.toMatchObject({ code: 'JOB-1' });
    expect(asked).toHaveLength(2);
  });

  it('that nobody has logged in for says how to log in', async () => {
    const { client } = await start();
    const error = (await errorOf(client().readJob('job-1'))) as RemoteCallError;
    expect(error).toMatchObject({ name: 'RemoteCallError', kind: 'unauthorized' });
    expect(error.message).toContain('extpost login acme');
  });

  it('whose refresh token is refused says how to log in again', async () => {
    const { login, client, clock, forgetRefreshTokens } = await start();
    await logIn(login());
    forgetRefreshTokens();
    clock.now += 3_600_000;
    const error = (await errorOf(client().readJob('job-1'))) as RemoteCallError;
    expect(error).toMatchObject({ kind: 'unauthorized', code: 'invalid_grant', endpoint: 'POST /connect/token' });
    expect(error.message).toContain('extpost login acme');
  });

  it('outlasts a moment in which the authority is away', async () => {
    let isAway = false;
    const { login, client, clock } = await start({
      token: (_, response) => {
        if (isAway) response.writeHead(503, { 'retry-after': '2' }).end('<html><title>Away</title></html>');
        return isAway;
      },
    });
    await logIn(login());
    clock.now += 3_600_000;
    isAway = true;
    expect(await errorOf(client().readJob('job-1'))).toMatchObject({ kind: 'transient', retryAfterMs: 2_000 });
    isAway = false;
    await expect(client().readJob('job-1')).resolves.toMatchObject({ code: 'JOB-1' });
  });

  it('is not followed to where the token endpoint redirects', async () => {
    const { login, client, clock } = await start({
      token: (form, response) => {
        if (form.get('grant_type') !== 'refresh_token') return false;
        response.writeHead(307, { location: 'http://127.0.0.1:1/elsewhere' }).end();
        return true;
      },
    });
    await logIn(login());
    clock.now += 3_600_000;
    expect(await errorOf(client().readJob('job-1'))).toMatchObject({ kind: 'unreadable', status: 307 });
  });
});

describe('The files of a login', () => {
  it('are readable by nobody else, and hold no token in the open', async () => {
    const { login, folder } = await start();
    await logIn(login());
    const files = (await readdir(folder)).filter((name) => name.endsWith('.sealed'));
    expect(files.sort()).toEqual(['acme.login.sealed', 'acme.pending.sealed']);
    for (const name of files) {
      expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
      expect(await readFile(join(folder, name), 'utf8')).not.toMatch(/refresh-|access-|verifier/);
    }
  });

  it('cannot be read with another key, and the error says which setting it is', async () => {
    const { login, client, settings } = await start();
    await logIn(login());
    const error = (await errorOf(
      client({ tokenKey: 'another passphrase, long enough' }).readJob('1'),
    )) as RemoteCallError;
    expect(error).toMatchObject({ name: 'RemoteCallError', kind: 'unauthorized' });
    expect(error.message).toMatch(/^tokenKey \(EXTPOST_TOKEN_KEY\) does not match .*acme\.login\.sealed/);
    expect(error.message).not.toContain(settings.tokenKey);
  });

  it.each([Buffer.alloc(32, 8).toString('base64'), Buffer.alloc(32, 8).toString('hex'), 'a passphrase of some length'])(
    'can be sealed with 32 bytes or a passphrase: %s',
    async (tokenKey) => {
      const { login, client } = await start();
      await logIn(login({ tokenKey }));
      await expect(client({ tokenKey }).readJob('job-1')).resolves.toMatchObject({ code: 'JOB-1' });
      expect(await errorOf(client().readJob('job-1'))).toMatchObject({ kind: 'unauthorized' });
    },
  );

  it('of one studio are of no use to another', async () => {
    const { login, client, folder } = await start();
    await logIn(login());
    await writeFile(join(folder, 'other.login.sealed'), await readFile(join(folder, 'acme.login.sealed')));
    expect(await errorOf(client({ studio: 'other' }).readJob('job-1'))).toMatchObject({ kind: 'unauthorized' });
  });

  it('that cannot be written cost no login: the rotated token is kept and written later', async () => {
    let spoil: (() => Promise<void>) | undefined;
    const { login, client, clock, folder, asked } = await start({
      token: (form, response) => {
        if (spoil === undefined || form.get('grant_type') !== 'refresh_token') return false;
        const work = spoil;
        spoil = undefined;
        void work().then(() =>
          sendJson(response, 200, {
            access_token: 'kept',
            refresh_token: 'kept-too',
            expires_in: 3600,
            token_type: 'Bearer',
          }),
        );
        return true;
      },
    });
    await logIn(login());
    clock.now += 3_600_000;
    const file = join(folder, 'acme.login.sealed');
    spoil = async () => {
      await rename(file, `${file}.aside`);
      await mkdir(file);
    };
    const one = client();
    const error = (await errorOf(one.readJob('job-1'))) as RemoteCallError;
    expect(error).toMatchObject({ kind: 'transient' });
    expect(error.message).toContain('cannot be saved');
    await rm(file, { recursive: true });
    await rename(`${file}.aside`, file);
    // The gateway does not know this token and says 401, so the one that was kept is used up at once.
    expect(await errorOf(one.readJob('job-1'))).toMatchObject({ kind: 'unauthorized', code: 'invalid_grant' });
    expect(asked.at(-1)?.get('refresh_token')).toBe('kept-too');
  });
});

describe('A logout', () => {
  it('revokes the refresh token and deletes the login', async () => {
    const { login, client, revoked } = await start();
    await logIn(login());
    expect(await login().logOut()).toEqual({ wasLoggedIn: true });
    expect(revoked.map((form) => [form.get('token_type_hint'), form.get('token'), form.get('client_id')])).toEqual([
      ['refresh_token', expect.stringMatching(/^refresh-/), 'app'],
    ]);
    expect(await errorOf(client().readJob('job-1'))).toMatchObject({ kind: 'unauthorized' });
    expect(await login().logOut()).toEqual({ wasLoggedIn: false });
  });

  it('deletes the login also when it could not be revoked, and says why', async () => {
    const { login } = await start({ revocation: (response) => sendJson(response, 503, { error: 'out of order' }) });
    await logIn(login());
    expect(await login().logOut()).toEqual({
      wasLoggedIn: true,
      problem: expect.stringContaining('Creative Force answered POST /connect/revocation with 503'),
    });
    expect(await login().logOut()).toEqual({ wasLoggedIn: false });
  });

  it('with another key keeps the login, for it could not be revoked', async () => {
    const { login } = await start();
    await logIn(login());
    const other = login({ tokenKey: 'another passphrase, long enough' });
    expect(await errorOf(other.logOut())).toMatchObject({ kind: 'unauthorized' });
    expect(await login().logOut()).toEqual({ wasLoggedIn: true });
  });
});

describe('No secret of a login', () => {
  it('is in any error, whatever the authority echoes', async () => {
    const sent: string[] = [];
    const { login, client, clock } = await start({
      token: (form, response) => {
        for (const name of ['code', 'code_verifier', 'refresh_token', 'client_secret']) sent.push(form.get(name) ?? '');
        if (form.get('grant_type') !== 'refresh_token') return false;
        sendJson(response, 400, {
          error: 'invalid_request',
          error_description: form.toString(),
          message: sent.join(' '),
        });
        return true;
      },
      revocation: (response) => sendJson(response, 400, { error: 'x', error_description: sent.join(' ') }),
    });
    await logIn(login());
    clock.now += 3_600_000;
    const error = (await errorOf(client().readJob('job-1'))) as RemoteCallError;
    const { problem } = await login().logOut();
    const told = JSON.stringify([error, error.message, error.stack, problem]);
    expect(sent).toContain(secret);
    // The code and its verifier are of no use any more, and unknown to these two calls.
    const stillGood = new Set(sent.filter((text) => /^(?:refresh-|client-)/.test(text)));
    expect([...stillGood].filter((hidden) => told.includes(hidden))).toEqual([]);
  });

  it('is in the end of a login that failed', async () => {
    const sent: string[] = [];
    const { login } = await start({
      token: (form, response) => {
        sent.push(...['code', 'code_verifier', 'client_secret'].map((name) => form.get(name) ?? ''));
        sendJson(response, 400, { error: 'invalid_request', error_description: sent.join(' '), code: sent[1] });
        return true;
      },
    });
    const { url, browser } = await begin(login());
    const end = JSON.stringify(await login().finish(await openInBrowser(url), browser));
    expect(end).toContain('"failed"');
    for (const hidden of sent) expect(end).not.toContain(hidden);
  });
});
