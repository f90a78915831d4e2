import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';

import { nobody, type Viewer } from '../viewer';
import { noRoleSentence, type Person } from './access';
import type { LoginMethod } from './login-method';
import type { OpenIdConnect, PendingLogin } from './openid-connect';
import { isSamePassword, PASSWORD_IDENTITY } from './password';
import { cookieNameOf } from './protection';

/** Tabs in which a log-in was begun and not ended. */
const MAX_PENDING = 5;
const strictly = { rateLimit: { max: 10, timeWindow: '1 minute' } };

export interface LoginPagesOptions {
  readonly method: LoginMethod;
  /** Lets somebody in; nothing when they have no role. */
  readonly logIn: (request: FastifyRequest, person: Person) => Promise<Viewer | undefined>;
  readonly logger: Logger;
  readonly isSecure: boolean;
}

interface WithQuery {
  Querystring: Readonly<Record<string, unknown>>;
}

/** `/log-in`, its forms and redirects, and `/log-out`. */
export function registerLoginPages(server: FastifyInstance, options: LoginPagesOptions): void {
  const { method, logIn, logger, isSecure } = options;

  server.get<WithQuery>('/log-in', { config: { isPublic: true } }, async ({ query, viewer }, reply) => {
    const to = localAddress(query['to']);
    return viewer.roles.length > 0 ? reply.redirect(to, 303) : showLogIn(reply, { to });
  });

  server.post('/log-out', { config: { needs: 'look' } }, async (request, reply) => {
    await request.session.destroy();
    request.viewer = nobody;
    // A browser ignores the removal of such a cookie when it is not marked as it was set.
    void reply.clearCookie(cookieNameOf(isSecure), { path: '/', secure: isSecure });
    const elsewhere = method.kind === 'openid connect' ? await endSessionUrl(method.client) : undefined;
    return reply.page('logged-out', { title: 'Logged out', elsewhere, isByProxy: method.kind === 'proxy headers' });
  });

  if (method.kind === 'openid connect') registerRedirects(method.client);
  if (method.kind === 'password') registerPassword(method);

  function registerPassword({ password, isInLink }: Extract<LoginMethod, { kind: 'password' }>): void {
    server.post('/log-in', { config: { isPublic: true, ...strictly } }, async (request, reply) => {
      const fields = request.body as Readonly<Record<string, unknown>>;
      const to = localAddress(fields['to']);
      if (!isSamePassword(fields['password'], password)) {
        logger.warn({ address: request.ip }, 'a wrong password of the board');
        return showLogIn(reply.code(403), { to, fault: 'That is not the password.' });
      }
      const by = typeof fields['name'] === 'string' ? fields['name'] : undefined;
      await logIn(request, { identity: PASSWORD_IDENTITY, by, groups: [] });
      return reply.redirect(to, 303);
    });
    if (!isInLink) return;
    server.get<WithQuery>('/log-in/link', { config: { isPublic: true, ...strictly } }, async (request, reply) => {
      const to = localAddress(request.query['to']);
      if (!isSamePassword(request.query['key'], password)) {
        return showLogIn(reply.code(403), {
          to,
          fault: 'This link is from an earlier start of the board. Take the newest one.',
        });
      }
      await logIn(request, { identity: PASSWORD_IDENTITY, by: 'somebody on this computer', groups: [] });
      return reply.redirect(to, 303);
    });
  }

  function registerRedirects(client: OpenIdConnect): void {
    server.get<WithQuery>('/log-in/start', { config: { isPublic: true, ...strictly } }, async (request, reply) => {
      const to = localAddress(request.query['to']);
      const begun = await client.begin(to);
      if ('fault' in begun) {
        logger.error({ reason: begun.fault }, 'the provider of log-ins to the board does not answer');
        return showLogIn(reply.code(502), { to, fault: 'The log-in provider does not answer. Try again in a minute.' });
      }
      request.session.pending = [...(request.session.pending ?? []), begun.pending].slice(-MAX_PENDING);
      return reply.redirect(begun.url, 303);
    });

    server.get<WithQuery>('/log-in/return', { config: { isPublic: true, ...strictly } }, async (request, reply) => {
      const { pending, others } = pendingOf(request);
      if (pending === undefined) {
        return showLogIn(reply.code(400), {
          to: '/',
          fault: 'This log-in was not started in this browser, or too long ago. Start again.',
        });
      }
      // What comes back once does not count again.
      request.session.pending = others;
      const answer = await client.finish(new URL(request.url, 'http://board'), pending);
      if (answer.outcome === 'failed') {
        logger.warn({ reason: answer.reason }, 'a log-in to the board failed');
        return showLogIn(reply.code(403), {
          to: pending.to,
          fault: 'The log-in failed. The log of the board says why.',
        });
      }
      const viewer = await logIn(request, answer.person);
      if (viewer !== undefined) return reply.redirect(pending.to, 303);
      return reply.code(403).page('message', { title: 'No access', sentence: noRoleSentence(answer.person) });
    });
  }

  /** The address of the provider's own log-out is a kindness: without it one is logged out of the board all the same. */
  async function endSessionUrl(client: OpenIdConnect): Promise<string | undefined> {
    try {
      return await client.endSessionUrl();
    } catch (error) {
      logger.warn(
        { reason: error instanceof Error ? error.message : 'unknown' },
        'the log-in provider does not answer',
      );
      return undefined;
    }
  }

  function showLogIn(
    reply: FastifyReply,
    page: { readonly to: string; readonly fault?: string },
  ): Promise<FastifyReply> {
    const isInLink = method.kind === 'password' && method.isInLink;
    // A stranger gets a session only where a form needs it.
    const token = method.kind === 'password' ? reply.generateCsrf() : undefined;
    return reply.page('log-in', { title: 'Log in', fault: undefined, ...page, method: method.kind, token, isInLink });
  }
}

function pendingOf(request: FastifyRequest<WithQuery>): {
  readonly pending: PendingLogin | undefined;
  readonly others: readonly PendingLogin[];
} {
  const all = request.session.pending ?? [];
  const pending = all.find(({ state }) => state === request.query['state']);
  return { pending, others: all.filter((one) => one !== pending) };
}

/** A page of the board itself, whatever is asked for. */
function localAddress(to: unknown): string {
  const here = 'http://board.invalid';
  if (typeof to !== 'string' || !to.startsWith('/') || !URL.canParse(to, here)) return '/';
  const { origin, pathname, search } = new URL(to, here);
  // A path such as //elsewhere would be another host.
  return origin === here && !pathname.startsWith('//') && !pathname.startsWith('/log-') ? pathname + search : '/';
}
