import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { systemErrorCode } from './system-error';

export const LOOPBACK = '127.0.0.1';

export interface PortUse {
  /** "Temporal server". */
  readonly wantedBy: string;
  /** The switch that chooses another port. */
  readonly switchName: string;
}

export const SERVER_PORT: PortUse = { wantedBy: 'Temporal server', switchName: '--temporal-port' };
export const UI_PORT: PortUse = { wantedBy: 'Temporal Web UI', switchName: '--ui-port' };

/** Another program listens where we want to. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError';

  constructor(
    readonly port: number,
    readonly use: PortUse,
  ) {
    super(
      `Port ${port} on ${LOOPBACK} is taken by another program, and the ${use.wantedBy} wants it. ` +
        `Stop that program, or choose another port with ${use.switchName}.` +
        (use === SERVER_PORT
          ? ` If a Temporal server runs there that you want to use, set TEMPORAL_ADDRESS=${LOOPBACK}:${port}.`
          : ''),
    );
  }
}

/** The port asked for, or a free one for 0. Throws a {@link PortTakenError}. */
export async function choosePort(port: number, use: PortUse): Promise<number> {
  if (port === 0) return findFreePort();
  const server = createServer();
  try {
    server.listen({ host: LOOPBACK, port, exclusive: true });
    await once(server, 'listening');
    return port;
  } catch (error) {
    if (systemErrorCode(error) === 'EADDRINUSE') throw new PortTakenError(port, use);
    throw error;
  } finally {
    server.close();
  }
}

/**
 * A port that nobody uses, and that the system gives to nobody else for a while: a connection closed from the
 * server's side stays in TIME_WAIT, which keeps the port out of the system's choice but lets a server listen on it.
 */
async function findFreePort(): Promise<number> {
  const server = createServer((socket) => socket.destroy());
  server.listen({ host: LOOPBACK, port: 0, exclusive: true });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const socket = connect({ host: LOOPBACK, port });
  socket.resume();
  socket.on('error', () => undefined);
  await once(socket, 'close');
  server.close();
  await once(server, 'close');
  return port;
}
