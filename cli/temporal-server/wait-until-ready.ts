import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Connection } from '@temporalio/client';

const KNOCK_EVERY_MS = 20;
const ASK_EVERY_MS = 50;
const ANSWER_LIMIT_MS = 2_000;

/**
 * Waits until the server answers for the namespace, and returns the connection, which the caller closes.
 * Rejects with the signal's reason when that comes first.
 */
export async function waitUntilReady(
  port: number,
  host: string,
  namespace: string,
  signal: AbortSignal,
): Promise<Connection> {
  // gRPC lets a second pass after a refused connection; knocking first does not.
  while (!(await opens(host, port))) await pause(KNOCK_EVERY_MS, undefined, { signal });
  const connection = Connection.lazy({
    address: `${host}:${port}`,
    channelArgs: { 'grpc.initial_reconnect_backoff_ms': 100, 'grpc.max_reconnect_backoff_ms': 500 },
  });
  try {
    while (!(await answers(connection, namespace))) await pause(ASK_EVERY_MS, undefined, { signal });
    return connection;
  } catch (error) {
    await connection.close();
    throw error;
  }
}

async function opens(host: string, port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect({ host, port });
    const done = (isOpen: boolean) => (): void => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once('connect', done(true)).once('error', done(false));
  });
}

async function answers(connection: Connection, namespace: string): Promise<boolean> {
  return connection
    .withDeadline(Date.now() + ANSWER_LIMIT_MS, () => connection.workflowService.describeNamespace({ namespace }))
    .then(
      () => true,
      () => false,
    );
}
