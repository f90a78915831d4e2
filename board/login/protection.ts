import cookie from '@fastify/cookie';
import csrfProtection from '@fastify/csrf-protection';
import formBody from '@fastify/formbody';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import session from '@fastify/session';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { randomBytes } from 'node:crypto';

import { peerOf } from '../../starters';
import { SessionStore, type SessionLimits } from './sessions';

const REQUESTS_PER_MINUTE = 1_200;
/** Fields of a form; a file does not go through here. */
const MAX_FIELDS = 50;

export interface ProtectionOptions {
  /** Whether people reach the board by https: then cookies are sent by https only. */
  readonly isSecure: boolean;
  readonly sessions: SessionLimits;
}

/** Sessions, form tokens, security headers and rate limits for every route that is registered after it. */
export async function registerProtection(server: FastifyInstance, options: ProtectionOptions): Promise<SessionStore> {
  const { isSecure, sessions } = options;
  const store = new SessionStore(sessions);
  await server.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    // With no-referrer a browser would say "Origin: null" of the board's own forms.
    referrerPolicy: { policy: 'same-origin' },
    strictTransportSecurity: isSecure ? { maxAge: 31_536_000, includeSubDomains: false } : false,
  });
  await server.register(cookie);
  server.addHook('onSend', async ({ session: one }: { session: FastifyRequest['session'] | null }) => {
    // The plugin itself saves no session of a board that a proxy reaches by http.
    if (one?.isModified() === true) await one.save();
  });
  await server.register(session, {
    secret: randomBytes(32).toString('base64'),
    cookieName: cookieNameOf(isSecure),
    cookie: { path: '/', httpOnly: true, sameSite: 'lax', secure: isSecure },
    rolling: false,
    saveUninitialized: false,
    store,
  });
  await server.register(formBody, { parser: parseForm });
  await server.register(csrfProtection, { sessionPlugin: '@fastify/session' });
  await server.register(rateLimit, {
    max: REQUESTS_PER_MINUTE,
    timeWindow: '1 minute',
    keyGenerator: ({ viewer, ip }) => viewer.identity?.name ?? peerOf(ip),
  });
  return store;
}

/** Checks the token of a form whose body comes in parts. Throws the refusal. */
export async function checkToken(server: FastifyInstance, request: FastifyRequest): Promise<void> {
  const refusal = await new Promise<unknown>((resolve) => {
    // The plugin answers by itself, which it must not do in the middle of a body.
    const reply = { send: resolve } as unknown as FastifyReply;
    server.csrfProtection(request, reply, () => {
      resolve(undefined);
    });
  });
  if (refusal !== undefined) throw refusal as Error;
}

/** The prefix makes browsers refuse one that was set by another host or without https. */
export function cookieNameOf(isSecure: boolean): string {
  return isSecure ? '__Host-extpost' : 'extpost';
}

/** The fields of a form; of those with one name the last counts, and what is beyond the limit is not read. */
function parseForm(text: string): Readonly<Record<string, string>> {
  const fields = [...new URLSearchParams(text)].slice(0, MAX_FIELDS);
  return Object.assign(Object.create(null) as Record<string, string>, Object.fromEntries(fields));
}

const sentences: Readonly<Record<string, string>> = {
  FST_CSRF_MISSING_SECRET: 'Your session has ended, so nothing was done. Open the page again and repeat the action.',
  FST_CSRF_INVALID_TOKEN:
    'The form did not come from this page of the board, so nothing was done. Open the page again and repeat the action.',
};

/** What a person is told of a refused request. */
export function refusalSentence({ code, statusCode, message }: FastifyError): string {
  if (statusCode === 429) return 'Too many requests have come from you in a short time. Wait a minute, and try again.';
  return sentences[code] ?? message;
}

/** Whether a request that changes something was sent by a page of the board itself, as far as the browser says. */
export function isFromBoard({ headers }: FastifyRequest, publicUrl: string | undefined): boolean {
  const { origin, host = '', 'sec-fetch-site': site } = headers;
  if (site !== undefined && site !== 'same-origin') return false;
  if (origin === undefined) return true;
  if (publicUrl !== undefined && origin === new URL(publicUrl).origin) return true;
  // Which hosts are the board's own is checked for every request.
  return URL.canParse(origin) && new URL(origin).host === host.toLowerCase();
}
