import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';

export const LOOPBACK = '127.0.0.1';

/** The port asked for, or a free one for 0. Throws when another program listens there, and names the option to change. */
export async function choosePort(wanted: number, option: string): Promise<number> {
  const server = createServer((socket) => socket.destroy());
  try {
    server.listen({ host: LOOPBACK, port: wanted, exclusive: true });
    await once(server, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new Error(`Port ${wanted} on ${LOOPBACK} is taken by another program; choose another with ${option}.`, {
      cause: error,
    });
  }
  const { port } = server.address() as AddressInfo;
  if (wanted === 0) {
    // A connection that the server closes leaves the port in TIME_WAIT, so the system gives it to nobody else for a while.
    const socket = connect({ host: LOOPBACK, port });
    socket.resume().on('error', () => undefined);
    await once(socket, 'close');
  }
  server.close();
  await once(server, 'close');
  return port;
}
