import fastify from 'fastify';

/** A running health check; closed when the worker has stopped. */
export interface HealthServer {
  readonly address: string;
  close(): Promise<void>;
}

/** Serves `GET /health/live`: 200 while every queue has a running worker, else 503. For containers and load balancers. */
export async function startHealthServer(port: number, isLive: () => boolean): Promise<HealthServer> {
  const server = fastify({ logger: false, forceCloseConnections: true });
  server.get('/health/live', async (_request, reply) => {
    const live = isLive();
    await reply.code(live ? 200 : 503).send({ live });
  });
  const address = await server.listen({ host: '0.0.0.0', port });
  return { address, close: () => server.close() };
}
