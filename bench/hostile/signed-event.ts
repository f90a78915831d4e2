import { createHmac, randomUUID } from 'node:crypto';

/** An event as Creative Force would send it, for a task that there is not. */
export function signedEvent(secret: string): {
  readonly body: string;
  readonly headers: Readonly<Record<string, string | number>>;
} {
  const body = JSON.stringify({
    Action: 'ExternalPostTaskReadyToWork',
    PayloadId: randomUUID(),
    TaskId: randomUUID(),
    EventDatetimeUtc: Date.now(),
  });
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  const length = Buffer.byteLength(body);
  return {
    body,
    headers: { 'content-type': 'application/json', 'content-length': length, 'x-cf-signature': signature },
  };
}
