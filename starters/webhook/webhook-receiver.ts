import fastify from 'fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';

import type { TaskStarter } from '../tasks/task-starter';
import { createEventAnswerer, reasonOf, withTimeout, type WebhookStudio } from './answer-event';
import { closeWithin, limitConnections } from './connection-guard';
import { countByKey } from './count-by-key';
import type { HeaderRecorder } from './delivery-headers';
import { createEventBudget, type EventBudgetLimits } from './event-budget';
import { registerHealth } from './health-routes';
import { registerLoginRedirect, type LoginRedirects } from './login-redirect';
import { addressMatcher, peerOf } from './peers';
import type { ReceiverMetrics } from './receiver-metrics';
import { SIGNATURE_HEADER } from './signature';
import { limitUnconfirmedTasks } from './unconfirmed-tasks';
import { webhookAnswers, bodyTooLarge, type WebhookAnswer } from './webhook-answers';
import { startWebhookCounter } from './webhook-counter';

/** Both are measured from the beginning of a connection, or of a further request on it. */
const HEADERS_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 10_000;
const KEEP_ALIVE_MS = 5_000;
/** How often Node checks for slow callers. */
const LONGEST_CHECK_INTERVAL_MS = 1_000;
const MAX_REQUESTS_PER_CONNECTION = 100;
const MAX_HEADER_BYTES = 16 * 1024;
const MAX_HEADERS = 100;
/** Temporal takes 45 to 200 a second, and within its time-out no caller should have waited in vain. */
const MAX_EVENTS_AT_ONCE = 200;
const CLOSE_GRACE_MS = 10_000;
const TOO_MANY = 'too many connections';

const WEBHOOK_ADDRESS = '/webhooks/creative-force/:studio';

export interface WebhookReceiverOptions {
  /** By the studio's name in the address. */
  readonly studios: Readonly<Record<string, WebhookStudio>>;
  readonly headerRecorder: HeaderRecorder;
  readonly starter: Pick<TaskStarter, 'notify'>;
  readonly isTemporalReachable: () => Promise<boolean>;
  /** Login handlers by studio; absent means no logins. */
  readonly logins?: LoginRedirects | undefined;
  readonly metrics?: Pick<ReceiverMetrics, 'webhook'> | undefined;
  readonly logger: Logger;
  /** Maximum body size in bytes. */
  readonly bodyLimit: number;
  /** Then the caller is asked to retry. */
  readonly temporalTimeoutMs: number;
  /** Signed events of one studio. */
  readonly eventsOfStudio: EventBudgetLimits;
  /** Events of one studio that Temporal is just being asked to accept, or soon will be; default 200. */
  readonly maxEventsAtOnce?: number | undefined;
  /** Running tasks of one studio that Creative Force has not shown yet. */
  readonly maxUnconfirmedTasks: number;
  /** How many of those begin in a second, when a studio has many. */
  readonly beginPerSecond: number;
  /** Asks Temporal how many such tasks a studio has; absent means that there may be any number. */
  readonly countUnconfirmedTasks?: ((studio: string) => Promise<number>) | undefined;
  /** Events that happened longer ago are refused. */
  readonly maxEventAgeMs: number;
  readonly headersTimeoutMs?: number | undefined;
  /** For headers and body together. */
  readonly requestTimeoutMs?: number | undefined;
  /** For a further one the longest idle is closed. */
  readonly maxConnections: number;
  /** Connections of one address, or requests at a time that a trusted proxy forwards for one. */
  readonly maxConnectionsPerPeer: number;
  /** Addresses and subnets of proxies whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
  /** Whether `/health` is served here, too. */
  readonly servesHealth: boolean;
  /** How long open requests may take when the receiver closes. */
  readonly closeGraceMs?: number | undefined;
}

