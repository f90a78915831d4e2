import { BlockList, isIP } from 'node:net';

import fastify, {
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type Session,
} from 'fastify';
import type { Logger } from 'pino';

import {
  addressMatcher,
  closeWithin,
  firstInAMinute,
  limitConnections,
  registerHealth,
  withTimeout,
} from '../starters';
import { errorText } from '../temporal';
import type { BoardOptions } from './board-options';
import { registerActions } from './actions/action-pages';
import { registerUpload } from './actions/upload-page';
import { registerHome } from './overview/home-page';
import { type ChosenLogin, chooseLogin } from './login/choose-login';
import { firstAddress, registerLogin } from './login/login';
import { refusalSentence } from './login/protection';
import type { TypedFields } from './login/sessions';
import { registerContents } from './contents/contents-page';
import { registerPictures } from './pictures/pictures-page';
import { createRecipePlanner, planOnThisThread } from './recipes/recipe-planner';
import { registerRecipes } from './recipes/recipes-page';
import { registerTask } from './task/task-page';
import { registerTasks } from './tasks/tasks-page';
import { loadAssets, serveAssets } from './view/assets';
import { createRenderer } from './view/renderer';
import { nobody, type Viewer } from './viewer';

/** Of a studio, and of a task. */
const NAME = /^[0-9A-Za-z-]{1,64}$/;
const BODY_LIMIT = 64 * 1024;
/** Of a request with its body; an upload may take longer. */
const REQUEST_TIMEOUT_MS = 30_000;
const UPLOAD_TIMEOUT_MS = 30 * 60_000;
const CLOSE_GRACE_MS = 5_000;
/** A browser keeps six open. */
const connectionLimits = { maxConnections: 1_024, maxConnectionsPerPeer: 512 };
const READY_WITHIN_MS = 2_000;
const nothingTyped: TypedFields = { reason: '', expected: '', outputId: '' };
/** Of a board without `board.login`: 4 and 12 hours. */
const defaultTimeouts = { idleTimeout: 4 * 3_600_000, absoluteTimeout: 12 * 3_600_000 };

export interface Board {
  /** Where people open it. */
  readonly url: string;
  /** What they open first: `url`, with the key when one was made for this start. */
  readonly firstUrl: string;
  readonly stop: () => Promise<void>;
}

/** The board cannot be started like this; the message says what to change. */
export class BoardError extends Error {
  override readonly name = 'BoardError';
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Who looks; the log-in sets it. */
    viewer: Viewer;
  }
  interface FastifyReply {
    /** Sends the page of a template in `board/templates/`. */
    page(template: string, scope: object): Promise<FastifyReply>;
  }
}

/** Serves the board, listening. Throws {@link BoardError} for a host that its log-in does not allow. */
export async function startBoard(options: BoardOptions): Promise<Board> {
  const { host, port, publicUrl } = options.config.board;
  const login = options.login ?? chooseLogin(options.config.board, isLoopback(host));
  if ('fault' in login) throw new BoardError(login.fault);
  const server = await createBoard({ ...options, login });
  const address = await server.listen({ host, port }).catch(async (error: unknown) => {
    await server.close();
    throw error;
  });
  const url = publicUrl ?? address;
  return { url, firstUrl: firstAddress(login.method, url), stop: () => server.close() };
}

