import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';

import type { LoginResult, LoginStart } from '../../domain/studio-login/login-outcomes';
import { withoutTrailing } from '../../domain/shared/text';
import { cookieIn } from '../codec/codec-access';
import { firstInAMinute } from './first-in-a-minute';

/** A studio's login; `browser` is the secret in the cookie that the start page has set. */
export interface LoginPages {
  open(ticket: string, browser?: string): Promise<LoginStart>;
  finish(query: URLSearchParams, browser?: string): Promise<LoginResult>;
}

/** By studio. */
export type LoginRedirects = ReadonlyMap<string, LoginPages>;

const ADDRESS = '/login/creative-force/:studio';
const START = '/start';
const COOKIE = 'extpost-login';

export function redirectAddress(publicUrl: string, studio: string): string {
  return `${withoutTrailing(publicUrl, '/')}${ADDRESS.replace(':studio', encodeURIComponent(studio))}`;
}

/** The address that a person opens: it binds the login to that browser. */
export function loginStartAddress(publicUrl: string, studio: string, ticket: string): string {
  return `${redirectAddress(publicUrl, studio)}${START}?${new URLSearchParams({ ticket }).toString()}`;
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
  'another browser': {
    status: 403,
    words:
      'This login was started in another browser, or this browser rejects cookies. Run “extpost login” again, and open the address that it prints in one browser.',
  },
  failed: { status: 502, words: 'The login failed. See the terminal in which it was started.' },
  'out of order': { status: 500, words: 'The login could not be completed. See the log of the receiver.' },
} as const;

/** Serves a login's start page and its redirect. The query has an authorization code, so it is never logged, echoed or referred. */
export function registerLoginRedirect(receiver: FastifyInstance, redirects: LoginRedirects, log: Logger): void {
  const isFirst = firstInAMinute();

  /** A page's outcome, which is logged once a minute unless somebody has logged in. */
  const attempt = async <Result extends LoginResult | LoginStart>(studio: string, work: () => Promise<Result>) => {
    try {
      const result = await work();
      if (result.outcome === 'logged in') log.info({ studio }, 'a user has logged in to Creative Force');
      else if (result.outcome === 'failed')
        log.warn({ studio, reason: result.message }, 'a login to Creative Force failed');
      else if (isFirst(`${studio}/${result.outcome}`))
        log.info({ studio, outcome: result.outcome }, 'a call of the login address');
      return result;
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'unknown';
      if (isFirst(`${studio}/error`)) log.error({ studio, reason }, 'a login could not be finished');
      return { outcome: 'out of order' } as const;
    }
  };

  receiver.get<{ Params: { studio: string } }>(ADDRESS, async (request, reply) => {
    const { studio } = request.params;
    const login = redirects.get(studio);
    if (login === undefined) {
      reply.callNotFound();
      return reply;
    }
    const query = queryOf(request);
    const { outcome } = await attempt(studio, () => login.finish(query, cookieOf(request)));
    return showPage(reply, pages[outcome]);
  });

  receiver.get<{ Params: { studio: string } }>(`${ADDRESS}${START}`, async (request, reply) => {
    const { studio } = request.params;
    const login = redirects.get(studio);
    if (login === undefined) {
      reply.callNotFound();
      return reply;
    }
    const ticket = queryOf(request).get('ticket') ?? '';
    const started = await attempt(studio, () => login.open(ticket, cookieOf(request)));
    if (started.outcome !== 'opened') return showPage(reply, pages[started.outcome]);
    return reply
      .code(302)
      .headers({ ...secretive, 'set-cookie': setCookie(started), location: started.url })
      .send();
  });
}

/** What is in these addresses is not to be kept or passed on. */
const secretive = { 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' };

function showPage(reply: FastifyReply, { status, words }: { status: number; words: string }): FastifyReply {
  return reply
    .code(status)
    .headers({
      ...secretive,
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
    })
    .send(`<!doctype html><html lang="en"><title>extpost</title><p>${words}</p></html>\n`);
}

function queryOf({ url }: FastifyRequest): URLSearchParams {
  return new URL(url, 'http://receiver').searchParams;
}

/** Sent back with the redirect, which is a navigation from Creative Force's site, and with nothing else from there. */
function setCookie({ browser, redirectUri, endsAt }: Extract<LoginStart, { outcome: 'opened' }>): string {
  const { pathname, protocol } = new URL(redirectUri);
  const seconds = Math.max(1, Math.ceil((endsAt - Date.now()) / 1_000));
  const secure = protocol === 'https:' ? '; Secure' : '';
  return `${COOKIE}=${browser}; Path=${pathname}; Max-Age=${seconds}; HttpOnly; SameSite=Lax${secure}`;
}

function cookieOf(request: FastifyRequest): string | undefined {
  return cookieIn(request.headers.cookie ?? '', COOKIE);
}
