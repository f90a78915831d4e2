import { createHmac, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import { Agent, request } from 'undici';

import type { SandboxStudio } from '../../sandbox';

/** A burst of webhooks as one vendor record would send it. */
export interface Burst {
  readonly events: number;
  readonly perSecond: number;
  /** Each event goes to the next studio, whose address is `<url>/webhooks/creative-force/<studio>`. */
  readonly targets: readonly { readonly url: string; readonly studio: SandboxStudio }[];
}

export interface BurstResult {
  /** Milliseconds from sending to the 2xx, for each accepted event, of its last attempt. */
  readonly acknowledgedMs: readonly number[];
  /** How many answers were 503, after which the event was sent again. */
  readonly again: number;
  /** Calls that got no answer. */
  readonly broken: number;
  /** Any other answer, which is final. */
  readonly refused: number;
  readonly tookMs: number;
}

const CONNECTIONS = 100;
const MOST_ATTEMPTS = 30;
const AGAIN_AFTER_MS = 1_000;

/** Sends signed events of tasks that nobody knows at a fixed pace; what is answered with 503 or not at all comes again. */
export async function sendBurst({ events, perSecond, targets }: Burst): Promise<BurstResult> {
  const dispatcher = new Agent({ connections: CONNECTIONS });
  const acknowledgedMs: number[] = [];
  const counts = { again: 0, broken: 0, refused: 0 };
  const sendOne = async ({ url, studio }: Burst['targets'][number]): Promise<void> => {
    const body = eventOf(studio);
    const signature = createHmac('sha256', studio.webhookSecret).update(body).digest('hex');
    const headers = { 'content-type': 'application/json', 'x-cf-signature': signature };
    for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt += 1) {
      const sentAt = performance.now();
      const address = `${url}/webhooks/creative-force/${studio.name}`;
      const status = await request(address, { method: 'POST', body, headers, dispatcher }).then(
        async (answer) => {
          await answer.body.dump();
          return answer.statusCode;
        },
        () => undefined,
      );
      if (status !== undefined && status >= 200 && status < 300) {
        acknowledgedMs.push(performance.now() - sentAt);
        return;
      }
      if (status !== undefined && status !== 503) {
        counts.refused += 1;
        return;
      }
      if (status === undefined) counts.broken += 1;
      else counts.again += 1;
      await pause(AGAIN_AFTER_MS);
    }
  };
  const began = performance.now();
  const sending: Promise<void>[] = [];
  for (let index = 0; index < events; index += 1) {
    const target = targets[index % targets.length];
    if (target !== undefined) sending.push(sendOne(target));
    await pause(Math.max(0, began + ((index + 1) * 1_000) / perSecond - performance.now()));
  }
  await Promise.all(sending);
  await dispatcher.close();
  return { acknowledgedMs, ...counts, tookMs: performance.now() - began };
}

/** An event as docs/reference/creative-force.md#webhook-body has it, of a task that does not exist. */
function eventOf({ workspaceId }: SandboxStudio): string {
  return JSON.stringify({
    Action: 'ExternalPostTaskReadyToWork',
    PayloadId: randomUUID(),
    EventGroupName: 'ExternalPostTask',
    EventDatetimeUtc: Date.now(),
    TaskId: randomUUID(),
    ClientId: workspaceId,
    ContentCreationTypeId: 1,
  });
}
