import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';

import { taskEventFromNotice } from '../../domain/task/task-event';
import { NOT_STARTED, type TaskStarter } from '../tasks/task-starter';
import { countByKey } from './count-by-key';
import type { EventBudget } from './event-budget';
import { isFresh } from './freshness';
import { findSignature, usableSecrets, type SignatureForm, type SignatureMode } from './signature';
import {
  accepted,
  alreadyHandled,
  notAnEvent,
  otherSignatureForm,
  tooManyEvents,
  tooManyEventsAtOnce,
  tooManyUnconfirmed,
  webhookAnswers,
} from './webhook-answers';
import type { UnconfirmedTasks } from './unconfirmed-tasks';
import type { WebhookAnswer } from './webhook-answers';
import { limitPerKey } from './limit-per-key';
import { readWebhookBody, type WebhookReading } from './webhook-event';

export interface WebhookStudio {
  /** Without one every event is refused (docs/reference/creative-force.md#webhook-set-up). */
  readonly webhookSecrets: readonly string[];
  readonly signatureMode: SignatureMode;
  /** Ids of served workspaces, in lower case; absent means all. */
  readonly workspaces?: readonly string[] | undefined;
}

export interface EventAnswererOptions {
  readonly starter: Pick<TaskStarter, 'notify'>;
  readonly budget: EventBudget;
  /** Absent: there may be any number. */
  readonly unconfirmed?: UnconfirmedTasks | undefined;
  /** Events of one studio that Temporal is just being asked to accept. */
  readonly maxEventsAtOnce: number;
  /** Then the caller is asked to retry. */
  readonly temporalTimeoutMs: number;
  /** Events that happened longer ago are refused. */
  readonly maxEventAgeMs: number;
  readonly logger: Logger;
}

/** A whole body with its signature; `signature` is `undefined` when the header is missing. */
export interface WebhookCall {
  readonly name: string;
  readonly studio: WebhookStudio;
  readonly body: Uint8Array;
  readonly signature: string | undefined;
}

/** What a call is answered, and whether its signature was valid. */
export interface AnsweredCall {
  readonly answer: WebhookAnswer;
  readonly isSigned: boolean;
}

const REMEMBERED_EVENTS = 10_000;
/** Of one studio. Temporal writes one after the other, and others must not wait behind all that one studio has sent. */
const AT_TEMPORAL_AT_ONCE = 16;

/** Decides on calls of which everything was received. 2xx only after Temporal has accepted, or for a connection check. */
export function createEventAnswerer(options: EventAnswererOptions) {
  const { starter, budget, unconfirmed, temporalTimeoutMs, maxEventAgeMs, logger: log } = options;
  const atOnce = countByKey();
  const withPermit = limitPerKey(AT_TEMPORAL_AT_ONCE);
  // Only for the log: the workflow itself ignores duplicates.
  const acceptedEvents = new LRUCache<string, true>({ max: REMEMBERED_EVENTS });
  const loggedForms = new Set<string>();

  return async (call: WebhookCall): Promise<AnsweredCall> => {
    const form = findSignature(call.studio.webhookSecrets, call.body, call.signature);
    return { answer: await answerCall(call, form), isSigned: form !== undefined };
  };

  async function answerCall(call: WebhookCall, form: SignatureForm | undefined): Promise<WebhookAnswer> {
    const { name, studio, body, signature } = call;
    const { webhookSecrets, signatureMode } = studio;
    if (body.length === 0 && signature === undefined) return webhookAnswers.connectionCheck;
    if (usableSecrets(webhookSecrets).length === 0) return webhookAnswers.noSecretYet;
    if (form === undefined) return webhookAnswers.badSignature;
    if (signatureMode === 'auto') logForm(name, form);
    else if (signatureMode !== form) return otherSignatureForm(form, signatureMode);
    if (body.length === 0) return webhookAnswers.connectionCheck;
    return answerEvents(call);
  }

  /** Of several events, each is taken that can be: the answer is that of the one for which most is left to be done. */
  async function answerEvents({ name, studio, body }: WebhookCall): Promise<WebhookAnswer> {
    const [first, ...others] = readWebhookBody(body);
    let answer = await answerEvent(name, studio, first);
    for (const reading of others) {
      // The caller comes again with all of them; those that were taken are duplicates then.
      if (answer.status >= 500) return answer;
      const next = await answerEvent(name, studio, reading);
      if (urgencyOf(next) > urgencyOf(answer)) answer = next;
    }
    return answer;
  }

  async function answerEvent(name: string, studio: WebhookStudio, reading: WebhookReading): Promise<WebhookAnswer> {
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
    if (!isFresh(hint.event.happenedAt, maxEventAgeMs)) return webhookAnswers.notFresh;
    // A caller that is told at once can come again; one that waits longer than it likes has to guess.
    if (atOnce.of(name) >= options.maxEventsAtOnce) return tooManyEventsAtOnce();
    const waitMs = budget.take(name);
    if (waitMs > 0) return tooManyEvents(waitMs);
    try {
      const until = performance.now() + temporalTimeoutMs;
      const run = await withTimeout(temporalTimeoutMs, () =>
        counted(name, () =>
          withPermit(name, async () => {
            // Its caller has been told to come again.
            if (performance.now() > until) throw new TimeoutError('its turn came too late');
            return starter.notify(hint.task, hint.event, await unconfirmed?.take(name));
          }),
        ),
      );
      if (run.refused === NOT_STARTED) return tooManyUnconfirmed();
      if (run.refused !== undefined) return alreadyHandled(run.refused);
      const key = `${name}/${hint.event.eventId}`;
      const isDuplicate = acceptedEvents.has(key);
      acceptedEvents.set(key, true);
      return accepted(run.workflowId, isDuplicate);
    } catch (error) {
      log.error({ studio: name, reason: reasonOf(error) }, 'Temporal did not accept an event');
      return webhookAnswers.temporalUnavailable;
    }
  }

  /** Counts an event until Temporal has answered, also when its caller was answered before. */
  async function counted<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    atOnce.add(name);
    try {
      return await work();
    } finally {
      atOnce.remove(name);
    }
  }

  function logForm(name: string, form: SignatureForm): void {
    const key = `${name}/${form}`;
    if (loggedForms.has(key)) return;
    loggedForms.add(key);
    log.info({ studio: name, signatureForm: form }, 'webhook signature form detected; signatureMode can fix it');
  }
}

/** How much an answer to one event counts beside those to others of the same body. */
function urgencyOf({ outcome, status }: WebhookAnswer): number {
  if (status >= 500) return 3;
  const isOfNoConcern = outcome === webhookAnswers.unknownAction.outcome || status === HANDLED_BEFORE;
  if (status >= 400) return isOfNoConcern ? 0 : 2;
  return 1;
}

const HANDLED_BEFORE = 409;

/** The name, message and cause of an error, for the log. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : '';
  return `${error.name}: ${error.message}${cause}`;
}

/** Thrown by {@link withTimeout}: the work may still go on, so what it was asked for is unknown, not undone. */
class TimeoutError extends Error {
  override readonly name = 'TimeoutError';
}

/** Rejects with {@link TimeoutError} after `limitMs`. */
export async function withTimeout<Result>(limitMs: number, work: () => Promise<Result>): Promise<Result> {
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
