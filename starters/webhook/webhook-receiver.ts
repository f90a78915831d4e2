import fastify from 'fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';

import { taskEventFromNotice } from '../../domain/task/task-event';
import type { TaskStarter } from '../tasks/task-starter';
import type { HeaderRecorder } from './delivery-headers';
import { registerLoginRedirect, type LoginRedirects } from './login-redirect';
import type { ReceiverMetrics } from './receiver-metrics';
import { SIGNATURE_HEADER, findSignature, usableSecrets, type SignatureForm, type SignatureMode } from './signature';
import {
  accepted,
  webhookAnswers,
  notAnEvent,
  otherSignatureForm,
  bodyTooLarge,
  type WebhookAnswer,
} from './webhook-answers';
import { startWebhookCounter } from './webhook-counter';
import { readWebhookBody } from './webhook-event';

/** Webhooks are small; files are fetched separately. */
const ONE_MEBIBYTE = 1024 * 1024;
const DEFAULT_TEMPORAL_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 30_000;
const HEADERS_TIMEOUT_MS = 10_000;
/** How often Node checks for slow callers. */
const LONGEST_CHECK_INTERVAL_MS = 5_000;
/** Limits memory for bodies of unauthenticated callers to 256 MiB. */
const DEFAULT_MAX_CONNECTIONS = 256;
const MAX_HEADER_BYTES = 16 * 1024;
const MAX_HEADERS = 100;
const REMEMBERED_EVENTS = 10_000;
const DEFAULT_CLOSE_GRACE_MS = 10_000;
const TOO_MANY = 'too many connections';

const WEBHOOK_ADDRESS = '/webhooks/creative-force/:studio';

export interface WebhookStudio {
  /** Without one every event is refused (docs/reference/creative-force.md#webhook-set-up). */
  readonly webhookSecrets: readonly string[];
  readonly signatureMode: SignatureMode;
  /** Ids of served workspaces, in lower case; absent means all. */
  readonly workspaces?: readonly string[] | undefined;
}

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
  readonly bodyLimit?: number | undefined;
  /** Then the caller is asked to retry. */
  readonly temporalTimeoutMs?: number | undefined;
  readonly headersTimeoutMs?: number | undefined;
  /** Further connections are closed at once. */
  readonly maxConnections?: number | undefined;
  /** How long open requests may take when the receiver closes. */
  readonly closeGraceMs?: number | undefined;
}

