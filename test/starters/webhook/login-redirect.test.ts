import type { LoginResult, LoginStart } from '../../../domain/studio-login/login-outcomes';
import { redirectAddress } from '../../../starters/webhook/login-redirect';
import { call, logged, serve, receiverForEach } from './receiver-harness';

receiverForEach();

const query = 'code=the-secret-code&state=the-secret-state';
let taken: string[];

const opened = {
  outcome: 'opened',
  url: 'https://accounts.example.com/authorize?state=s',
  browser: 'the-secret-of-the-browser',
  redirectUri: 'https://x.example.com/login/creative-force/acme',
} as const;

/** A receiver that waits for a login of acme, and none of newcomer. */
async function servingLogin(take: () => Promise<LoginResult>): Promise<void> {
  taken = [];
  await serve({
    logins: new Map([
      [
        'acme',
        {
          open: (ticket: string, browser?: string): Promise<LoginStart> =>
            Promise.resolve(
              ticket === 'the-ticket' && browser === undefined
                ? { ...opened, endsAt: Date.now() + 60_000 }
                : { outcome: 'another browser' },
            ),
          finish: (given: URLSearchParams, browser?: string) => {
            taken.push(given.toString(), ...(browser === undefined ? [] : [browser]));
            return take();
          },
        },
      ],
    ]),
  });
}

describe('the start page of a login', () => {
  const start = '/login/creative-force/acme/start?ticket=the-ticket';

  it('sends the browser on with a cookie that only comes back with the redirect', async () => {
    await servingLogin(() => Promise.resolve({ outcome: 'logged in' }));
    const { status, headers } = await call(start, { redirect: 'manual' });
    expect([status, headers.get('location'), headers.get('cache-control')]).toEqual([302, opened.url, 'no-store']);
    expect(headers.get('set-cookie')).toMatch(
      /^extpost-login=the-secret-of-the-browser; Path=\/login\/creative-force\/acme; Max-Age=60; HttpOnly; SameSite=Lax; Secure$/,
    );
  });

  it('refuses another browser in words, and logs no secret', async () => {
    await servingLogin(() => Promise.resolve({ outcome: 'logged in' }));
    const { status, text } = await call(start, { headers: { cookie: 'a=b; extpost-login=other' } });
    expect([status, text]).toEqual([403, expect.stringContaining('started in another browser')]);
    expect(logged).not.toMatch(/the-ticket|the-secret/);
  });

  it('hands the cookie over with the redirect', async () => {
    await servingLogin(() => Promise.resolve({ outcome: 'logged in' }));
    await call(`/login/creative-force/acme?${query}`, { headers: { cookie: 'a=b; extpost-login=mine' } });
    expect(taken).toEqual([query, 'mine']);
  });
});

describe('the address to which a login comes back', () => {
  it('is below the public address', () => {
    expect(redirectAddress('https://x.example.com/extpost/', 'acme')).toBe(
      'https://x.example.com/extpost/login/creative-force/acme',
    );
  });

  it('hands over the query, and says in a page that the login is done', async () => {
    await servingLogin(() => Promise.resolve({ outcome: 'logged in' }));
    const { status, headers, text } = await call(`/login/creative-force/acme?${query}`);
    expect([status, taken]).toEqual([200, [query]]);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(text).toContain('You are logged in');
    expect(logged).toContain('a user has logged in');
  });

  it.each([
    [{ outcome: 'no pending login' }, 404, 'No login is in progress'],
    [{ outcome: 'state mismatch' }, 400, 'not the response to the login'],
    [{ outcome: 'another browser' }, 403, 'started in another browser'],
    [{ outcome: 'failed', message: 'Creative Force said no.' }, 502, 'The login failed'],
  ] as const)('says %j in words', async (end, expected, words) => {
    await servingLogin(() => Promise.resolve(end));
    const { status, text } = await call(`/login/creative-force/acme?${query}`);
    expect([status, text]).toEqual([expected, expect.stringContaining(words)]);
  });

  it('neither echoes nor logs anything that it was called with', async () => {
    for (const end of [
      { outcome: 'state mismatch' },
      { outcome: 'failed', message: 'x' },
      { outcome: 'logged in' },
    ] as const) {
      await servingLogin(() => Promise.resolve(end));
      const { text } = await call(`/login/creative-force/acme?${query}&error=%3Cscript%3E`);
      expect(text + logged).not.toMatch(/the-secret|<script/);
    }
  });

  it('logs the reason of its own failure, once, and does not show it', async () => {
    await servingLogin(() => Promise.reject(new Error('tokenKey does not match')));
    const first = await call(`/login/creative-force/acme?${query}`);
    await call(`/login/creative-force/acme?${query}`);
    expect(first.status).toBe(500);
    expect(first.text).not.toContain('tokenKey');
    expect(logged.split('tokenKey does not match')).toHaveLength(2);
  });

  it('leaves one log line, however many strangers call it', async () => {
    await servingLogin(() => Promise.resolve({ outcome: 'state mismatch' }));
    for (let times = 0; times < 5; times++) await call('/login/creative-force/acme?state=guess');
    expect(logged.split('a call of the login address')).toHaveLength(2);
  });

  it.each(['/login/creative-force/newcomer', '/login/creative-force/nobody'])('is not served at %s', async (path) => {
    await servingLogin(() => Promise.resolve({ outcome: 'logged in' }));
    expect((await call(path)).status).toBe(404);
    expect(taken).toEqual([]);
  });

  it('is not served at all when no studio logs in', async () => {
    await serve();
    expect((await call(`/login/creative-force/acme?${query}`)).status).toBe(404);
  });

  it('takes nothing but GET', async () => {
    await servingLogin(() => Promise.resolve({ outcome: 'logged in' }));
    expect((await call(`/login/creative-force/acme?${query}`, { method: 'POST' })).status).toBe(404);
    expect(taken).toEqual([]);
  });
});
