import { createHmac } from 'node:crypto';
import fastify, { type FastifyInstance } from 'fastify';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../sandbox';
import { eventually, startQuickSandbox } from './start';
import { send, Vendor } from './vendor';

interface Received {
  readonly body: string;
  readonly signature: string;
  readonly event: { readonly PayloadId: string; readonly TaskId: string; readonly Action: string };
}

describe("the sandbox's day", () => {
  let sandbox: Sandbox;
  let receiver: FastifyInstance | undefined;
  let received: Received[];
  let answers: { status: number; headers?: Record<string, string> }[];

  /** A receiver that gives the queued answers first and 200 afterwards. */
  const listen = async (): Promise<string> => {
    received = [];
    answers = [];
    receiver = fastify({ forceCloseConnections: true });
    receiver.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
      done(null, body);
    });
    receiver.post('/', (request, reply) => {
      const body = String(request.body);
      const event = JSON.parse(body) as Received['event'];
      received.push({ body, event, signature: String(request.headers['x-cf-signature']) });
      const { status, headers } = answers.shift() ?? { status: 200 };
      return reply
        .headers(headers ?? {})
        .code(status)
        .send();
    });
    return receiver.listen({ host: '127.0.0.1', port: 0 });
  };
  const begin = async (options: SandboxOptions = {}): Promise<void> => {
    const url = await listen();
    sandbox = await startQuickSandbox({ webhookUrls: { acme: url, nordlicht: url }, ...options });
  };
  const control = (method: string, path: string, body?: unknown): ReturnType<typeof send> =>
    new Vendor(sandbox).control(method, path, body);

  afterEach(async () => {
    await sandbox.stop();
    await receiver?.close();
    receiver = undefined;
  });

  it('has twenty tasks, of which two are never announced, one twice, one early', async () => {
    await begin({ day: { tasks: 20 } });
    const { tasks } = sandbox.ledger();
    const count = (webhook: string): number => tasks.filter((task) => task.webhook === webhook).length;
    expect(tasks).toHaveLength(20);
    expect([count('lost'), count('duplicate'), count('early'), count('sent')]).toEqual([2, 1, 1, 16]);
    expect(new Set(tasks.map(({ studio }) => studio))).toEqual(new Set(['acme', 'nordlicht']));
  });

  it('gives the same ids for the same seed and new ones every day without', async () => {
    await begin({ seed: 'a' });
    const other = await startSandbox({ seed: 'a', day: { tasks: 1 } });
    const fresh = await startSandbox({ day: { tasks: 1 } });
    const ids = [sandbox, other, fresh].map((one) => one.ledger().tasks[0]?.taskId);
    await Promise.all([other.stop(), fresh.stop()]);
    expect(ids[0]).toBe(ids[1]);
    expect(ids[0]).not.toBe(ids[2]);
  });

  it('signs the raw body with the secret as it is shown', async () => {
    await begin();
    await control('POST', '/day/begin');
    await eventually(() => received.length === 1);
    const [{ body, signature }] = received as [Received];
    const secret = sandbox.studios[0]?.webhookSecret ?? '';
    expect(signature).toBe(createHmac('sha256', secret).update(body).digest('hex'));
  });

  it('sends a webhook again until it is taken, with the same bytes', async () => {
    await begin();
    answers.push({ status: 503 }, { status: 401 });
    await control('POST', '/day/begin');
    await eventually(() => received.length === 3);
    expect(new Set(received.map(({ body }) => body)).size).toBe(1);
  });

  it('waits as long as Retry-After asks instead of its own ladder', async () => {
    await begin({ webhooks: { retryDelaysMs: [60_000] } });
    answers.push({ status: 503, headers: { 'retry-after': '0' } });
    await control('POST', '/day/begin');
    await eventually(() => received.length === 2);
    expect(received).toHaveLength(2);
  });

  it('announces the early task before anybody listens and says what came back', async () => {
    sandbox = await startQuickSandbox({ webhookUrls: { acme: 'http://127.0.0.1:9' } });
    const answer = await control('POST', '/day/early');
    expect(answer.json).toMatchObject({ status: null, problem: expect.any(String) as string });
    expect(await new Vendor(sandbox).listing()).toHaveLength(1);
  });

  it('delivers an early webhook once the vendor has registered its address', async () => {
    const url = await listen();
    sandbox = await startQuickSandbox();
    await control('POST', '/day/early');
    await control('PUT', '/webhooks', { acme: url });
    await eventually(() => received.length === 1);
    expect(received[0]?.event.Action).toBe('ExternalPostTaskReadyToWork');
  });

  it('puts a task whose webhook is lost into the listing all the same', async () => {
    await begin({ day: { lostWebhooks: 1 } });
    await control('POST', '/day/begin');
    await eventually(() => sandbox.ledger().tasks[0]?.readyAt !== undefined);
    expect(await new Vendor(sandbox).listing()).toHaveLength(1);
    expect(received).toHaveLength(0);
  });

  it('notifies the vendor of a rejection', async () => {
    await begin();
    const vendor = new Vendor(sandbox);
    await control('POST', '/day/begin');
    await eventually(() => received.length === 1);
    const taskId = received[0]?.event.TaskId ?? '';
    expect((await control('POST', `/tasks/${taskId}/reject`, {})).status).toBe(409);
    await vendor.deliver(taskId);
    await control('POST', `/tasks/${taskId}/reject`, {});
    await eventually(() => received.length === 2);
    expect(received[1]?.event).toMatchObject({ Action: 'ExternalPostTaskRejected', TaskId: taskId });
    expect(await vendor.listing()).toEqual([taskId]);
  });

  it('begins only once', async () => {
    await begin();
    expect((await control('POST', '/day/begin')).status).toBe(200);
    expect((await control('POST', '/day/begin')).status).toBe(409);
  });

  it('refuses control calls that it does not understand', async () => {
    await begin();
    expect((await control('PUT', '/webhooks', { acme: 'not a url' })).status).toBe(400);
    expect((await control('POST', '/tasks/none/reject', {})).status).toBe(404);
  });

  it('names the port that is taken', async () => {
    await begin();
    const port = Number(new URL(sandbox.controlUrl).port);
    await expect(startSandbox({ ports: { celtra: port } })).rejects.toThrow(
      `celtra service cannot listen on 127.0.0.1:${port}`,
    );
  });

  it('shows a page to people and an index to programs', async () => {
    await begin();
    const page = await send(sandbox.controlUrl, { headers: { accept: 'text/html' } });
    expect(page.text).toContain('1 tasks: 0 done');
    expect((await send(sandbox.controlUrl)).json).toMatchObject({ services: { control: sandbox.controlUrl } });
  });
});
