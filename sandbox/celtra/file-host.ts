import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import type { World } from '../world';
import type { Renders } from './renders';

const parameters = z.object({ token: z.string() });

/** Where Celtra's asset URLs lead: no credential is needed, and none may be sent (celtra.md §6.5). */
export function registerCeltraFiles(app: FastifyInstance, world: World, renders: Renders): void {
  const refuse = (reply: FastifyReply, status: number, message: string): FastifyReply => {
    world.chronicle.record({
      at: world.now(),
      kind: 'file',
      status,
      outputId: undefined,
      format: undefined,
      sha256: undefined,
      bytes: 0,
    });
    return reply.code(status).type('text/plain').send(message);
  };

  app.get('/assets/:token', async (request, reply) => {
    if (request.headers.authorization !== undefined) {
      world.chronicle.record({
        at: world.now(),
        kind: 'violation',
        service: 'celtra files',
        rule: 'an Authorization header was sent to the asset host',
      });
      return refuse(reply, 400, 'This host takes no credentials.');
    }
    const file = renders.find(parameters.parse(request.params).token);
    if (file === undefined) return refuse(reply, 404, 'Not found.');
    if (file.expiresAt < world.now()) return refuse(reply, 403, 'The address has expired.');
    const bytes = await renders.bytes(file.render);
    const { format } = file.render.format;
    world.chronicle.record({
      at: world.now(),
      kind: 'file',
      status: 200,
      outputId: file.render.creative.outputId,
      format,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      bytes: bytes.length,
    });
    return reply.type(`image/${format}`).send(bytes);
  });
}
