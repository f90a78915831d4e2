import type { World } from '../world';
import type { DeliveryAttempt, WebhookEvent } from './webhook-event';

/**
 * Faults before the first attempt of an event: it is lost, delayed, repeated, held for a burst or sent out of order.
 */
export interface WebhookFaults {
  send(event: WebhookEvent): Promise<DeliveryAttempt>;
}

interface Held {
  readonly event: WebhookEvent;
  readonly sent: (attempt: DeliveryAttempt) => void;
}

const LOST: DeliveryAttempt = { status: undefined, problem: 'lost on purpose' };

/** Applies the faults of the webhook settings before `deliver`, which makes the first attempt. */
export function createWebhookFaults(
  world: World,
  deliver: (event: WebhookEvent) => Promise<DeliveryAttempt>,
): WebhookFaults {
  const { webhooks } = world.settings;
  let held: Held[] = [];
  let order: 'asGiven' | 'reversed' = 'asGiven';

  const release = (): void => {
    const all = order === 'reversed' ? held.reverse() : held;
    held = [];
    void all.reduce(async (before, { event, sent }) => {
      // Reversed events are sent one after the other; a burst is sent all at once.
      if (order === 'reversed') await before;
      sent(await deliver(event));
    }, Promise.resolve());
  };
  const hold = (event: WebhookEvent, how: typeof order, isLast: boolean): Promise<DeliveryAttempt> =>
    new Promise((sent) => {
      order = how;
      held.push({ event, sent });
      if (isLast) release();
      else if (held.length === 1) {
        world.scheduler.after(webhooks.holdAtMostMs, () => {
          if (held.some((one) => one.event === event)) release();
        });
      }
    });
  const afterwards = (delayMs: number, event: WebhookEvent): Promise<DeliveryAttempt> =>
    new Promise((sent) => {
      world.scheduler.after(delayMs, () => void deliver(event).then(sent));
    });

  return {
    send(event) {
      if (consume(webhooks, 'loseNext')) {
        world.eventLog.record({
          at: world.now(),
          kind: 'webhook lost on purpose',
          studio: event.task.studio.name,
          taskId: event.task.taskId,
        });
        return Promise.resolve(LOST);
      }
      if (consume(webhooks, 'duplicateNext')) {
        for (let copy = 1; copy <= webhooks.duplicateTimes; copy += 1)
          void afterwards(webhooks.duplicateAfterMs * copy, event);
      }
      if (consume(webhooks, 'delayNext')) return afterwards(webhooks.delayMs, event);
      if (consume(webhooks, 'reverseNext')) return hold(event, 'reversed', webhooks.reverseNext === 0);
      if (consume(webhooks, 'burstNext')) return hold(event, 'asGiven', webhooks.burstNext === 0);
      return deliver(event);
    },
  };
}

/** Decrements a setting that counts down; false if none is left. */
function consume(
  webhooks: World['settings']['webhooks'],
  name: 'loseNext' | 'duplicateNext' | 'delayNext' | 'reverseNext' | 'burstNext',
): boolean {
  if (webhooks[name] === 0) return false;
  webhooks[name] -= 1;
  return true;
}
