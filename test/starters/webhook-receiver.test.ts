import { createHmac } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';

import fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import pino from 'pino';

import type { TaskReference } from '../../domain/task';
import type { TaskEvent } from '../../domain/task-event';
import type { Signature, SignatureForm } from '../../starters/signature';
import { createWebhookReceiver } from '../../starters/webhook-receiver';
import type { WebhookReceiverOptions, WebhookStudio } from '../../starters/webhook-receiver';

const secret = 'the secret of acme';
const taskId = 'a3b4c5d6-1111-4222-8333-944445555666';
const event = {
  Action: 'ExternalPostTaskReadyToWork',
  PayloadId: '5f0a3c1e-7b52-4a0e-9d43-0c1d5a9b7e10',
  TaskId: taskId,
};
const workflowId = `extpost/acme/${taskId}`;

const studio = (webhookSecrets: string[], changes: Partial<WebhookStudio> = {}): WebhookStudio => ({
  webhookSecrets,
  signatureMode: 'auto',
  ...changes,
});

let notified: { task: TaskReference; event: TaskEvent }[];
let logged: string;
let pinned: Signature[];
let recorded: string[];
let receiver: FastifyInstance;
let origin: string;

async function serve(changes: Partial<WebhookReceiverOptions> = {}): Promise<void> {
  await receiver.close();
  receiver = createWebhookReceiver({
    studios: { acme: studio([secret]), newcomer: studio([]) },
    signaturePins: {
      get: (_studio, of) => pinned.find((each) => each.secret === of)?.form,
      pin: (_studio, signature) => {
        pinned.push(signature);
        return Promise.resolve();
      },
    },
    headerRecorder: {
      record: (name, isSigned) => {
        recorded.push(`${name} ${isSigned ? 'signed' : 'unsigned'}`);
        return Promise.resolve();
      },
    },
    starter: {
      notify: (task, taskEvent) => {
        notified.push({ task, event: taskEvent });
        return Promise.resolve({ workflowId, runId: 'a run' });
      },
    },
    isTemporalReachable: () => Promise.resolve(true),
    logger: pino({ level: 'trace' }, { write: (line: string) => (logged += line) }),
    ...changes,
  });
  origin = await receiver.listen({ host: '127.0.0.1', port: 0 });
}

const sign = (body: string, key = secret) => createHmac('sha256', key).update(body).digest('hex');

async function call(path: string, init: RequestInit = {}) {
  const response = await fetch(origin + path, init);
  const text = await response.text();
  return { status: response.status, headers: response.headers, text };
}

function post(body: string, headers: Record<string, string> = {}, studio = 'acme') {
  return call(`/webhooks/creative-force/${studio}`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', 'x-cf-signature': sign(body), ...headers },
  });
}

beforeEach(async () => {
  receiver = fastify();
  notified = [];
  logged = '';
  pinned = [];
  recorded = [];
  await serve();
});
afterEach(() => receiver.close());

