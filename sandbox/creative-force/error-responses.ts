import { randomUUID } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';

/**
 * The gateway's error shapes (docs/reference/creative-force.md#error-shapes): which endpoint uses which comes from
 * examples or is chosen here.
 */

/** Shape A: `{ errors: [{ code, message }], requestId }`. */
export function refuse(reply: FastifyReply, status: number, code: string, message: string): FastifyReply {
  return reply.code(status).send({ errors: [{ code, message }], requestId: randomUUID() });
}

/** Shape B: the problem details of model binding. */
export function refuseShape(
  reply: FastifyReply,
  errors: Readonly<Record<string, readonly string[]>>,
  status = 400,
): FastifyReply {
  return reply.code(status).send({
    type: 'https://tools.ietf.org/html/rfc7231#section-6.5.1',
    title: 'One or more validation errors occurred.',
    status,
    traceId: `00-${randomUUID().replaceAll('-', '')}-00`,
    errors,
  });
}

/** Shape B out of a failed parse. */
export function refuseParse(reply: FastifyReply, error: z.ZodError): FastifyReply {
  const errors: Record<string, string[]> = {};
  for (const issue of error.issues) {
    const path = `$.${issue.path.join('.')}`;
    (errors[path] ??= []).push(issue.message);
  }
  return refuseShape(reply, errors);
}

/** Shape C: a refused submission. */
export function refuseSubmission(reply: FastifyReply, statusCode: number, message: string, status = 400): FastifyReply {
  return reply.code(status).send({ statusCode, message });
}

/** The gateway's 404: no body at all. */
export function notFound(reply: FastifyReply): FastifyReply {
  return reply.code(404).type('text/plain').send('');
}

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function isGuid(text: string): boolean {
  return GUID.test(text);
}
