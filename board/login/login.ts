import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';

import { notFound } from '../not-found';
import { isPublicAddress, canAct, seesStudio, type Viewer } from '../viewer';
import { type AccessRules, noRoleSentence, viewerOf } from './access';
import { registerLoginPages } from './login-pages';
import type { LoginMethod } from './login-method';
import type { ProxyAnswer } from './proxy-headers';
import { isFromBoard, registerProtection } from './protection';
import type { SessionLimits } from './sessions';

export interface LoginOptions {
  readonly method: LoginMethod;
  readonly rules: AccessRules;
  readonly publicUrl: string | undefined;
  readonly sessions: SessionLimits;
  readonly logger: Logger;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Served to everybody, before any log-in. */
    isPublic?: boolean;
    /** What a route needs that is no GET; absent means `act`. */
    needs?: 'look' | 'act';
    /** The handler itself checks the form's token, because the body comes in parts. */
    checksToken?: boolean;
  }
}

/**
 * Lets in who has logged in, and sets `request.viewer`. Whatever is registered after it is closed to strangers unless its
 * `config` says `isPublic`; a route with `:studio` is not found by who does not see that studio; a form needs its token and,
 * unless its `config` says otherwise, the role `act`.
 */
export async function registerLogin(server: FastifyInstance, options: LoginOptions): Promise<void> {
  const { method, rules, publicUrl, logger } = options;
  const isSecure = publicUrl?.startsWith('https:') ?? false;
  const store = await registerProtection(server, { isSecure, sessions: options.sessions });

  server.addHook('onRequest', async (request, reply) => {
    const { config, url = '' } = request.routeOptions;
    const isPublic = config.isPublic === true || isPublicAddress(url);
    // A body that is not wanted is not waited for.
    if (!isRead(request) && !isFromBoard(request, publicUrl)) {
      reply.header('connection', 'close');
      return refuse(reply, 403, 'The form was not sent by a page of the board, so nothing was done.');
    }
    if (method.kind === 'proxy headers' && !isPublic) {
      const fault = await enterByProxy(request, method.read, rules);
      if (fault !== undefined) return refuse(reply, 403, fault);
    }
    const { viewer } = request.session;
    if (viewer !== undefined) {
      request.viewer = viewer;
      if (request.headers['hx-request'] === undefined) store.touch(request.session.sessionId);
    }
    if (isPublic) return undefined;
    if (viewer === undefined) return askToLogIn(request, reply);
    const { studio } = request.params as { readonly studio?: string };
    // Not "forbidden", because that would tell that there is such a task.
    if (studio !== undefined && !seesStudio(viewer, studio)) return notFound(reply);
    if (!isRead(request) && config.needs !== 'look' && !canAct(viewer)) {
      return refuse(
        reply,
        403,
        'You may look at tasks, but not decide about them. Ask the operator of extpost for the role “act”.',
      );
    }
    return undefined;
  });
  server.addHook('preHandler', (request, reply, done) => {
    if (isRead(request) || request.is404 || request.routeOptions.config.checksToken === true) done();
    else server.csrfProtection(request, reply, done);
  });
  registerLoginPages(server, {
    method,
    logIn: async (request, person) => {
      const viewer = viewerOf(person, rules);
      if (viewer !== undefined) await enter(request, viewer);
      logger.info({ viewer: person.identity, roles: viewer?.roles ?? [] }, 'log-in to the board');
      return viewer;
    },
    logger,
    isSecure,
  });
}

/** A new id for the session, so that nobody knows it from before the log-in. */
async function enter(request: FastifyRequest, viewer: Viewer): Promise<void> {
  await request.session.regenerate();
  request.session.viewer = viewer;
  request.session.loggedInAt = Date.now();
}

/** The proxy says with each request who it is. Gives the reason when nobody is let in. */
async function enterByProxy(
  request: FastifyRequest,
  read: (request: FastifyRequest['raw']) => ProxyAnswer,
  rules: AccessRules,
): Promise<string | undefined> {
  const answer = read(request.raw);
  if (answer.outcome !== 'known') return proxySentences[answer.outcome];
  const viewer = viewerOf(answer.person, rules);
  if (viewer === undefined) return noRoleSentence(answer.person);
  const { viewer: before } = request.session;
  // Form tokens belong to one person.
  if (before !== undefined && before.identity?.name !== viewer.identity?.name) await request.session.regenerate();
  request.session.viewer = viewer;
  return undefined;
}

const proxySentences = {
  'not the proxy': 'The board is reached through its proxy only (board.trustedProxies in extpost.yaml).',
  'nobody named': 'The proxy in front of the board does not say who you are. Log in there first.',
  'named twice':
    'The request names its user more than once. The proxy must replace the header of the browser, not add its own.',
} as const;

function askToLogIn(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const address = `/log-in?${new URLSearchParams({ to: isRead(request) ? request.url : '/' }).toString()}`;
  if (request.headers['hx-request'] === undefined && isRead(request)) return reply.redirect(address, 303);
  // A part of a page cannot be replaced by the log-in, so the page is left.
  return reply.code(401).headers({ 'hx-refresh': 'true', connection: 'close' }).send('Log in first.');
}

/** The address to open first: with a key where one was made for this start of the board. */
export function firstAddress(method: LoginMethod, url: string): string {
  if (method.kind !== 'password' || !method.isInLink) return url;
  return `${url}/log-in/link?${new URLSearchParams({ key: method.password }).toString()}`;
}

function refuse(reply: FastifyReply, status: number, sentence: string): Promise<FastifyReply> {
  return reply.code(status).page('message', { title: 'Not possible', sentence });
}

function isRead({ method }: FastifyRequest): boolean {
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS';
}
