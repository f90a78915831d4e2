import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * Passes requests on to a server, those with a condition one after the other: moto looks for an object first and writes it afterwards,
 * so that it would let two create one object at the same moment.
 */
export async function startOneAtATime(port: number): Promise<{ port: number; stop: () => Promise<void> }> {
  let turn: Promise<unknown> = Promise.resolve();
  const server = createServer((asked, response) => {
    if (asked.headers['if-none-match'] === undefined) {
      void passOn(port, asked, response);
      return;
    }
    turn = turn.then(() => passOn(port, asked, response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Ends when the answer has been passed on, or was cut. */
function passOn(port: number, asked: IncomingMessage, response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const { method, url, headers } = asked;
    const call = request({ host: '127.0.0.1', port, method, path: url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    call.on('error', () => response.destroy());
    response.on('close', resolve);
    asked.pipe(call);
  });
}
