import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';

import { calculatePKCECodeChallenge, generateRandomCodeVerifier, generateRandomState } from 'oauth4webapi';

import { RemoteCallError } from '../../remote-call-error';
import { LoginFiles, type PendingLogin } from './login-files';
import { OAuthClient } from './oauth-client';
import { renewalTime } from '../../http/token-cache';
import {
  creativeForceHttpOptions,
  requireLoginSettings,
  type CreativeForceSettings,
  type CreativeForceDependencies,
  type LoginSettings,
} from '../settings';

/** How a call of the redirect address ended. Only `logged in` and `failed` used up the login that was waited for. */
export type RedirectResult =
  | { readonly end: 'logged in' }
  | { readonly end: 'no login is waited for' }
  | { readonly end: 'another state' }
  | { readonly end: 'failed'; readonly message: string };

/** A login that was begun: the address for the person, and by what to ask for its end. */
export interface StartedLogin {
  readonly address: string;
  readonly id: string;
}

export interface StudioLogin {
  /** Makes a fresh login wait for its redirect; an earlier one that still waits is given up. */
  start(redirectUri: string, waitMs: number): Promise<StartedLogin>;
  /** Takes the query of the redirect. A state that is not ours changes nothing; ours counts once. */
  finish(query: URLSearchParams): Promise<RedirectResult>;
  /** How a login that was begun stands. */
  progress(id: string): Promise<'waiting' | 'logged in' | 'given up' | { readonly failed: string }>;
  /** Takes back a login that still waits, and forgets how it ended. */
  cancel(id: string): Promise<void>;
  /** Revokes the login and deletes it. `problem` says why it could not be revoked. */
  logOut(): Promise<{ readonly wasLoggedIn: boolean; readonly problem?: string }>;
}

/**
 * A person's login at Creative Force for one studio (authorization code, PKCE S256, `state`). What is waited for lies
 * sealed in a folder, because one process begins the login and another one gets the redirect.
 */
export function createStudioLogin(
  settings: CreativeForceSettings,
  tools: Omit<CreativeForceDependencies, 'budget'> = {},
): StudioLogin {
  const login: LoginSettings = requireLoginSettings(settings);
  const http = creativeForceHttpOptions(settings, tools);
  const files = new LoginFiles(login);
  const server = new OAuthClient(login, http);

  const waiting = async (query: URLSearchParams) => {
    const pending = await files.read('pending');
    if (pending?.status !== 'waiting' || http.now() >= pending.endsAt) return 'no login is waited for';
    return isEqualInConstantTime(query.get('state') ?? '', pending.state) ? pending : 'another state';
  };

  const exchange = async (query: URLSearchParams, pending: PendingLogin & { status: 'waiting' }): Promise<void> => {
    const { accessToken, refreshToken, expiresIn } = await server.exchangeCode(query, pending);
    if (refreshToken === undefined) {
      throw new RemoteCallError(
        'Creative Force gave no refresh token, so the login would end with its first access token. ' +
          'loginScope has to hold offline_access, and the registered app has to allow it.',
        { system: 'Creative Force', endpoint: 'login', kind: 'contract', mayHaveActed: false },
      );
    }
    await files.write('login', { refreshToken, accessToken, renewAt: renewalTime(http.now(), expiresIn) });
  };

  return {
    start: (redirectUri, waitMs) =>
      files.locked(async () => {
        const state = generateRandomState();
        const verifier = generateRandomCodeVerifier();
        const challenge = await calculatePKCECodeChallenge(verifier);
        const id = randomUUID();
        const endsAt = http.now() + waitMs;
        await files.write('pending', { status: 'waiting', id, state, verifier, redirectUri, endsAt });
        return { id, address: server.authorizationUrl({ state, challenge, redirectUri }) };
      }),

    finish: async (query) => {
      // Anybody may call this address, so nobody gets to the lock without knowing the state.
      const before = await waiting(query);
      if (typeof before === 'string') return { end: before };
      return files.locked(async (): Promise<RedirectResult> => {
        const pending = await waiting(query);
        if (typeof pending === 'string') return { end: pending };
        const { id } = pending;
        await files.write('pending', { status: 'under way', id });
        try {
          await exchange(query, pending);
        } catch (error) {
          const message = error instanceof RemoteCallError ? error.message : 'Something unexpected went wrong.';
          await files.write('pending', { status: 'failed', id, message });
          if (!(error instanceof RemoteCallError)) throw error;
          return { end: 'failed', message };
        }
        await files.write('pending', { status: 'done', id });
        return { end: 'logged in' };
      });
    },

    progress: async (id) => {
      const pending = await files.read('pending');
      if (pending?.id !== id) return 'given up';
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
        const problem = await server.revoke(stored.refreshToken).then(
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

/** Compared by digest, so that neither length nor beginning can be found out by timing. */
function isEqualInConstantTime(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
