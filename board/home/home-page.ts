import type { FastifyInstance } from 'fastify';

import type { BoardOptions } from '../board-options';

/** The home page: what needs somebody. */
export function registerHome(server: FastifyInstance, _options: BoardOptions): void {
  server.get('/', async (_request, reply) => reply.page('home', { title: 'Waiting for me' }));
}
