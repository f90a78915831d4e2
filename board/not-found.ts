import type { FastifyReply } from 'fastify';

/** Answers as if there were no such page. */
export function notFound(reply: FastifyReply): FastifyReply {
  reply.callNotFound();
  return reply;
}
