import { Agent, request } from 'undici';
import type { World } from '../world';
import { signEvent, type DeliveryAttempt, type WebhookEvent } from './webhook-event';
import { createWebhookFaults } from './webhook-faults';

export interface WebhookSender {
  /** Sends an event as the settings say, and retries until a 2xx response. Resolves with the first attempt. */
  send(event: WebhookEvent): Promise<DeliveryAttempt>;
  close(): Promise<void>;
}

const LONGEST_RETRY_AFTER_MS = 60_000;

export function createWebhookSender(world: World): WebhookSender {
  const agent = new Agent();
  const { webhooks } = world.settings;

  const attemptOnce = async (
    event: WebhookEvent,
  ): Promise<DeliveryAttempt & { readonly retryAfter?: string | undefined }> => {
    const { studio } = event.task;
    const url = world.webhookUrls.get(studio.name);
    if (url === undefined) return { status: undefined, problem: `No webhook address is set for ${studio.name}.` };
    try {
      const answer = await request(url, {
        method: 'POST',
        dispatcher: agent,
        headersTimeout: webhooks.timeoutMs,
        bodyTimeout: webhooks.timeoutMs,
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'user-agent': 'CreativeForce-Webhooks/1.0',
          'x-cf-signature': signEvent(studio, event.body, webhooks),
          ...webhooks.headers,
        },
        body: event.body,
      });
      await answer.body.dump();
      const retryAfter = answer.headers['retry-after'];
      return {
        status: answer.statusCode,
        problem: undefined,
        retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined,
      };
    } catch (error) {
      return { status: undefined, problem: error instanceof Error ? error.message : String(error) };
    }
  };

  const attempt = async (event: WebhookEvent, number: number): Promise<DeliveryAttempt> => {
    const { retryAfter, ...answer } = await attemptOnce(event);
    world.eventLog.record({
      at: world.now(),
      kind: 'webhook',
      studio: event.task.studio.name,
      taskId: event.task.taskId,
      action: event.action,
      payloadId: event.payloadId,
      attempt: number,
      ...answer,
    });
    const isTaken = answer.status !== undefined && answer.status >= 200 && answer.status < 300;
    if (!isTaken && number < webhooks.attempts) {
      const { retryDelaysMs, honourRetryAfter } = webhooks;
      const step = retryDelaysMs[Math.min(number, retryDelaysMs.length) - 1] ?? 0;
      const asked = honourRetryAfter ? retryAfterMs(retryAfter, world.now()) : undefined;
      world.scheduler.after(asked ?? step, () => void attempt(event, number + 1));
    }
    return answer;
  };
  const faults = createWebhookFaults(world, (event) => attempt(event, 1));

  return { send: (event) => faults.send(event), close: () => agent.destroy() };
}

/** `Retry-After` in milliseconds: seconds or an HTTP date. */
function retryAfterMs(retryAfter: string | undefined, now: number): number | undefined {
  if (retryAfter === undefined) return undefined;
  const wait = /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - now;
  return Number.isFinite(wait) ? Math.min(LONGEST_RETRY_AFTER_MS, Math.max(0, wait)) : undefined;
}