describe('a signed event', () => {
  it('is answered with the id of its workflow once Temporal has accepted it', async () => {
    const { status, text } = await post(JSON.stringify(event));
    expect(status).toBe(202);
    expect(JSON.parse(text)).toEqual({ workflowId });
  });

  it('reaches the starter as an event of the studio whose address it came to', async () => {
    await post(JSON.stringify({ ...event, ContentCreationTypeId: '2' }));
    expect(notified).toEqual([
      {
        task: { studio: 'acme', taskId, contentCreationType: 'editorial' },
        event: { kind: 'ready', source: 'webhook', eventId: event.PayloadId, happenedAt: undefined },
      },
    ]);
  });

  it('may come with a charset in its content type', async () => {
    expect((await post(JSON.stringify(event), { 'content-type': 'Application/JSON; charset=utf-8' })).status).toBe(202);
  });

  it('is answered with 200 and starts nothing when its action is unknown', async () => {
    expect((await post('{"Action":"JobCreated"}')).status).toBe(200);
    expect(notified).toEqual([]);
  });

  it('is refused with the JSON path of its fault', async () => {
    const { status, text } = await post(JSON.stringify({ ...event, TaskId: 'not-a-guid' }));
    expect(status).toBe(400);
    expect(text).toContain('$.TaskId');
    expect(text).not.toContain('not-a-guid');
  });

  it('is asked for again when Temporal refuses', async () => {
    await serve({ starter: { notify: () => Promise.reject(new Error('14 UNAVAILABLE')) } });
    const { status, headers } = await post(JSON.stringify(event));
    expect(status).toBe(503);
    expect(headers.get('retry-after')).toBe('10');
  });

  it('is asked for again when Temporal does not answer in time', async () => {
    await serve({ starter: { notify: () => new Promise(() => undefined) }, temporalTimeoutMs: 30 });
    const { status, headers } = await post(JSON.stringify(event));
    expect(status).toBe(503);
    expect(headers.get('retry-after')).toBe('10');
  });

  it('leaves one log line with studio, outcome, workflow and milliseconds', async () => {
    const notify = async () => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      return { workflowId, runId: 'a run' };
    };
    await serve({ starter: { notify } });
    await post(JSON.stringify(event));
    const lines = logged.trim().split('\n');
    expect(lines).toHaveLength(1);
    const line = JSON.parse(lines[0] ?? '') as { ms: number };
    expect(line).toMatchObject({ studio: 'acme', outcome: 'accepted', workflowId });
    expect(line.ms).toBeGreaterThanOrEqual(25);
  });
});

describe('an event with a wrong signature', () => {
  it.each([
    ['of another secret', { 'x-cf-signature': sign(JSON.stringify(event), 'another secret') }],
    ['that is no digest', { 'x-cf-signature': 'yes' }],
    ['that is empty', { 'x-cf-signature': '' }],
  ])('%s is refused and starts nothing', async (_what, headers) => {
    expect((await post(JSON.stringify(event), headers)).status).toBe(401);
    expect(notified).toEqual([]);
  });

  it('is refused when the signature is missing', async () => {
    const headers = { 'content-type': 'application/json' };
    const path = '/webhooks/creative-force/acme';
    expect((await call(path, { method: 'POST', body: JSON.stringify(event), headers })).status).toBe(401);
  });

  it('is refused before its body is looked at', async () => {
    expect((await post('{ no JSON', { 'x-cf-signature': sign('other') })).status).toBe(401);
  });

  it('is refused when the secret is that of another studio', async () => {
    await serve({ studios: { acme: studio([secret]), beta: studio(['the secret of beta']) } });
    expect((await post(JSON.stringify(event), {}, 'beta')).status).toBe(401);
  });

  it('is refused for a studio whose secret is not known yet, and the log says which', async () => {
    expect((await post(JSON.stringify(event), {}, 'newcomer')).status).toBe(401);
    expect(logged).toContain('"studio":"newcomer"');
    expect(logged).toContain('no webhook secret is known');
  });
});

describe('the form of a signature', () => {
  const key = Buffer.from('AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=', 'base64');
  const text = key.toString('base64');
  const body = JSON.stringify(event);
  const signIn = (form: SignatureForm) =>
    createHmac('sha256', form.startsWith('utf8') ? text : key)
      .update(body)
      .digest(form.endsWith('hex') ? 'hex' : 'base64');

  it.each<SignatureForm>(['utf8-hex', 'utf8-base64', 'base64-hex', 'base64-base64'])(
    '%s is pinned by the first event that has it, and then the only one',
    async (form) => {
      await serve({ studios: { acme: studio([text]) } });
      expect((await post(body, { 'x-cf-signature': signIn(form) })).status).toBe(202);
      expect(pinned).toContainEqual({ secret: text, form });
      const other = form === 'utf8-hex' ? 'base64-base64' : 'utf8-hex';
      expect((await post(body, { 'x-cf-signature': signIn(other) })).status).toBe(401);
      expect(logged).toContain(`made as ${other}, but another form was pinned`);
    },
  );

  it('is the one that is set, and then nothing is pinned', async () => {
    await serve({ studios: { acme: studio([text], { signatureMode: 'base64-hex' }) } });
    expect((await post(body, { 'x-cf-signature': signIn('base64-hex') })).status).toBe(202);
    expect((await post(body, { 'x-cf-signature': signIn('utf8-hex') })).status).toBe(401);
    expect(logged).toContain('made as utf8-hex, but signatureMode is base64-hex');
    expect(pinned).toEqual([]);
  });

  it('is not pinned by a signature that does not fit', async () => {
    expect((await post(body, { 'x-cf-signature': signIn('utf8-hex') })).status).toBe(401);
    expect(pinned).toEqual([]);
  });
});

