import fastify from 'fastify';
import type { Registry } from 'prom-client';

/** A running health check; closed when the worker has stopped. */
export interface HealthServer {
  readonly address: string;
  close(): Promise<void>;
}

/**
 * Serves `GET /health/live`: 200 while every queue has a running worker, else 503, for containers and load balancers; and,
 * when there is a registry, `GET /metrics` in Prometheus' text format.
 */
export async function startHealthServer(
  port: number,
  isLive: () => boolean,
  registry?: Registry,
): Promise<HealthServer> {
  const server = fastify({ logger: false, forceCloseConnections: true });
  server.get('/health/live', async (_request, reply) => {
    const live = isLive();
    await reply.code(live ? 200 : 503).send({ live });
  });
  if (registry !== undefined) {
    server.get('/metrics', async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()));
  }
  const address = await server.listen({ host: '0.0.0.0', port });
  return { address, close: () => server.close() };
}