/** The board without a port, as tests call it. */
export async function createBoard(options: BoardOptions & { readonly login: ChosenLogin }): Promise<FastifyInstance> {
  const { config, login, temporal, logger } = options;
  // Only tests run the board from its sources, which no thread can read.
  const { recipePlanner = __filename.endsWith('.ts') ? planOnThisThread() : createRecipePlanner() } = options;
  const assets = await loadAssets();
  const render = createRenderer(assets);
  const isTrustedProxy = addressMatcher(config.board.trustedProxies);
  const server = fastify({
    // Fastify's own log lines would contain addresses, which name tasks.
    logger: false,
    bodyLimit: BODY_LIMIT,
    requestTimeout: UPLOAD_TIMEOUT_MS,
    http: { headersTimeout: REQUEST_TIMEOUT_MS },
    trustProxy: isTrustedProxy,
    exposeHeadRoutes: true,
    routerOptions: { maxParamLength: 500 },
  });
  server.decorateRequest('viewer', null as unknown as Viewer);
  server.decorateReply('page', async function (this: FastifyReply, template: string, scope: object) {
    const { viewer, url } = this.request;
    // The forms of a page carry a token that nobody else can know.
    const formToken = viewer === nobody ? undefined : this.generateCsrf();
    const flash = takeFlash(this.request);
    const typed = flash?.typed ?? nothingTyped;
    const html = await render(template, { viewer, formToken, flash, typed, address: url, ...scope });
    return this.type('text/html; charset=utf-8').header('cache-control', 'no-store').send(html);
  });
  // Before anything is awaited: the routes that exist by then keep the handler of that moment.
  server.setErrorHandler(async (error: FastifyError, request, reply) => answerError(error, request, reply, logger));
  const isFirst = firstInAMinute();
  limitConnections(server, {
    ...connectionLimits,
    isTrustedProxy,
    onFull: () => {
      if (isFirst('full')) logger.warn('the board has too many connections; those that were idle longest are closed');
    },
  });
  limitBodies(server);
  server.addHook('onRequest', async (request, reply) => {
    request.viewer = nobody;
    // A page elsewhere can make its own host name lead here, and would then be of the same origin.
    if (!isOwnHost(request, config.board.publicUrl)) {
      return reply.code(421).page('message', {
        title: 'Unknown address',
        sentence: 'The board is not known under this address. Set board.publicUrl to it, or use http://127.0.0.1.',
      });
    }
    return undefined;
  });
  const { idleTimeout: idleMs, absoluteTimeout: absoluteMs } = config.board.login ?? defaultTimeouts;
  await registerLogin(server, {
    ...login,
    publicUrl: config.board.publicUrl,
    sessions: { idleMs, absoluteMs },
    logger,
  });
  // The log-in has answered who does not see the studio; a name that none can have is answered alike.
  server.addHook('preHandler', ({ params }, reply, done) => {
    const { studio = 'any', taskId = 'any' } = (params ?? {}) as { readonly studio?: string; readonly taskId?: string };
    if (NAME.test(studio) && NAME.test(taskId)) done();
    else reply.callNotFound();
  });
  serveAssets(server, assets);
  registerHealth(server, () => withTimeout(READY_WITHIN_MS, () => temporal.isReachable(READY_WITHIN_MS)));
  registerHome(server, options);
  registerTasks(server, options);
  registerTask(server, options);
  registerActions(server, { ...options, recipePlanner });
  await registerUpload(server, options);
  registerRecipes(server, { ...options, recipePlanner });
  registerPictures(server, options);
  registerContents(server, options);
  server.setNotFoundHandler((_request, reply) =>
    reply.code(404).page('message', { title: 'Not found', sentence: 'There is no such page, or it is not for you.' }),
  );
  server.addHook('onClose', () => recipePlanner.close());
  closeWithin(server, CLOSE_GRACE_MS);
  return server;
}

/** Closes the connection of who takes too long for a body, unless it is an upload. */
function limitBodies(server: FastifyInstance): void {
  const timers = new WeakMap<FastifyRequest, NodeJS.Timeout>();
  const stop = (request: FastifyRequest): void => {
    clearTimeout(timers.get(request));
  };
  server.addHook('onRequest', (request, _reply, done) => {
    if (request.routeOptions.config.checksToken !== true) {
      const timer = setTimeout(() => request.raw.socket.destroy(), REQUEST_TIMEOUT_MS);
      timers.set(request, timer.unref());
    }
    done();
  });
  server.addHook('preHandler', (request, _reply, done) => {
    stop(request);
    done();
  });
  server.addHook('onResponse', (request, _reply, done) => {
    stop(request);
    done();
  });
}

/** The answer to the last action, once: for the next page, and not for a part of one. */
function takeFlash(request: FastifyRequest): Session['flash'] {
  // What is refused before the log-in has no session.
  const session = request.session as Session | null;
  if (session?.flash === undefined || request.headers['hx-request'] !== undefined) return undefined;
  const { flash } = session;
  session.flash = undefined;
  return flash;
}

async function answerError(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
  logger: Logger,
): Promise<FastifyReply> {
  const status = error.statusCode ?? 500;
  if (status < 500)
    return reply.code(status).page('message', { title: 'Not possible', sentence: refusalSentence(error) });
  logger.error({ reason: errorText(error), route: request.routeOptions.url }, 'the board could not answer');
  return reply.code(503).page('message', {
    title: 'No answer',
    sentence:
      'Temporal does not answer, or something else failed. The log of the board says what. Try again in a moment.',
  });
}

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

function isLoopback(host: string): boolean {
  const family = isIP(host);
  return family === 0 ? host === 'localhost' : loopback.check(host, family === 6 ? 'ipv6' : 'ipv4');
}

function isOwnHost({ headers }: FastifyRequest, publicUrl: string | undefined): boolean {
  const written = `http://${headers.host ?? ''}`;
  if (!URL.canParse(written)) return false;
  const host = new URL(written).hostname.replace(/^\[(.*)\]$/, '$1');
  return isLoopback(host) || (publicUrl !== undefined && new URL(publicUrl).hostname === host);
}
