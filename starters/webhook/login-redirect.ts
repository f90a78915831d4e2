import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';

import { withoutTrailing } from '../../domain/shared/text';

export type LoginResult =
  | { readonly outcome: 'logged in' | 'no pending login' | 'state mismatch' }
  | { readonly outcome: 'failed'; readonly message: string };

/** Handlers of the redirect's query, by studio. */
export type LoginRedirects = ReadonlyMap<string, (query: URLSearchParams) => Promise<LoginResult>>;

const ADDRESS = '/login/creative-force/:studio';
/** Unauthenticated calls are logged at most once in this time, per kind. */
const ONE_MINUTE_MS = 60_000;

export function redirectAddress(publicUrl: string, studio: string): string {
  return `${withoutTrailing(publicUrl, '/')}${ADDRESS.replace(':studio', encodeURIComponent(studio))}`;
}

const pages = {
  'logged in': { status: 200, words: 'You are logged in. This page can be closed.' },
  'no pending login': {
    status: 404,
    words: 'No login is in progress. Start one with “extpost login”, and open the address that it prints.',
  },
  'state mismatch': {
    status: 400,
    words: 'This is not the response to the login in progress. Open the address that “extpost login” printed last.',
  },
  failed: { status: 502, words: 'The login failed. See the terminal in which it was started.' },
  'out of order': { status: 500, words: 'The login could not be completed. See the log of the receiver.' },
} as const;

/** Serves a login's redirect page. The query has an authorization code, so it is never logged, echoed or referred. */
export function registerLoginRedirect(receiver: FastifyInstance, redirects: LoginRedirects, log: Logger): void {
  const lastSaid = new Map<string, number>();
  const isNews = (kind: string): boolean => {
    const now = performance.now();
    const isFirst = now - (lastSaid.get(kind) ?? -Infinity) >= ONE_MINUTE_MS;
    if (isFirst) lastSaid.set(kind, now);
    return isFirst;
  };

  const finish = async (
    studio: string,
    take: (query: URLSearchParams) => Promise<LoginResult>,
    query: URLSearchParams,
  ) => {
    try {
      const result = await take(query);
      if (result.outcome === 'logged in') log.info({ studio }, 'a person has logged in to Creative Force');
      else if (result.outcome === 'failed')
        log.warn({ studio, reason: result.message }, 'a login to Creative Force failed');
      else if (isNews(`${studio}/${result.outcome}`))
        log.info({ studio, outcome: result.outcome }, 'a call of the login address');
      return result.outcome;
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'unknown';
      if (isNews(`${studio}/error`)) log.error({ studio, reason }, 'a login could not be finished');
      return 'out of order';
    }
  };

  receiver.get<{ Params: { studio: string } }>(ADDRESS, async (request, reply) => {
    const { studio } = request.params;
    const take = redirects.get(studio);
    if (take === undefined) {
      reply.callNotFound();
      return reply;
    }
    const { status, words } = pages[await finish(studio, take, new URL(request.url, 'http://receiver').searchParams)];
    return reply
      .code(status)
      .headers({
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-store',
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
      })
      .send(`<!doctype html><html lang="en"><title>extpost</title><p>${words}</p></html>\n`);
  });
}
