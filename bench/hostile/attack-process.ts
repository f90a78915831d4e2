import { Agent, request } from 'node:http';
import { connect, type Socket } from 'node:net';

import { exitWithParent, notifyParent } from '../../cli/services/supervision';
import { waitForStopSignal } from '../../cli/shared/signals';
import type { Attack } from './attack';
import { signedEvent } from './signed-event';

/** An attacker as a process of its own, so that it does not slow down who measures. What it did is its last line, as JSON. */
async function run(attack: Attack): Promise<void> {
  exitWithParent();
  const stop = attack.kind === 'sockets' ? holdSockets(attack) : flood(attack);
  notifyParent({ ready: true });
  await waitForStopSignal();
  console.log(JSON.stringify(stop()));
  process.exit(0);
}

/** Keeps so many sockets open; one that is closed is replaced after a moment. */
function holdSockets({ port, count, text, againAfterMs }: Extract<Attack, { kind: 'sockets' }>): () => object {
  const open = new Set<Socket>();
  let opened = 0;
  const begin = (): void => {
    const socket = connect({ port, host: '127.0.0.1' }, () => {
      opened += 1;
      open.add(socket);
      socket.write(text);
    });
    // One octet now and then, as if the caller were only slow.
    const drip = text === '' ? undefined : setInterval(() => socket.write('a'), 500);
    socket.resume();
    socket
      .on('error', () => undefined)
      .on('close', () => {
        clearInterval(drip);
        open.delete(socket);
        setTimeout(begin, againAfterMs);
      });
  };
  for (let one = 0; one < count; one += 1) begin();
  return () => ({ opened, stillOpen: open.size });
}

/** Signed events for tasks that there are not. */
function flood({ url, secret, perSecond }: Extract<Attack, { kind: 'flood' }>): () => object {
  const agent = new Agent({ keepAlive: true, maxSockets: 50 });
  const answers: Record<string, number> = {};
  const count = (what: string): void => {
    answers[what] = (answers[what] ?? 0) + 1;
  };
  const began = performance.now();
  let sent = 0;
  setInterval(() => {
    for (; sent < ((performance.now() - began) / 1_000) * perSecond; sent += 1) {
      const { body, headers } = signedEvent(secret);
      request(url, { method: 'POST', headers, agent }, (answer) => {
        answer.resume();
        count(String(answer.statusCode));
      })
        .on('error', () => {
          count('no answer');
        })
        .end(body);
    }
  }, 20);
  return () => ({ sent, answers });
}

void run(JSON.parse(process.argv[2] ?? '{}') as Attack);
