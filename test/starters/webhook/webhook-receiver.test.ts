import { createHmac } from 'node:crypto';
import type { SignatureForm } from '../../../starters/webhook/signature';

import {
  call,
  event,
  logged,
  notified,
  post,
  receiver,
  receiverForEach,
  secret,
  serve,
  sign,
  studio,
  taskId,
  workflowId,
} from './receiver-harness';

receiverForEach();

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

  it.each([
    'application/vnd.creativeforce+json; charset=utf-8',
    'text/plain',
    'application/octet-stream',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
  ])('may come with the content type "%s"', async (type) => {
    expect((await post(JSON.stringify(event), { 'content-type': type })).status).toBe(202);
  });

  it('may come without a content type', async () => {
    const body = Buffer.from(JSON.stringify(event));
    const headers = { 'x-cf-signature': sign(body.toString()) };
    expect((await call('/webhooks/creative-force/acme', { method: 'POST', body, headers })).status).toBe(202);
  });

  it('is refused and starts nothing when its action is unknown', async () => {
    expect((await post('{"Action":"JobCreated"}')).status).toBe(422);
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
    // The form of the signature has a line of its own, before the first event.
    const lines = logged
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { msg: string; ms: number });
    const [line, ...more] = lines.filter(({ msg }) => msg === 'webhook');
    expect([line, more]).toMatchObject([{ studio: 'acme', outcome: 'accepted', workflowId }, []]);
    expect(line?.ms).toBeGreaterThanOrEqual(25);
  });
});

describe('several events in one body', () => {
  const events = ['a', 'b', 'c'].map((letter) => ({
    ...event,
    TaskId: `${letter}3b4c5d6-1111-4222-8333-944445555666`,
  }));
  const notifiedTasks = () => notified.map(({ task }) => task.taskId.slice(0, 1));

  it('reach the starter one by one', async () => {
    expect((await post(JSON.stringify(events))).status).toBe(202);
    expect(notifiedTasks()).toEqual(['a', 'b', 'c']);
  });

  it('are accepted although some have an action that is not ours', async () => {
    expect((await post(JSON.stringify([{ Action: 'JobCreated' }, events[0]]))).status).toBe(202);
    expect(notifiedTasks()).toEqual(['a']);
  });

  it('are taken but for one that cannot be read, which the answer names', async () => {
    const { status, text } = await post(JSON.stringify([events[0], { ...event, TaskId: 'none' }, events[2]]));
    expect([status, notifiedTasks()]).toEqual([400, ['a', 'c']]);
    expect(text).toContain('$[1].TaskId');
  });

  it('are asked for again from the first on that Temporal does not accept', async () => {
    const notify = jest.fn(() => Promise.reject(new Error('14 UNAVAILABLE')));
    await serve({ starter: { notify } });
    expect((await post(JSON.stringify(events))).status).toBe(503);
    expect(notify).toHaveBeenCalledTimes(1);
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
    '%s is accepted where none is set, and logged once',
    async (form) => {
      await serve({ studios: { acme: studio([text]) } });
      expect((await post(body, { 'x-cf-signature': signIn(form) })).status).toBe(202);
      expect((await post(body, { 'x-cf-signature': signIn(form) })).status).toBe(202);
      expect(logged.split(`"signatureForm":"${form}"`)).toHaveLength(2);
    },
  );

  it('is only the one that is set', async () => {
    await serve({ studios: { acme: studio([text], { signatureMode: 'base64-hex' }) } });
    expect((await post(body, { 'x-cf-signature': signIn('base64-hex') })).status).toBe(202);
    expect((await post(body, { 'x-cf-signature': signIn('utf8-hex') })).status).toBe(401);
    expect(logged).toContain('made as utf8-hex, but signatureMode is base64-hex');
  });

  it('is not logged for a signature that does not match', async () => {
    expect((await post(body, { 'x-cf-signature': signIn('utf8-hex') })).status).toBe(401);
    expect(logged).not.toContain('signatureForm');
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
  ])('is refused, does nothing and is logged when it names %s workspace', async (_which, ClientId, line) => {
    await serveOnly(workspace);
    expect((await post(JSON.stringify({ ...event, ClientId }))).status).toBe(422);
    expect(notified).toEqual([]);
    expect(logged).toContain(line);
  });

  it('is accepted whatever it is when none is set', async () => {
    expect((await post(JSON.stringify({ ...event, ClientId: workspace }))).status).toBe(202);
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

  it('finds a wrong method before a body that is too large', async () => {
    const answer = await send('PUT', 'acme', { 'content-type': 'text/plain' });
    expect(answer.statusCode).toBe(405);
    expect(answer.headers.allow).toBe('GET, HEAD, POST');
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
    const body = JSON.stringify({ ...event, Surprise: 'x'.repeat(256 * 1024 - empty.length) });
    expect(body).toHaveLength(256 * 1024);
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
