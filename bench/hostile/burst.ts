import { setTimeout as pause } from 'node:timers/promises';

import { percentile } from '../median';
import { row, seconds } from '../realistic-report';
import { withTemporal } from '../with-temporal';
import { deliver, deliverAtRate, type Delivery } from './honest-caller';
import { startReceiverAlone } from './receiver-alone';

const BURST = { count: 1_000, perSecond: 200 };
const MAX_P99_MS = 3_000;
const MAX_REFUSED = 350;
const MAX_UNTIL_ALL_MS = 20_000;
const GIVE_UP_AFTER_MS = 5 * 60_000;

/** An honest burst: each webhook on a new connection; one that is answered 503 is sent again when the answer says. */
export async function honestBurst(): Promise<boolean> {
  return withTemporal(async (own) => {
    const receiver = await startReceiverAlone(own);
    try {
      const began = performance.now();
      const first = await deliverAtRate(receiver.webhook, receiver.secret, BURST);
      const count = (status: number | undefined): number => first.filter((one) => one.status === status).length;
      const timesOf = (wanted: readonly Delivery[]): string => {
        const times = wanted.map(({ milliseconds }) => milliseconds);
        return `p50 ${seconds(percentile(times, 0.5))}, p99 ${seconds(percentile(times, 0.99))}`;
      };
      row('accepted at once', `${count(202)}, ${timesOf(first.filter(({ status }) => status === 202))}`);
      row('answered 503', `${count(503)}, ${timesOf(first.filter(({ status }) => status === 503))}`);
      const others = first.length - count(202) - count(503);
      row('reset or anything else', String(others));
      const again = await Promise.all(
        first
          .filter(({ status }) => status !== 202)
          .map(({ event, retryAfterMs }) => untilAccepted(receiver.webhook, event, retryAfterMs)),
      );
      const accepted = count(202) + again.filter((isAccepted) => isAccepted).length;
      const lasted = performance.now() - began;
      row('accepted in the end', `${accepted} of ${BURST.count}, after ${seconds(lasted)}`);
      const p99 = percentile(
        first.map(({ milliseconds }) => milliseconds),
        0.99,
      );
      const isQuick = p99 < MAX_P99_MS && lasted < MAX_UNTIL_ALL_MS;
      return others === 0 && accepted === BURST.count && count(503) <= MAX_REFUSED && isQuick;
    } finally {
      await receiver.stop();
    }
  });
}

async function untilAccepted(url: string, event: Parameters<typeof deliver>[1], firstWaitMs: number): Promise<boolean> {
  const until = performance.now() + GIVE_UP_AFTER_MS;
  let waitMs = firstWaitMs;
  while (performance.now() < until) {
    // A little apart, as callers are.
    await pause(waitMs + Math.random() * 1_000);
    const { status, retryAfterMs } = await deliver(url, event);
    if (status === 202) return true;
    waitMs = retryAfterMs;
  }
  return false;
}
