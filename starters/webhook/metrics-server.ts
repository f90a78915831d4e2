import fastify from 'fastify';
import type { Registry } from 'prom-client';

/** A running server of metrics; closed when the process ends. */
export interface MetricsServer {
  readonly address: string;
  close(): Promise<void>;
}

/** Serves `GET /metrics` in Prometheus' text format on a port of its own: the public port of the receiver shows none of it. */
export async function startMetricsServer(
  registry: Registry,
  listen: { host: string; port: number },
): Promise<MetricsServer> {
  const server = fastify({ logger: false, forceCloseConnections: true });
  server.get('/metrics', async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()));
  const address = await server.listen(listen);
  return { address, close: () => server.close() };
}
