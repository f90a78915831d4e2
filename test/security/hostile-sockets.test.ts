import { request } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

import { addressMatcher, peerOf } from '../../starters/webhook/peers';
import {
  event,
  logged,
  notified,
  post,
  receiver,
  receiverForEach,
  serve as serveWith,
  sign,
} from '../starters/webhook/receiver-harness';

receiverForEach();
beforeEach(() => serve());

/** A receiver that does not wait for the sockets of a test when it closes. */
const serve = (changes: Parameters<typeof serveWith>[0] = {}) => serveWith({ closeGraceMs: 10, ...changes });

const path = '/webhooks/creative-force/acme';
const port = () => (receiver.server.address() as AddressInfo).port;

/** Opens a socket from an address of this computer, and writes to it. */
async function open(text = '', localAddress = '127.0.0.1'): Promise<{ socket: Socket; closed: Promise<string> }> {
  const socket = connect({ port: port(), host: '127.0.0.1', localAddress });
  let answer = '';
  socket.on('data', (data) => (answer += data.toString())).on('error', () => undefined);
  const closed = new Promise<string>((resolve) =>
    socket.once('close', () => {
      resolve(answer);
    }),
  );
  await new Promise((resolve) => socket.once('connect', resolve).once('close', resolve));
  if (text !== '') socket.write(text);
  return { socket, closed };
}

const slowHeader = `POST ${path} HTTP/1.1\r\nhost: x\r\nx-slow: `;
const slowBody = `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9000\r\n\r\n{`;
const keptAlive = 'GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n';

describe('a socket that does nothing useful', () => {
  it.each([
    ['sends nothing', ''],
    ['never ends its headers', slowHeader],
    ['never ends its body', slowBody],
  ])('is closed when it %s, however it drips', async (_how, text) => {
    await serve({ headersTimeoutMs: 50, requestTimeoutMs: 100 });
    const { socket, closed } = await open(text);
    const drip = setInterval(() => socket.write(text === '' ? '' : ' '), 10);
    expect(await closed).toMatch(/^HTTP\/1\.1 408 /);
    clearInterval(drip);
  });

  it('is closed after a refused request, and may not send a second one', async () => {
    const { closed } = await open(`PUT ${path} HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\n\r\n`);
    expect(await closed).toContain('connection: close');
  });
});

describe('at the limit of connections', () => {
  it.each([
    ['in all', { maxConnections: 3 }],
    ['of one address', { maxConnectionsPerPeer: 3 }],
  ])('%s the longest idle one yields to a new one', async (_which, limits) => {
    await serve(limits);
    const [first, second] = [await open(), await open(slowHeader), await open(slowBody)];
    expect((await post(JSON.stringify(event))).status).toBe(202);
    expect(await first.closed).toBe('');
    expect(second.socket.closed).toBe(false);
    expect(logged).toContain('"outcome":"too many connections"');
  });

  it('one whose event is being accepted never yields', async () => {
    let accept = (): void => undefined;
    const accepted = new Promise<void>((resolve) => (accept = resolve));
    const asked = new Promise<void>((resolve) => {
      void serve({
        maxConnections: 1,
        starter: {
          notify: async () => {
            resolve();
            await accepted;
            return { workflowId: 'a workflow', runId: 'a run' };
          },
        },
      }).then(() => void (answer = post(JSON.stringify(event))));
    });
    let answer: ReturnType<typeof post> | undefined;
    await asked;
    const { closed } = await open(keptAlive);
    expect(await closed).toBe('');
    accept();
    expect((await answer)?.status).toBe(202);
  });

  it('of one address, that of another is untouched', async () => {
    await serve({ maxConnectionsPerPeer: 1 });
    const other = await open('', '127.0.0.2');
    await open();
    const { closed } = await open();
    await open();
    await closed;
    expect(other.socket.closed).toBe(false);
  });
});

describe('a caller behind a proxy', () => {
  const forwarded = (client: string) => ({ 'x-forwarded-for': client });
  const slow = (client: string) => open(slowBody.replace('host: x', `host: x\r\nx-forwarded-for: ${client}`));
  const body = JSON.stringify(event);

  it('has its own limit when the proxy is trusted', async () => {
    await serve({ trustedProxies: ['127.0.0.0/8'], maxConnectionsPerPeer: 2 });
    await Promise.all([slow('192.0.2.1'), slow('192.0.2.1')]);
    await new Promise((resolve) => receiver.server.once('request', resolve).once('connection', resolve));
    const crowded = await post(body, forwarded('192.0.2.1'));
    expect([crowded.status, crowded.headers.get('retry-after')]).toEqual([503, '10']);
    expect((await post(body, forwarded('192.0.2.2'))).status).toBe(202);
  });

  it('cannot pass for another one through a proxy that is not trusted', async () => {
    await serve({ trustedProxies: ['10.0.0.0/8'], maxConnectionsPerPeer: 2 });
    const [first] = await Promise.all([slow('192.0.2.1'), slow('192.0.2.2')]);
    await open(slowHeader);
    await first.closed;
    expect((await post(body, forwarded('192.0.2.3'))).status).toBe(202);
  });
});

describe('an address', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::1', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ])('%s is counted as %s', (address, peer) => {
    expect(peerOf(address)).toBe(peer);
  });

  it.each([
    ['10.1.2.3', true],
    ['::ffff:10.1.2.3', true],
    ['192.0.2.7', true],
    ['192.0.2.8', false],
    ['2001:db8::5', true],
    ['::1', false],
  ])('%s is of a trusted proxy: %p', (address, expected) => {
    expect(addressMatcher(['10.0.0.0/8', '192.0.2.7', '2001:db8::/32'])(address)).toBe(expected);
  });
});

/** A signed webhook on a connection of its own, as Creative Force sends it. */
function honest(payloadId: string): Promise<number | undefined> {
  const body = JSON.stringify({ ...event, PayloadId: payloadId });
  const headers = { 'content-type': 'application/json', 'x-cf-signature': sign(body) };
  return new Promise((resolve, reject) => {
    request({ port: port(), path, method: 'POST', headers, agent: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    })
      .on('error', reject)
      .end(body);
  });
}

describe('honest webhooks among three hundred hostile sockets of the same address', () => {
  it.each([
    ['idle', ''],
    ['slow headers', slowHeader],
    ['slow bodies', slowBody],
    ['kept alive', keptAlive],
  ])('are all accepted, half of them within a second: %s', async (_kind, text) => {
    const sockets = new Set<Socket>();
    const { port: attacked } = receiver.server.address() as AddressInfo;
    let goesOn = true;
    const attack = (): void => {
      if (!goesOn) return;
      const socket = connect(attacked, '127.0.0.1', () => socket.write(text));
      sockets.add(socket);
      socket
        .on('error', () => undefined)
        .on('close', () => {
          sockets.delete(socket);
          // A closed one is replaced, as an attacker would.
          setTimeout(attack, 300);
        });
    };
    for (let count = 0; count < 300; count++) attack();
    const times: number[] = [];
    for (let count = 0; count < 20; count++) {
      const begun = performance.now();
      expect(await honest(`payload-${count}`)).toBe(202);
      times.push(performance.now() - begun);
    }
    goesOn = false;
    for (const socket of sockets) socket.destroy();
    expect(notified).toHaveLength(20);
    expect(times.sort((one, other) => one - other)[10]).toBeLessThan(1_000);
  });
});
