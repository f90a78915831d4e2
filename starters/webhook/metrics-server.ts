import fastify from 'fastify';
import type { Registry } from 'prom-client';

export interface MetricsServer {
  readonly address: string;
  close(): Promise<void>;
}

/** Serves `GET /metrics` for Prometheus on its own port, which is not public. */
export async function startMetricsServer(
  registry: Registry,
  listen: { host: string; port: number },
): Promise<MetricsServer> {
  const server = fastify({ logger: false, forceCloseConnections: true });
  server.get('/metrics', async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()));
  const address = await server.listen(listen);
  return { address, close: () => server.close() };
}
