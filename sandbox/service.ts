import fastify, { type FastifyInstance } from 'fastify';

export interface OpenService {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  close(): Promise<void>;
}

/** Starts one HTTP service. The error names a port that is taken. */
export async function openService(
  name: string,
  host: string,
  port: number,
  register: (app: FastifyInstance) => void,
): Promise<OpenService> {
  const app = fastify({ forceCloseConnections: true, bodyLimit: 64 * 1024 * 1024, exposeHeadRoutes: false });
  register(app);
  try {
    const url = await app.listen({ host, port });
    return { url, close: () => app.close() };
  } catch (error) {
    await app.close();
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'EADDRINUSE') {
      throw new Error(
        `The sandbox's ${name} service cannot listen on ${host}:${port}: the port is taken. Choose another port for "${name}", or 0 for any free one.`,
        { cause: error },
      );
    }
    throw error;
  }
}