describe('an event of a workspace', () => {
  const workspace = '0b1c2d3e-1111-4222-8333-944445555666';
  const serveOnly = (...workspaces: string[]) => serve({ studios: { acme: studio([secret], { workspaces }) } });

  it('that is allowed is accepted, in whatever letter case it comes', async () => {
    await serveOnly(workspace);
    expect((await post(JSON.stringify({ ...event, ClientId: workspace.toUpperCase() }))).status).toBe(202);
  });

  it.each([
    ['another', '99999999-1111-4222-8333-944445555666', '"outcome":"another workspace"'],
    ['no', undefined, '"outcome":"no workspace'],
  ])('is answered with 200, does nothing and is logged when it names %s workspace', async (_which, ClientId, line) => {
    await serveOnly(workspace);
    expect((await post(JSON.stringify({ ...event, ClientId }))).status).toBe(200);
    expect(notified).toEqual([]);
    expect(logged).toContain(line);
  });

  it('is accepted whatever it is when none is set', async () => {
    expect((await post(JSON.stringify({ ...event, ClientId: workspace }))).status).toBe(202);
  });
});

describe('a flood of calls that nobody signed', () => {
  const flood = async (name: string) => {
    const calls = Array.from({ length: 50 }, () => post(JSON.stringify(event), { 'x-cf-signature': 'wrong' }, name));
    return new Set((await Promise.all(calls)).map(({ status }) => status));
  };

  it('reaches Temporal with none, and leaves one line and a count', async () => {
    expect(await flood('acme')).toEqual(new Set([401]));
    expect(notified).toEqual([]);
    expect(logged.match(/"outcome":"bad signature"/g)).toHaveLength(1);
    await receiver.close();
    expect(logged).toContain('"studio":"acme","counts":{"bad signature":50}');
  });

  it('says once which studio has no secret yet', async () => {
    await flood('newcomer');
    expect(logged.match(/"studio":"newcomer","outcome":"no webhook secret is known/g)).toHaveLength(1);
  });

  it('is counted without a name when it is for studios that do not exist', async () => {
    await Promise.all(['a', 'b', 'c'].map((name) => post(JSON.stringify(event), {}, name)));
    await receiver.close();
    expect(logged).toContain('"counts":{"unknown studio":3}');
  });
});

describe('the same event twice', () => {
  it('reaches the workflow under the same event id, which is its PayloadId', async () => {
    await post(JSON.stringify(event));
    await post(JSON.stringify(event));
    expect(notified.map(({ event: { eventId } }) => eventId)).toEqual([event.PayloadId, event.PayloadId]);
  });

  it('is accepted both times, and counted as a duplicate', async () => {
    expect((await post(JSON.stringify(event))).status).toBe(202);
    expect((await post(JSON.stringify(event))).status).toBe(202);
    await receiver.close();
    expect(logged).toContain('"counts":{"accepted":1,"duplicate":1}');
  });
});

describe('the headers of a delivery', () => {
  it('are handed to the recorder with whether the signature fitted', async () => {
    await post(JSON.stringify(event));
    await post(JSON.stringify(event), { 'x-cf-signature': 'wrong' });
    await post(JSON.stringify(event), {}, 'newcomer');
    await call('/webhooks/creative-force/newcomer', { method: 'POST' });
    expect(recorded).toEqual(['acme signed', 'acme unsigned', 'newcomer unsigned', 'newcomer unsigned']);
  });
});

describe('a caller that is no good', () => {
  const open = async (text: string) => {
    const socket = connect((receiver.server.address() as AddressInfo).port, '127.0.0.1');
    let answer = '';
    socket.on('data', (data) => (answer += data.toString())).on('error', () => undefined);
    const closed = new Promise<string>((resolve) =>
      socket.on('close', () => {
        resolve(answer);
      }),
    );
    await once(socket, 'connect');
    socket.write(text);
    return { socket, closed };
  };

  it.each([
    ['never end', 'POST /webhooks/creative-force/acme HTTP/1.1\r\nhost: x\r\n'],
    ['never begin', ''],
  ])('is sent away and counted when its headers %s', async (_how, text) => {
    await serve({ headersTimeoutMs: 20 });
    const { closed } = await open(text);
    expect(await closed).toContain('408');
    await receiver.close();
    expect(logged).toContain('"counts":{"broken or slow HTTP":1}');
  });

  it('is sent away when its headers are too long', async () => {
    const { closed } = await open(`GET /health/live HTTP/1.1\r\nhost: x\r\nx-long: ${'x'.repeat(20_000)}\r\n\r\n`);
    expect(await closed).toContain('431');
  });

  it('is cut off when there are too many of its kind', async () => {
    await serve({ maxConnections: 1 });
    const first = await open('GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n');
    await once(first.socket, 'data');
    const second = await open('GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n');
    expect(await second.closed).toBe('');
    expect(logged).toContain('"outcome":"too many connections"');
    first.socket.destroy();
    await first.closed;
  });
});

describe('the order of checks', () => {
  const big = JSON.stringify({ ...event, Surprise: 'x'.repeat(1024 * 1024) });

  // Without a socket: a caller whose body is left unread may see a reset before it sees the answer.
  const send = (method: 'DELETE' | 'PUT' | 'POST', studio: string, headers: Record<string, string>) =>
    receiver.inject({ method, url: `/webhooks/creative-force/${studio}`, payload: big, headers });

  it('finds an unknown studio first', async () => {
    expect((await send('DELETE', 'nobody', { 'content-type': 'text/plain' })).statusCode).toBe(404);
  });

  it.each(['__proto__', 'constructor', 'toString'])('knows no studio called %s', async (studio) => {
    expect((await post(JSON.stringify(event), {}, studio)).status).toBe(404);
  });

  it('finds a wrong method before a wrong content type', async () => {
    const answer = await send('PUT', 'acme', { 'content-type': 'text/plain' });
    expect(answer.statusCode).toBe(405);
    expect(answer.headers.allow).toBe('GET, HEAD, POST');
  });

  it('finds a wrong content type before a body that is too large', async () => {
    expect((await send('POST', 'acme', { 'content-type': 'text/plain' })).statusCode).toBe(415);
  });

  it('finds a body that is too large before a wrong signature', async () => {
    const headers = { 'content-type': 'application/json', 'x-cf-signature': 'wrong' };
    expect((await send('POST', 'acme', headers)).statusCode).toBe(413);
  });

  it('finds a body too large that comes without a length', async () => {
    async function* chunks() {
      yield await Promise.resolve(Buffer.from(big.slice(0, 1000)));
      yield await Promise.resolve(Buffer.from(big.slice(1000)));
    }
    const answer = await call('/webhooks/creative-force/acme', {
      method: 'POST',
      body: ReadableStream.from(chunks()),
      headers: { 'content-type': 'application/json', 'x-cf-signature': sign(big) },
      duplex: 'half',
    });
    expect(answer.status).toBe(413);
  });

  it('takes a body of exactly the largest size', async () => {
    const empty = JSON.stringify({ ...event, Surprise: '' });
    const body = JSON.stringify({ ...event, Surprise: 'x'.repeat(1024 * 1024 - empty.length) });
    expect(body).toHaveLength(1024 * 1024);
    expect((await post(body)).status).toBe(202);
  });
});

describe('a connection check', () => {
  it.each(['GET', 'HEAD', 'POST'])('by an empty %s is answered with 200 and starts nothing', async (method) => {
    expect((await call('/webhooks/creative-force/acme', { method })).status).toBe(200);
    expect(notified).toEqual([]);
  });

  it.each(['GET', 'HEAD', 'POST'])('by an empty %s works before the secret of the studio is known', async (method) => {
    expect((await call('/webhooks/creative-force/newcomer', { method })).status).toBe(200);
    expect(notified).toEqual([]);
  });

  it('by an empty signed POST is answered with 200', async () => {
    expect((await post('')).status).toBe(200);
  });

  it('by an empty POST with a wrong signature is refused', async () => {
    expect((await post('', { 'x-cf-signature': sign('other') })).status).toBe(401);
  });
});

describe('health', () => {
  it('is live and ready when Temporal answers', async () => {
    expect((await call('/health/live')).status).toBe(200);
    expect((await call('/health/ready')).status).toBe(200);
  });

  it.each<[string, () => Promise<boolean>]>([
    ['says no', () => Promise.resolve(false)],
    ['fails', () => Promise.reject(new Error('down'))],
    ['does not answer', () => new Promise(() => undefined)],
  ])('is live but not ready when Temporal %s', async (_how, isTemporalReachable) => {
    await serve({ isTemporalReachable, temporalTimeoutMs: 30 });
    expect((await call('/health/live')).status).toBe(200);
    expect((await call('/health/ready')).status).toBe(503);
  });
});

describe('closing', () => {
  const path = '/webhooks/creative-force/acme';

  it('lets an event under way be accepted', async () => {
    const temporal = new EventEmitter();
    const notify = async () => {
      temporal.emit('asked');
      await once(temporal, 'accepted');
      return { workflowId, runId: 'a run' };
    };
    await serve({ starter: { notify } });
    const asked = once(temporal, 'asked');
    const response = post(JSON.stringify(event));
    await asked;
    const closed = receiver.close();
    temporal.emit('accepted');
    expect((await response).status).toBe(202);
    await closed;
  });

  it('does not wait for a caller that never finishes its request', async () => {
    await serve({ closeGraceMs: 30 });
    const socket = connect((receiver.server.address() as AddressInfo).port, '127.0.0.1');
    const ended = new Promise((resolve) => socket.on('close', resolve).on('error', () => undefined));
    socket.write(`POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{`);
    await once(receiver.server, 'request');
    await receiver.close();
    await ended;
    expect(receiver.server.listening).toBe(false);
  });
});

describe('what a caller sends', () => {
  const marker = 'marker-of-the-caller';

  it.each([
    ['in an unknown address', `/${marker}`],
    ['in an address that cannot be decoded', `/webhooks/${marker}/%zz`],
    ['in the name of a studio', `/webhooks/creative-force/${marker}`],
    ['in a query', `/webhooks/creative-force/acme?${marker}`],
  ])('%s is neither echoed nor logged', async (_where, path) => {
    const { text } = await call(path, { method: 'POST', body: marker, headers: { 'x-marker': marker } });
    expect(text + logged).not.toContain(marker);
  });

  it('in a signed body is neither echoed nor logged', async () => {
    const { text } = await post(JSON.stringify({ Action: marker, PayloadId: marker, TaskId: marker }));
    expect(text + logged).not.toContain(marker);
  });

  it('as broken HTTP is neither echoed nor logged', async () => {
    const { port } = receiver.server.address() as AddressInfo;
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => socket.write(`${marker} is no HTTP\r\n\r\n`));
      let text = '';
      socket.on('data', (data) => (text += data.toString()));
      socket.on('close', () => {
        resolve(text);
      });
      socket.on('error', reject);
    });
    expect(answer).toContain('400');
    expect(answer + logged).not.toContain(marker);
  });

  it('never brings a secret into the log', async () => {
    await post(JSON.stringify(event));
    await post(JSON.stringify(event), { 'x-cf-signature': 'wrong' });
    expect(logged).not.toContain(secret);
    expect(logged).not.toContain(sign(JSON.stringify(event)));
  });
});
