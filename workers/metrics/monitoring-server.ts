import fastify from 'fastify';
import type { Registry } from 'prom-client';

export interface MonitoringServer {
  readonly address: string;
  close(): Promise<void>;
}

/** Serves `/metrics` and `/health/live` (200 while every queue has a running worker, else 503) on a private port. */
export async function startMonitoringServer(
  listen: { readonly host: string; readonly port: number },
  registry: Registry,
  isLive?: () => boolean,
): Promise<MonitoringServer> {
  const server = fastify({ logger: false, forceCloseConnections: true });
  server.get('/metrics', async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()));
  if (isLive !== undefined) {
    server.get('/health/live', async (_request, reply) => {
      const live = isLive();
      await reply.code(live ? 200 : 503).send({ live });
    });
  }
  const address = await server.listen(listen);
  return { address, close: () => server.close() };
}
