import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A server that passes bytes on, and remembers when each request came. */
export interface ArrivalsProxy {
  /** The address to use instead of the target's. */
  readonly url: string;
  /** Times of all requests so far, in Unix milliseconds, sorted. */
  readonly arrivals: () => readonly number[];
  stop(): Promise<void>;
}

/** Without pipelining a request begins a chunk: its client has waited for the answer to the one before. */
const REQUEST = /^(?:GET|POST|PUT|PATCH|DELETE|HEAD) \//;

/** Passes connections on to `target`, a plain http address of this machine. */
export async function startArrivalsProxy(target: string): Promise<ArrivalsProxy> {
  const { hostname, port, pathname } = new URL(target);
  const arrivals: number[] = [];
  const open = new Set<Socket>();
  const server = createServer({ noDelay: true }, (client) => {
    const upstream = connect({ host: hostname, port: Number(port), noDelay: true });
    client.on('data', (chunk: Buffer) => {
      if (REQUEST.test(chunk.toString('latin1', 0, 16))) arrivals.push(performance.timeOrigin + performance.now());
    });
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      open.add(from);
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        open.delete(from);
        to.destroy();
      });
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const own = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${own}${pathname}`,
    arrivals: () => arrivals,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        for (const socket of open) socket.destroy();
      }),
  };
}
