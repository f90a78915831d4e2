import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';

import { calculatePKCECodeChallenge, generateRandomCodeVerifier, generateRandomState } from 'oauth4webapi';

import type { LoginResult, LoginStart } from '../../../domain/studio-login/login-outcomes';
import { requireAccess } from '../../http/oauth-token';
import type { HttpDependencies } from '../../http/send-request';
import { RemoteCallError } from '../../remote-call-error';
import {
  creativeForceHttpOptions,
  requireLoginSettings,
  type CreativeForceSettings,
  type LoginSettings,
} from '../settings';
import { LoginFiles, loginOf, type PendingLogin } from './login-files';
import { OAuthClient } from './oauth-client';
import { loginError } from './token-source';

export interface StartedLogin {
  readonly id: string;
  /** For the start page of the receiver; a secret until a browser has opened it. */
  readonly ticket: string;
}

export interface StudioLogin {
  /** Starts a login that waits for its redirect; it replaces one that still waits. */
  start(redirectUri: string, waitMs: number): Promise<StartedLogin>;
  /** Binds the login to the first browser that opens the start page; `browser` is its cookie, if it has opened it before. */
  open(ticket: string, browser?: string): Promise<LoginStart>;
  /** Takes the query of the redirect. A wrong state or another browser changes nothing; the right one counts once. */
  finish(query: URLSearchParams, browser?: string): Promise<LoginResult>;
  progress(id: string): Promise<'waiting' | 'logged in' | 'cancelled' | { readonly failed: string }>;
  /** Cancels a login that still waits, and forgets the outcome of one that ended. */
  cancel(id: string): Promise<void>;
  /** Revokes the login and deletes it. `problem` says why it could not be revoked. */
  logOut(): Promise<{ readonly wasLoggedIn: boolean; readonly problem?: string }>;
}

/** Authorization code, PKCE S256, `state`, one browser. A pending login is a file, because another process may get the redirect. */
export function createStudioLogin(settings: CreativeForceSettings, tools: HttpDependencies = {}): StudioLogin {
  const login: LoginSettings = requireLoginSettings(settings);
  const http = creativeForceHttpOptions(settings, tools);
  const files = new LoginFiles(login);
  const oauth = new OAuthClient(login, http);

  const readWaiting = async () => {
    const pending = await files.read('pending');
    return pending?.status !== 'waiting' || http.now() >= pending.endsAt ? undefined : pending;
  };

  const findPending = async (query: URLSearchParams, browser: string) => {
    const pending = await readWaiting();
    if (pending === undefined) return 'no pending login';
    if (!isEqualInConstantTime(query.get('state') ?? '', pending.state)) return 'state mismatch';
    return isEqualInConstantTime(hashOf(browser), pending.browser ?? '') ? pending : 'another browser';
  };

  const exchange = async (query: URLSearchParams, pending: PendingLogin & { status: 'waiting' }): Promise<void> => {
    const response = await oauth.exchangeCode(query, pending);
    const { refreshToken } = response;
    if (refreshToken === undefined) {
      requireAccess(response);
      throw loginError(
        'Creative Force gave no refresh token, so the login would end with its first access token. ' +
          'loginScope has to hold offline_access, and the registered app has to allow it.',
        'contract',
      );
    }
    await files.write('login', loginOf(response, refreshToken, http.now()));
    requireAccess(response);
  };

  return {
    start: (redirectUri, waitMs) =>
      files.locked(async () => {
        const state = generateRandomState();
        const verifier = generateRandomCodeVerifier();
        const challenge = await calculatePKCECodeChallenge(verifier);
        const id = randomUUID();
        const endsAt = http.now() + waitMs;
        const url = oauth.authorizationUrl({ state, challenge, redirectUri });
        const ticket = generateRandomState();
        await files.write('pending', { status: 'waiting', id, state, verifier, redirectUri, url, ticket, endsAt });
        return { id, ticket };
      }),

    open: async (ticket, browser) => {
      const isTicketOf = (pending: { readonly ticket: string }) => isEqualInConstantTime(ticket, pending.ticket);
      // Anybody may call this address, so the ticket is checked before the lock is taken.
      const found = await readWaiting();
      if (found === undefined || !isTicketOf(found)) return { outcome: 'no pending login' };
      return files.locked(async (): Promise<LoginStart> => {
        const pending = await readWaiting();
        if (pending === undefined || !isTicketOf(pending)) return { outcome: 'no pending login' };
        const { url, redirectUri, endsAt } = pending;
        if (pending.browser !== undefined) {
          if (browser === undefined || !isEqualInConstantTime(hashOf(browser), pending.browser)) {
            return { outcome: 'another browser' };
          }
          return { outcome: 'opened', url, browser, redirectUri, endsAt };
        }
        const secret = generateRandomState();
        await files.write('pending', { ...pending, browser: hashOf(secret) });
        return { outcome: 'opened', url, browser: secret, redirectUri, endsAt };
      });
    },

    finish: async (query, browser = '') => {
      // Anybody may call this address, so the state is checked before the lock is taken.
      const found = await findPending(query, browser);
      if (typeof found === 'string') return { outcome: found };
      return files.locked(async (): Promise<LoginResult> => {
        const pending = await findPending(query, browser);
        if (typeof pending === 'string') return { outcome: pending };
        const { id } = pending;
        await files.write('pending', { status: 'in progress', id });
        try {
          await exchange(query, pending);
        } catch (error) {
          const message = error instanceof RemoteCallError ? error.message : 'Something unexpected went wrong.';
          await files.write('pending', { status: 'failed', id, message });
          if (!(error instanceof RemoteCallError)) throw error;
          return { outcome: 'failed', message };
        }
        await files.write('pending', { status: 'done', id });
        return { outcome: 'logged in' };
      });
    },

    progress: async (id) => {
      const pending = await files.read('pending');
      if (pending?.id !== id) return 'cancelled';
      if (pending.status === 'failed') return { failed: pending.message };
      return pending.status === 'done' ? 'logged in' : 'waiting';
    },

    cancel: (id) =>
      files.locked(async () => {
        if ((await files.read('pending'))?.id === id) await files.remove('pending');
      }),

    logOut: () =>
      files.locked(async () => {
        const stored = await files.read('login');
        if (stored === undefined) return { wasLoggedIn: false };
        const problem = await oauth.revoke(stored.refreshToken).then(
          () => undefined,
          (error: unknown) => {
            if (error instanceof RemoteCallError) return error.message;
            throw error;
          },
        );
        await files.remove('login');
        return { wasLoggedIn: true, ...(problem !== undefined && { problem }) };
      }),
  };
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Digests are compared, so that timing reveals neither length nor beginning. */
function isEqualInConstantTime(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
