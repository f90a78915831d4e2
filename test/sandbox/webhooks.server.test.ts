import { createHmac } from 'node:crypto';
import fastify, { type FastifyInstance } from 'fastify';
import type { Sandbox, SandboxOptions } from '../../sandbox';
import { eventually, startQuickSandbox } from './start';
import { Vendor } from './vendor';

interface Received {
  readonly body: string;
  readonly signature: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly event: { PayloadId: string; TaskId: string; EventDatetimeUtc: number; [key: string]: unknown };
}

describe('the settings of the webhook sender', () => {
  let sandbox: Sandbox;
  let vendor: Vendor;
  let receiver: FastifyInstance;
  let received: Received[];

  const begin = async (options: SandboxOptions = {}): Promise<void> => {
    received = [];
    receiver = fastify({ forceCloseConnections: true });
    receiver.removeAllContentTypeParsers();
    receiver.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
      done(null, body);
    });
    receiver.post('/', (request, reply) => {
      const body = String(request.body);
      const signature = String(request.headers['x-cf-signature']);
      received.push({ body, signature, headers: request.headers, event: JSON.parse(body) as Received['event'] });
      return reply.send();
    });
    const url = await receiver.listen({ host: '127.0.0.1', port: 0 });
    sandbox = await startQuickSandbox({ webhookUrls: { acme: url, nordlicht: url }, ...options });
    vendor = new Vendor(sandbox);
    await vendor.control('POST', '/day/begin');
    await eventually(() => sandbox.ledger().tasks.every((task) => task.readyAt !== undefined));
  };
  const reset = (): Promise<unknown> =>
    vendor.control('POST', `/tasks/${sandbox.ledger().tasks[0]?.taskId ?? ''}/reset`, {});

  afterEach(async () => {
    await sandbox.stop();
    await receiver.close();
  });

  it.each([
    ['utf8-hex', 'utf8', 'hex'],
    ['utf8-base64', 'utf8', 'base64'],
    ['base64-hex', 'base64', 'hex'],
    ['base64-base64', 'base64', 'base64'],
  ] as const)('sign as %s', async (mode, keyForm, digestForm) => {
    await begin({ webhooks: { signatureModes: { acme: mode } } });
    await eventually(() => received.length === 1);
    const key = Buffer.from(vendor.studio.webhookSecret, keyForm);
    const expected = createHmac('sha256', key)
      .update(received[0]?.body ?? '')
      .digest(digestForm);
    expect(received[0]?.signature).toBe(expected);
  });

  it('put a prefix before the signature, sign with a newer secret, and add headers', async () => {
    await begin({ webhooks: { signaturePrefix: true, secrets: { acme: 'newer' }, headers: { 'x-cf-event': '1' } } });
    await eventually(() => received.length === 1);
    const expected = createHmac('sha256', 'newer')
      .update(received[0]?.body ?? '')
      .digest('hex');
    expect(received[0]).toMatchObject({ signature: `sha256=${expected}`, headers: { 'x-cf-event': '1' } });
  });

  it('lose the next events, and no more than that', async () => {
    await begin({ webhooks: { loseNext: 1 } });
    expect(received).toHaveLength(0);
    await reset();
    await eventually(() => received.length === 1);
    expect((await vendor.control('GET', '/settings')).json).toMatchObject({ webhooks: { loseNext: 0 } });
  });

  it('repeat an event with the same bytes', async () => {
    await begin({ webhooks: { duplicateNext: 1, duplicateTimes: 2, duplicateAfterMs: 5 } });
    await eventually(() => received.length === 3);
    expect(new Set(received.map(({ body }) => body)).size).toBe(1);
  });

  it('send an event late', async () => {
    await begin({ webhooks: { delayNext: 1, delayMs: 40 } });
    await eventually(() => received.length === 1);
    expect(Date.now() - (received[0]?.event.EventDatetimeUtc ?? 0)).toBeGreaterThanOrEqual(35);
  });

  it('send events in reverse order', async () => {
    await begin({ day: { tasks: 1 }, webhooks: { reverseNext: 3 } });
    await reset();
    await new Promise((resolve) => setTimeout(resolve, 3));
    await reset();
    await eventually(() => received.length === 3);
    const stamps = received.map(({ event }) => event.EventDatetimeUtc);
    expect(stamps).toEqual([...stamps].sort((first, second) => second - first));
  });

  it('hold events for a burst, but not for ever', async () => {
    await begin({ webhooks: { burstNext: 5, holdAtMostMs: 20 } });
    await eventually(() => received.length === 1);
    expect(received).toHaveLength(1);
  });

  it('stamp the events of one reset with the same instant', async () => {
    await begin({ webhooks: { eventsPerReset: 3 } });
    await reset();
    await eventually(() => received.length === 4);
    const burst = received.slice(1).map(({ event }) => event);
    expect(new Set(burst.map(({ EventDatetimeUtc }) => EventDatetimeUtc)).size).toBe(1);
    expect(new Set(burst.map(({ PayloadId }) => PayloadId)).size).toBe(3);
  });

  it.each([
    ['array', expect.any(Array)],
    ['string', expect.any(String)],
    ['null', null],
    ['absent', undefined],
  ] as const)('write EditorialDeliverableId as %s', async (editorialDeliverableId, expected) => {
    await begin({
      day: { tasks: 20, lostWebhooks: 0, duplicateWebhooks: 0 },
      webhooks: { editorialDeliverableId, otherFlavourIds: 'zero' },
    });
    await eventually(() => received.length === 20);
    const editorial = received.filter(({ event }) => event['ContentCreationTypeId'] === 2);
    for (const { event } of editorial) expect(event['EditorialDeliverableId']).toEqual(expected);
    expect(new Set(editorial.map(({ event }) => event['JobId']))).toEqual(
      new Set(['00000000-0000-0000-0000-000000000000']),
    );
  });

  it('write GUIDs in upper case, and no key that the guide does not name', async () => {
    await begin({ webhooks: { guidCase: 'upper', unknownKeys: false } });
    await eventually(() => received.length === 1);
    expect(received[0]?.event.TaskId).toBe(sandbox.ledger().tasks[0]?.taskId.toUpperCase());
    expect(received[0]?.event).not.toHaveProperty('ClientName');
  });
});
