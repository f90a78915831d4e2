import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { creativeKinds } from '../day/model';
import { designSummary, writeBulkDesign } from '../day/sample-designs';
import { studioName } from '../studio-name';
import type { World } from '../world';

const pixels = z.number().int().min(2).max(8_192).default(1_080);
const newDesign = z.strictObject({
  studio: studioName,
  outputs: z.number().int().min(1).max(20_000),
  width: pixels,
  height: pixels,
  kind: z.enum(creativeKinds).default('image'),
});

/** Control calls that list Celtra projects and add new ones. */
export function registerDesignCalls(app: FastifyInstance, world: World): void {
  app.get('/designs', (_request, reply) => reply.send(world.designs.map(designSummary)));
  app.post('/designs', (request, reply) => {
    const { studio: name, ...order } = newDesign.parse(request.body);
    const studio = world.studios.find((candidate) => candidate.name === name);
    if (studio === undefined) return reply.code(404).send({ error: `No studio ${name}.` });
    const design = writeBulkDesign(studio, world.settings.seed, world.designs.length, order, world.now());
    world.designs.push(design);
    return reply.code(201).send(designSummary(design));
  });
}

export const designCalls: Readonly<Record<string, string>> = {
  'GET /designs': 'every Celtra project, with the outputs of its newest version',
  'POST /designs':
    'a new project of many outputs: { "studio": "acme", "outputs": 200, "width": 1080, "height": 1080, "kind": "image" }',
};
