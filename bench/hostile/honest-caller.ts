import { request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

import { signedEvent } from './signed-event';

export interface Delivery {
  /** `undefined`: the connection broke, or there was no answer. */
  readonly status: number | undefined;
  readonly milliseconds: number;
  readonly retryAfterMs: number;
}

const NO_ANSWER_AFTER_MS = 30_000;

/** Sends a signed event on a connection of its own, as Creative Force does. */
export function deliver(url: string, event: ReturnType<typeof signedEvent>): Promise<Delivery> {
  const began = performance.now();
  return new Promise((resolve) => {
    const end = (status: number | undefined, retryAfterSeconds = 0): void => {
      resolve({ status, milliseconds: performance.now() - began, retryAfterMs: retryAfterSeconds * 1_000 });
    };
    const { body, headers } = event;
    request(url, { method: 'POST', headers, agent: false, timeout: NO_ANSWER_AFTER_MS }, (answer) => {
      answer.resume();
      answer.once('close', () => {
        end(answer.statusCode, Number(answer.headers['retry-after'] ?? 0));
      });
    })
      .on('timeout', function (this: { destroy(): void }) {
        this.destroy();
      })
      .on('error', () => {
        end(undefined);
      })
      .end(body);
  });
}

/** Sends so many events at this rate, and waits for all answers. */
export async function deliverAtRate(
  url: string,
  secret: string,
  { count, perSecond }: { readonly count: number; readonly perSecond: number },
): Promise<readonly (Delivery & { readonly event: ReturnType<typeof signedEvent> })[]> {
  const began = performance.now();
  const sent: Promise<Delivery & { readonly event: ReturnType<typeof signedEvent> }>[] = [];
  while (sent.length < count) {
    const due = Math.min(count, 1 + Math.floor(((performance.now() - began) / 1_000) * perSecond));
    while (sent.length < due) {
      const event = signedEvent(secret);
      sent.push(deliver(url, event).then((delivery) => ({ ...delivery, event })));
    }
    await pause(5);
  }
  return Promise.all(sent);
}
