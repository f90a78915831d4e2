import fastify from 'fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';

import { taskEventFromNotice } from '../domain/task-event';
import { SIGNATURE_HEADER, isSignedWith, usableSecrets } from './signature';
import type { TaskStarter } from './task-starter';
import { withinTime } from './time-limit';
import { accepted, answers, notAnEvent, tooLarge } from './webhook-answers';
import type { Answer } from './webhook-answers';
import { readWebhookBody } from './webhook-event';

/** A webhook is a small notice, the files are fetched (creative-force.md §15 row 18). */
const ONE_MEBIBYTE = 1024 * 1024;
const DEFAULT_TEMPORAL_TIMEOUT_MS = 5_000;
/** How long a caller may take to send a whole request. */
const REQUEST_TIMEOUT_MS = 30_000;
const DEFAULT_CLOSE_GRACE_MS = 10_000;

const WEBHOOK_ADDRESS = '/webhooks/creative-force/:studio';

export interface WebhookReceiverOptions {
  /** By the name that stands in the address. Without a secret every event is refused, until one is known (§7.1). */
  readonly studios: Readonly<Record<string, { readonly webhookSecrets: readonly string[] }>>;
  readonly starter: Pick<TaskStarter, 'notify'>;
  readonly isTemporalReachable: () => Promise<boolean>;
  readonly logger: Logger;
  /** Largest body, in bytes. */
  readonly bodyLimit?: number | undefined;
  /** How long Temporal may take to accept an event, in milliseconds, before the caller is asked to come again. */
  readonly temporalTimeoutMs?: number | undefined;
  /** How long requests that are under way may still take when the receiver closes, in milliseconds. */
  readonly closeGraceMs?: number | undefined;
}

/**
 * The HTTP server that Creative Force calls: `POST /webhooks/creative-force/<studio>`, `/health/live`, `/health/ready`.
 * An event is answered with 2xx only after Temporal has accepted it (DESIGN §5.1). Not listening yet; the caller listens and closes.
 */
export function createWebhookReceiver(options: WebhookReceiverOptions): FastifyInstance {
  const bodyLimit = options.bodyLimit ?? ONE_MEBIBYTE;
  const temporalTimeoutMs = options.temporalTimeoutMs ?? DEFAULT_TEMPORAL_TIMEOUT_MS;
  const log = options.logger;
  const studios = new Map(Object.entries(options.studios));

  const receiver = fastify({
    // Fastify's own log lines would carry addresses and raw packets that a caller made up.
    logger: false,
    bodyLimit,
    requestTimeout: REQUEST_TIMEOUT_MS,
    exposeHeadRoutes: false,
    frameworkErrors: (_error, _request, reply) => {
      void send(reply, answers.notFound);
    },
  });
  // The signature is over the raw bytes, so nothing is parsed before it has been checked.
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
      // A connection whose body nobody reads is of no further use, and would hold up a shutdown.
      if (answer !== undefined) await finish(request, reply.header('connection', 'close'), answer);
    },
    handler: async (request, reply) => finish(request, reply, await answerEvent(request)),
  });
  receiver.get('/health/live', async (_request, reply) => send(reply, answers.live));
  receiver.get('/health/ready', async (_request, reply) => {
    const reachable = await withinTime(temporalTimeoutMs, options.isTemporalReachable).catch(() => false);
    return send(reply, reachable ? answers.ready : answers.notReady);
  });
  receiver.setNotFoundHandler(async (_request, reply) => send(reply.header('connection', 'close'), answers.notFound));
  receiver.setErrorHandler(async (error, request, reply) => finish(request, reply, answerToError(error)));
  receiver.addHook('preClose', (done) => {
    // Node waits for every open request, and a caller may never finish sending one.
    const timer = setTimeout(() => {
      receiver.server.closeAllConnections();
    }, options.closeGraceMs ?? DEFAULT_CLOSE_GRACE_MS);
    receiver.server.once('close', () => {
      clearTimeout(timer);
    });
    done();
  });
  return receiver;

  async function answerEvent(request: FastifyRequest<{ Params: { studio: string } }>): Promise<Answer> {
    const { studio } = request.params;
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const signature = request.headers[SIGNATURE_HEADER]?.toString();
    if (body.length === 0 && signature === undefined) return answers.connectionCheck;

    const secrets = studios.get(studio)?.webhookSecrets ?? [];
    if (usableSecrets(secrets).length === 0) return answers.noSecretYet;
    if (!isSignedWith(secrets, body, signature)) return answers.badSignature;
    if (body.length === 0) return answers.connectionCheck;

    const reading = readWebhookBody(body);
    if (reading.kind === 'not an event') return notAnEvent(reading.path, reading.expected);
    if (reading.kind === 'unknown action') return answers.unknownAction;
    const hint = taskEventFromNotice(studio, reading.notice);
    if (hint === undefined) return answers.unknownAction;
    try {
      const run = await withinTime(temporalTimeoutMs, () => options.starter.notify(hint.task, hint.event));
      return accepted(run.workflowId);
    } catch (error) {
      log.error({ studio, reason: reasonOf(error) }, 'Temporal did not accept an event');
      return answers.temporalUnavailable;
    }
  }

  function answerToError(error: unknown): Answer {
    const { code, statusCode } = error as { code?: unknown; statusCode?: unknown };
    if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return tooLarge(bodyLimit);
    if (typeof statusCode === 'number' && statusCode < 500) return answers.brokenRequest;
    log.error({ reason: reasonOf(error) }, 'the receiver failed');
    return answers.internalError;
  }

  function finish(request: FastifyRequest, reply: FastifyReply, answer: Answer): FastifyReply {
    const studio = (request.params as { studio?: string } | undefined)?.studio;
    log[answer.level](
      {
        // A name that is not in our configuration is the caller's own text.
        studio: studio !== undefined && studios.has(studio) ? studio : undefined,
        outcome: answer.outcome,
        workflowId: answer.body['workflowId'],
        ms: Math.round(performance.now() - (arrivals.get(request) ?? performance.now())),
      },
      'webhook',
    );
    return send(reply, answer);
  }
}

/** What can be said before the body is read: known studio, method, content type, in this order. */
function answerBeforeBody(request: FastifyRequest, isKnownStudio: boolean): Answer | undefined {
  if (!isKnownStudio) return answers.unknownStudio;
  if (request.method === 'GET' || request.method === 'HEAD') return answers.connectionCheck;
  if (request.method !== 'POST') return answers.methodNotAllowed;
  const { 'content-type': contentType, 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  const isEmpty = encoding === undefined && (length === undefined || length === '0');
  if (!isEmpty && !isJson(contentType)) return answers.unsupportedContentType;
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

function send(reply: FastifyReply, answer: Answer): FastifyReply {
  return reply
    .code(answer.status)
    .headers(answer.headers ?? {})
    .send(answer.body);
}