/** The HTTP server that Creative Force calls: 2xx only after Temporal has accepted the event. The caller listens. */
export function createWebhookReceiver(options: WebhookReceiverOptions): FastifyInstance {
  const { bodyLimit, maxConnectionsPerPeer, temporalTimeoutMs, logger: log } = options;
  const { headersTimeoutMs = HEADERS_TIMEOUT_MS, requestTimeoutMs = REQUEST_TIMEOUT_MS } = options;
  const studios = new Map(Object.entries(options.studios));
  const tally = startWebhookCounter(log, options.metrics);
  const answerEvent = createEventAnswerer({
    starter: options.starter,
    budget: createEventBudget(options.eventsOfStudio),
    unconfirmed:
      options.countUnconfirmedTasks &&
      limitUnconfirmedTasks({
        max: options.maxUnconfirmedTasks,
        beginPerSecond: options.beginPerSecond,
        count: options.countUnconfirmedTasks,
        logger: log,
      }),
    maxEventsAtOnce: options.maxEventsAtOnce ?? MAX_EVENTS_AT_ONCE,
    temporalTimeoutMs,
    maxEventAgeMs: options.maxEventAgeMs,
    logger: log,
  });
  const isTrustedProxy = addressMatcher(options.trustedProxies);

  const receiver = fastify({
    // Fastify's own log lines would contain addresses and raw packets of callers.
    logger: false,
    bodyLimit,
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
    maxRequestsPerSocket: MAX_REQUESTS_PER_CONNECTION,
    trustProxy: isTrustedProxy,
    http: {
      headersTimeout: Math.min(headersTimeoutMs, requestTimeoutMs),
      connectionsCheckingInterval: Math.min(headersTimeoutMs, requestTimeoutMs, LONGEST_CHECK_INTERVAL_MS),
      maxHeaderSize: MAX_HEADER_BYTES,
    },
    exposeHeadRoutes: false,
    frameworkErrors: (_error, _request, reply) => {
      void send(reply, webhookAnswers.notFound);
    },
  });
  // Node would leave out the headers above its limit without a word, and the signature may be among them.
  receiver.server.maxHeadersCount = 0;
  receiver.server.on('clientError', () => tally.count(undefined, 'broken or slow HTTP', 0));
  limitConnections(receiver, {
    maxConnections: options.maxConnections,
    maxConnectionsPerPeer,
    isTrustedProxy,
    onFull: () => {
      if (tally.count(undefined, TOO_MANY, 0)) log.warn({ outcome: TOO_MANY }, 'webhook');
    },
  });
  const requestsOfPeer = countByKey();
  // The signature covers the raw bytes, so nothing is parsed before it is checked.
  receiver.removeAllContentTypeParsers();
  receiver.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body);
  });

  const arrivals = new WeakMap<FastifyRequest, number>();
  receiver.addHook('onRequest', async (request, reply) => {
    arrivals.set(request, performance.now());
    const peer = peerOf(request.ip);
    const isOverLimit = requestsOfPeer.add(peer) > maxConnectionsPerPeer;
    reply.raw.once('close', () => {
      requestsOfPeer.remove(peer);
    });
    if (isOverLimit) await finish(request, reply, webhookAnswers.tooManyRequests);
    else if (request.raw.rawHeaders.length > 2 * MAX_HEADERS) {
      await finish(request, reply, webhookAnswers.tooManyHeaders);
    }
  });

  receiver.route<{ Params: { studio: string } }>({
    method: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    url: WEBHOOK_ADDRESS,
    onRequest: async (request, reply) => {
      const answer = answerBeforeBody(request, studios.has(request.params.studio));
      if (answer !== undefined) await finish(request, reply, answer);
    },
    handler: async (request, reply) => finish(request, reply, await answerCall(request)),
  });
  if (options.servesHealth) {
    registerHealth(receiver, () => withTimeout(temporalTimeoutMs, options.isTemporalReachable));
  }
  if (options.logins !== undefined) registerLoginRedirect(receiver, options.logins, log);
  receiver.setNotFoundHandler(async (request, reply) => finish(request, reply, webhookAnswers.notFound));
  receiver.setErrorHandler(async (error, request, reply) => finish(request, reply, answerToError(error)));
  closeWithin(receiver, options.closeGraceMs ?? CLOSE_GRACE_MS);
  receiver.addHook('onClose', (_instance, done) => {
    tally.close();
    done();
  });
  return receiver;

  async function answerCall(request: FastifyRequest<{ Params: { studio: string } }>): Promise<WebhookAnswer> {
    const name = request.params.studio;
    const studio = studios.get(name);
    if (studio === undefined) return webhookAnswers.unknownStudio;
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const signature = request.headers[SIGNATURE_HEADER]?.toString();
    const { answer, isSigned } = await answerEvent({ name, studio, body, signature });
    await options.headerRecorder.record(name, isSigned, request.headers);
    return answer;
  }

  function answerToError(error: unknown): WebhookAnswer {
    const { code, statusCode } = error as { code?: unknown; statusCode?: unknown };
    if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return bodyTooLarge(bodyLimit);
    if (typeof statusCode === 'number' && statusCode < 500) return webhookAnswers.brokenRequest;
    log.error({ reason: reasonOf(error) }, 'the receiver failed');
    return webhookAnswers.internalError;
  }

  function finish(request: FastifyRequest, reply: FastifyReply, answer: WebhookAnswer): FastifyReply {
    const name = (request.params as { studio?: string } | undefined)?.studio;
    // An unknown name is the caller's text and is not logged.
    const studio = name !== undefined && studios.has(name) ? name : undefined;
    const ms = Math.round(performance.now() - (arrivals.get(request) ?? performance.now()));
    const isFirst = tally.count(studio, answer.outcome, ms, answer.status);
    if (isFirst || (answer.isUnauthenticated !== true && answer.isLoggedOnceAMinute !== true)) {
      log[answer.level]({ studio, outcome: answer.outcome, workflowId: answer.body['workflowId'], ms }, 'webhook');
    }
    // A stranger's connection is not worth keeping, and one with an unread body cannot be reused.
    return send(answer.isUnauthenticated === true ? reply.header('connection', 'close') : reply, answer);
  }
}

function answerBeforeBody(request: FastifyRequest, isKnownStudio: boolean): WebhookAnswer | undefined {
  if (!isKnownStudio) return webhookAnswers.unknownStudio;
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  const isEmpty = encoding === undefined && (length === undefined || length === '0');
  if (request.method === 'GET' || request.method === 'HEAD') {
    return isEmpty ? webhookAnswers.connectionCheck : webhookAnswers.bodyNotAllowed;
  }
  if (request.method !== 'POST') return webhookAnswers.methodNotAllowed;
  // The signature decides what is believed, and the body what it is: its Content-Type says nothing more.
  return undefined;
}

function send(reply: FastifyReply, answer: WebhookAnswer): FastifyReply {
  return reply
    .code(answer.status)
    .headers(answer.headers ?? {})
    .send(answer.body);
}
