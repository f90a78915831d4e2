import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { createStudioLogin, type CreativeForceSettings, type RemoteCallError } from '../../clients';
import { errorOf } from '../clients/test-server';
import { canChangeSettings, describeIf, NO_CONTROL, openTarget, unknownId, type Target } from './target';

const redirectUri = 'https://vendor.example/login/creative-force/contract';

describeIf(canChangeSettings, 'A login by authorization code', NO_CONTROL, () => {
  let target: Target;
  let folder: string;
  let settings: CreativeForceSettings;
  beforeAll(async () => {
    target = await openTarget();
    await target.control.call('PATCH', '/settings', {
      creativeForce: { autoConsent: true, redirectUris: { acme: [redirectUri], nordlicht: [redirectUri] } },
    });
  });
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'extpost-contract-login-'));
    const { tokenUrl } = target.settings;
    settings = {
      ...target.settings,
      grant: 'authorization code',
      studio: 'contract',
      authorizeUrl: new URL('authorize', tokenUrl).href,
      revocationUrl: new URL('revocation', tokenUrl).href,
      loginScope: 'cfgateway offline_access',
      tokenFolder: folder,
      tokenKey: randomBytes(32).toString('base64'),
    };
  });
  afterEach(() => rm(folder, { recursive: true }));
  afterAll(async () => {
    const nobody = { acme: [], nordlicht: [] };
    await target.control.call('PATCH', '/settings', { creativeForce: { autoConsent: false, redirectUris: nobody } });
    await target.close();
  });

  /** What a browser does: opens the address and is sent back; then the end of the login. */
  const logIn = async (changed: (address: URL) => void = () => undefined, beforeFinish = () => Promise.resolve()) => {
    const login = createStudioLogin(settings);
    const opened = await login.open((await login.start(redirectUri, 60_000)).ticket);
    if (opened.outcome !== 'opened') throw new Error(opened.outcome);
    const address = new URL(opened.url);
    changed(address);
    const sentBack = (await fetch(address, { redirect: 'manual' })).headers.get('location');
    if (sentBack === null) return { outcome: 'not sent back' } as const;
    await beforeFinish();
    return login.finish(new URL(sentBack).searchParams, opened.browser);
  };
  /** A read that the gateway answers for any valid token. */
  const end = async () => (await errorOf(target.clientWith(settings).readJob(unknownId()))) as RemoteCallError;
  const answered = { kind: 'refused', status: 400, code: 'GEN-4' };

  it('gives a token that the gateway takes, and that a second client shares', async () => {
    await expect(logIn()).resolves.toEqual({ outcome: 'logged in' });
    expect([await end(), await end()]).toMatchObject([answered, answered]);
  });

  it.each([true, false])('is renewed when its token has ended, with rotation: %s', async (rotateRefreshTokens) => {
    await target.during({ rotateRefreshTokens, tokenLifetimeSeconds: 0.001 }, async () => {
      await expect(logIn()).resolves.toEqual({ outcome: 'logged in' });
    });
    expect(await target.during({ rotateRefreshTokens }, end)).toMatchObject(answered);
    expect(await target.during({ rotateRefreshTokens }, end)).toMatchObject(answered);
  });

  it('ends with its refresh token, and says that a person has to log in again', async () => {
    await target.during({ refreshTokenLifetimeSeconds: 0, tokenLifetimeSeconds: 0 }, async () => {
      await expect(logIn()).resolves.toEqual({ outcome: 'logged in' });
    });
    const error = await end();
    expect(error.kind).toBe('unauthorized');
    expect(error.message).toContain('extpost login contract');
  });

  it('needs offline_access for a refresh token, or gets one without', async () => {
    settings = { ...settings, loginScope: 'cfgateway' };
    const without = await target.during({ refreshTokenNeedsOfflineAccess: true }, () => logIn());
    expect(without).toMatchObject({ outcome: 'failed', message: expect.stringContaining('offline_access') as string });
    await expect(target.during({ refreshTokenNeedsOfflineAccess: false }, () => logIn())).resolves.toEqual({
      outcome: 'logged in',
    });
  });

  it('fails with a message when its code came too late', async () => {
    await expect(target.during({ codeLifetimeSeconds: 0 }, () => logIn())).resolves.toMatchObject({
      outcome: 'failed',
    });
  });

  it.each([true, false])('sends a code challenge, whether one is required or not: %s', async (requirePkce) => {
    await expect(target.during({ requirePkce }, () => logIn())).resolves.toEqual({ outcome: 'logged in' });
  });

  it('fails where the challenge was taken out on the way', async () => {
    const withoutChallenge = (address: URL) => {
      address.searchParams.delete('code_challenge');
    };
    const required = await target.during({ requirePkce: true }, () => logIn(withoutChallenge));
    expect(required).toMatchObject({ outcome: 'failed' });
  });

  it('is not sent back to an address that is not registered, or that Creative Force forbids', async () => {
    const elsewhere = (to: string) => (address: URL) => {
      address.searchParams.set('redirect_uri', to);
    };
    await expect(logIn(elsewhere('https://somebody.example/'))).resolves.toEqual({ outcome: 'not sent back' });
    const loopback = 'http://127.0.0.1:8080/login';
    const registered = { redirectUris: { acme: [redirectUri, loopback], nordlicht: [redirectUri, loopback] } };
    await target.control.call('PATCH', '/settings', { creativeForce: registered });
    await target.control.call('PATCH', '/settings', {
      creativeForce: { redirectUris: { acme: [redirectUri], nordlicht: [redirectUri] } },
    });
    const forbidden = () =>
      target.control.call('PATCH', '/settings', { creativeForce: { allowLoopbackRedirects: false, ...registered } });
    await expect(forbidden()).rejects.toThrow('127.0.0.1');
  });

  it('is a page for a person where nobody says yes by itself', async () => {
    await expect(target.during({ autoConsent: false }, () => logIn())).resolves.toEqual({ outcome: 'not sent back' });
  });

  it('is over after a logout', async () => {
    await logIn();
    await expect(createStudioLogin(settings).logOut()).resolves.toEqual({ wasLoggedIn: true });
    const error = await end();
    expect(error).toMatchObject({ kind: 'unauthorized' });
    expect(error.message).toContain('extpost login contract');
  });
});
