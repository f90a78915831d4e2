import fastify, { type FastifyInstance } from 'fastify';

/** How long an answer of Temporal holds, so that strangers cannot make calls to it. */
const KNOWN_FOR_MS = 1_000;

/** `/health/live` says that the process runs, `/health/ready` that Temporal answers, too (asked once a second at most). */
export function registerHealth(server: FastifyInstance, isTemporalReachable: () => Promise<boolean>): void {
  let asked: Promise<boolean> | undefined;
  const askOnce = (): Promise<boolean> => {
    asked ??= isTemporalReachable()
      .catch(() => false)
      .finally(() => {
        setTimeout(() => (asked = undefined), KNOWN_FOR_MS).unref();
      });
    return asked;
  };
  server.get('/health/live', () => ({ status: 'live' }));
  server.get('/health/ready', async (_request, reply) => {
    if (await askOnce()) return { status: 'ready' };
    return reply.code(503).header('retry-after', '10').send({ status: 'Temporal does not answer' });
  });
}

/** A server of its own for the health of the receiver: strangers cannot use up its connections. */
export async function startHealthServer(
  listen: { readonly host: string; readonly port: number },
  isTemporalReachable: () => Promise<boolean>,
): Promise<{ readonly address: string; readonly close: () => Promise<void> }> {
  const server = fastify({ logger: false, forceCloseConnections: true });
  registerHealth(server, isTemporalReachable);
  const address = await server.listen(listen);
  return { address, close: () => server.close() };
}
