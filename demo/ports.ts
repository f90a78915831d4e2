import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';

import { failure } from '../cli/exit-codes';

export const LOOPBACK = '127.0.0.1';

/** A port that a process needs, and the option that changes it. */
export interface WantedPort {
  /** 0 for any. */
  readonly port: number;
  readonly what: string;
  readonly option: string;
}

/** Throws an error that lists all ports that are taken. */
export async function requireFreePorts(wanted: readonly WantedPort[]): Promise<void> {
  const taken: string[] = [];
  for (const { port, what, option } of wanted) {
    if (!(await isFree(port))) taken.push(`Port ${port} for the ${what} is taken; choose another with ${option}.`);
  }
  if (taken.length > 0) throw failure(taken.join('\n'));
}

/** The two ports of the dev server, which `extpost start` and `extpost temporal` give the same options. */
export function temporalPorts({ temporalPort, uiPort }: { temporalPort: number; uiPort: number }): WantedPort[] {
  return [
    { port: temporalPort, what: 'Temporal server', option: '--temporal-port' },
    { port: uiPort, what: 'Temporal Web UI', option: '--ui-port' },
  ];
}

/** Whether nobody listens on a port of the loopback interface. */
export function isFree(port: number): Promise<boolean> {
  if (port === 0) return Promise.resolve(true);
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => {
      resolve(false);
    });
    probe.listen({ port, host: LOOPBACK }, () => {
      probe.close(() => {
        resolve(true);
      });
    });
  });
}

/** A free port of the loopback interface. */
export async function findFreePort(): Promise<number> {
  const server = createServer((socket) => socket.destroy()).listen(0, LOOPBACK);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  // A connection that the server closes leaves the port in TIME_WAIT, so the system gives it to nobody else for a while.
  const socket = connect({ host: LOOPBACK, port });
  socket.resume().on('error', () => undefined);
  await once(socket, 'close');
  server.close();
  await once(server, 'close');
  return port;
}
