import { EventEmitter, once } from 'node:events';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';

import {
  call,
  event,
  logged,
  notified,
  post,
  receiver,
  receiverForEach,
  recorded,
  secret,
  serve,
  sign,
  workflowId,
} from './receiver-harness';

receiverForEach();

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