/** The HTTP server that Creative Force calls: 2xx only after Temporal has accepted the event. The caller listens. */
export function createWebhookReceiver(options: WebhookReceiverOptions): FastifyInstance {
  const bodyLimit = options.bodyLimit ?? ONE_MEBIBYTE;
  const temporalTimeoutMs = options.temporalTimeoutMs ?? DEFAULT_TEMPORAL_TIMEOUT_MS;
  const log = options.logger;
  const studios = new Map(Object.entries(options.studios));
  const tally = startWebhookCounter(log, options.metrics);
  // Only for the log: the workflow itself ignores duplicates.
  const acceptedEvents = new LRUCache<string, true>({ max: REMEMBERED_EVENTS });
  const loggedForms = new Set<string>();
  const headersTimeout = options.headersTimeoutMs ?? HEADERS_TIMEOUT_MS;

  const receiver = fastify({
    // Fastify's own log lines would contain addresses and raw packets of callers.
    logger: false,
    bodyLimit,
    requestTimeout: REQUEST_TIMEOUT_MS,
    http: {
      headersTimeout,
      connectionsCheckingInterval: Math.min(headersTimeout, LONGEST_CHECK_INTERVAL_MS),
      maxHeaderSize: MAX_HEADER_BYTES,
    },
    exposeHeadRoutes: false,
    frameworkErrors: (_error, _request, reply) => {
      void send(reply, webhookAnswers.notFound);
    },
  });
  receiver.server.maxConnections = options.maxConnections ?? DEFAULT_MAX_CONNECTIONS;
  receiver.server.maxHeadersCount = MAX_HEADERS;
  receiver.server.on('clientError', () => tally.count(undefined, 'broken or slow HTTP', 0));
  receiver.server.on('drop', () => {
    if (tally.count(undefined, TOO_MANY, 0)) log.warn({ outcome: TOO_MANY }, 'webhook');
  });
  // The signature covers the raw bytes, so nothing is parsed before it is checked.
  receiver.removeAllContentTypeParsers();
  receiver.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => {
    done(null, body);
  });

  const arrivals = new WeakMap<FastifyRequest, number>();
  receiver.addHook('onRequest', (request, _reply, done) => {
    arrivals.set(request, performance.now());
    done();
  });

  receiver.route<{ Params: { studio: string } }>({
    method: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    url: WEBHOOK_ADDRESS,
    onRequest: async (request, reply) => {
      const answer = answerBeforeBody(request, studios.has(request.params.studio));
      // A connection with an unread body cannot be reused and would delay shutdown.
      if (answer !== undefined) await finish(request, reply.header('connection', 'close'), answer);
    },
    handler: async (request, reply) => finish(request, reply, await answerEvent(request)),
  });
  receiver.get('/health/live', async (_request, reply) => send(reply, webhookAnswers.live));
  receiver.get('/health/ready', async (_request, reply) => {
    const reachable = await withTimeout(temporalTimeoutMs, options.isTemporalReachable).catch(() => false);
    return send(reply, reachable ? webhookAnswers.ready : webhookAnswers.notReady);
  });
  if (options.logins !== undefined) registerLoginRedirect(receiver, options.logins, log);
  receiver.setNotFoundHandler(async (request, reply) =>
    finish(request, reply.header('connection', 'close'), webhookAnswers.notFound),
  );
  receiver.setErrorHandler(async (error, request, reply) => finish(request, reply, answerToError(error)));
  receiver.addHook('preClose', (done) => {
    // Node waits for every open request, and a caller may never finish one.
    const timer = setTimeout(() => {
      receiver.server.closeAllConnections();
    }, options.closeGraceMs ?? DEFAULT_CLOSE_GRACE_MS);
    receiver.server.once('close', () => {
      clearTimeout(timer);
    });
    done();
  });
  receiver.addHook('onClose', (_instance, done) => {
    tally.close();
    done();
  });
  return receiver;

  async function answerEvent(request: FastifyRequest<{ Params: { studio: string } }>): Promise<WebhookAnswer> {
    const name = request.params.studio;
    const studio = studios.get(name);
    if (studio === undefined) return webhookAnswers.unknownStudio;
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const signature = request.headers[SIGNATURE_HEADER]?.toString();
    const { webhookSecrets, signatureMode } = studio;
    const found = findSignature(webhookSecrets, body, signature);
    await options.headerRecorder.record(name, found !== undefined, request.headers);
    if (body.length === 0 && signature === undefined) return webhookAnswers.connectionCheck;
    if (usableSecrets(webhookSecrets).length === 0) return webhookAnswers.noSecretYet;
    if (found === undefined) return webhookAnswers.badSignature;
    if (signatureMode === 'auto') logForm(name, found.form);
    else if (signatureMode !== found.form) return otherSignatureForm(found.form, signatureMode);
    if (body.length === 0) return webhookAnswers.connectionCheck;

    const reading = readWebhookBody(body);
    if (reading.kind === 'not an event') return notAnEvent(reading.path, reading.expected);
    if (reading.kind === 'unknown action') return webhookAnswers.unknownAction;
    const { workspaceId } = reading.notice;
    if (studio.workspaces !== undefined) {
      // An unknown workspace is not allowed.
      if (workspaceId === undefined) return webhookAnswers.noWorkspace;
      if (!studio.workspaces.includes(workspaceId)) return webhookAnswers.otherWorkspace;
    }
    const hint = taskEventFromNotice(name, reading.notice);
    if (hint === undefined) return webhookAnswers.unknownAction;
    try {
      const run = await withTimeout(temporalTimeoutMs, () => options.starter.notify(hint.task, hint.event));
      const key = `${name}/${hint.event.eventId}`;
      const isDuplicate = acceptedEvents.has(key);
      acceptedEvents.set(key, true);
      return accepted(run.workflowId, isDuplicate);
    } catch (error) {
      log.error({ studio: name, reason: reasonOf(error) }, 'Temporal did not accept an event');
      return webhookAnswers.temporalUnavailable;
    }
  }

  function logForm(name: string, form: SignatureForm): void {
    const key = `${name}/${form}`;
    if (loggedForms.has(key)) return;
    loggedForms.add(key);
    log.info({ studio: name, signatureForm: form }, 'webhook signature form detected; signatureMode can fix it');
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
    if (isFirst || answer.isUnauthenticated !== true) {
      log[answer.level]({ studio, outcome: answer.outcome, workflowId: answer.body['workflowId'], ms }, 'webhook');
    }
    return send(reply, answer);
  }
}

function answerBeforeBody(request: FastifyRequest, isKnownStudio: boolean): WebhookAnswer | undefined {
  if (!isKnownStudio) return webhookAnswers.unknownStudio;
  if (request.method === 'GET' || request.method === 'HEAD') return webhookAnswers.connectionCheck;
  if (request.method !== 'POST') return webhookAnswers.methodNotAllowed;
  const { 'content-type': contentType, 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  const isEmpty = encoding === undefined && (length === undefined || length === '0');
  if (!isEmpty && !isJson(contentType)) return webhookAnswers.unsupportedContentType;
  return undefined;
}

function isJson(contentType: string | undefined): boolean {
  return contentType?.split(';', 1)[0]?.trim().toLowerCase() === 'application/json';
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : '';
  return `${error.name}: ${error.message}${cause}`;
}

function send(reply: FastifyReply, answer: WebhookAnswer): FastifyReply {
  return reply
    .code(answer.status)
    .headers(answer.headers ?? {})
    .send(answer.body);
}

/** Thrown by {@link withTimeout}: the work may still go on, so what it was asked for is unknown, not undone. */
class TimeoutError extends Error {
  override readonly name = 'TimeLimitError';
}

/** Rejects with {@link TimeoutError} after `limitMs`. */
async function withTimeout<Result>(limitMs: number, work: () => Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new TimeoutError(`no answer within ${limitMs} ms`));
    }, limitMs);
  });
  try {
    return await Promise.race([work(), limit]);
  } finally {
    clearTimeout(timer);
  }
}
