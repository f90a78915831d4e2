import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Task } from '../day/model';
import { canBeRejected, namedOutputs, type RunningDay } from '../day/run-day';
import { editDesign } from '../day/write-design';
import { drawUpLedger } from '../ledger';
import type { World } from '../world';
import { controlPage } from './page';

const parameters = z.object({ id: z.string() });
const ledgerQuery = z.object({ final: z.enum(['0', '1', 'false', 'true']).optional() });
const webhookUrls = z.strictObject({ acme: z.url().optional(), nordlicht: z.url().optional() });
const rejection = z.strictObject({
  outputs: z.array(z.string()).default([]),
  comment: z.string().default('Colour does not match the sample.'),
});
const edit = z.strictObject({ outputs: z.array(z.string()).default([]) });

/** The handles of the sandbox: the day, the webhooks' addresses, rejections, and the ledger. */
export function registerControl(app: FastifyInstance, world: World, day: RunningDay): void {
  app.setErrorHandler((error, _request, reply) => {
    if (error instanceof z.ZodError) {
      return reply
        .code(400)
        .send({ error: error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ') });
    }
    const status =
      error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500;
    return reply.code(status).send({ error: error instanceof Error ? error.message : String(error) });
  });
  const withTask = (request: FastifyRequest, reply: FastifyReply, use: (task: Task) => FastifyReply): FastifyReply => {
    const { id } = parameters.parse(request.params);
    const task = world.tasks.find((candidate) => candidate.taskId === id.toLowerCase());
    return task === undefined ? reply.code(404).send({ error: `No task ${id}.` }) : use(task);
  };

  app.get('/', (request, reply) =>
    request.headers.accept?.includes('text/html') === true
      ? reply.type('text/html; charset=utf-8').send(controlPage(world))
      : reply.send({ services: world.addresses, calls: controlCalls }),
  );
  app.get('/ledger', (request, reply) => {
    const { final } = ledgerQuery.parse(request.query);
    return reply.send(drawUpLedger(world, final === '1' || final === 'true'));
  });
  app.get('/events', (_request, reply) => reply.send(world.chronicle.entries));

  app.post('/day/early', async (_request, reply) => {
    const attempts = await day.early();
    const [first] = attempts;
    return reply.send({
      taskId: first?.taskId ?? null,
      status: first?.status ?? null,
      problem: first?.problem ?? null,
    });
  });
  app.post('/day/begin', (_request, reply) =>
    day.begin()
      ? reply.send({ begunAt: world.begunAt })
      : reply.code(409).send({ error: 'The day has already begun.' }),
  );
  app.put('/webhooks', (request, reply) => {
    const urls = webhookUrls.parse(request.body);
    if (urls.acme !== undefined) world.webhookUrls.set('acme', urls.acme);
    if (urls.nordlicht !== undefined) world.webhookUrls.set('nordlicht', urls.nordlicht);
    return reply.send(Object.fromEntries(world.webhookUrls));
  });

  app.post('/tasks/:id/reject', (request, reply) =>
    withTask(request, reply, (task) => {
      const { outputs: names, comment } = rejection.parse(request.body ?? {});
      if (!canBeRejected(task)) return reply.code(409).send({ error: 'Only what was delivered can be rejected.' });
      const outputs = namedOutputs(task, names);
      if (outputs === undefined)
        return reply.code(400).send({ error: 'Name outputs by file name, position or position/size.' });
      day.reject(task, outputs, comment);
      return reply.send({ round: task.rounds.length - 1, rejected: outputs.map((output) => output.fileName) });
    }),
  );
  app.post('/tasks/:id/delete', (request, reply) =>
    withTask(request, reply, (task) => {
      day.remove(task);
      return reply.send({ taskId: task.taskId, status: task.status });
    }),
  );
  app.post('/designs/:id/edit', (request, reply) => {
    const { id } = parameters.parse(request.params);
    const { outputs } = edit.parse(request.body ?? {});
    const design = world.designs.find((candidate) => candidate.designId === id);
    if (design === undefined) return reply.code(404).send({ error: `No design ${id}.` });
    editDesign(design, outputs, world.now());
    return reply.send({ designId: id, contentBlobHash: design.versions.at(-1)?.contentBlobHash });
  });
}

const controlCalls: Readonly<Record<string, string>> = {
  'GET /ledger?final=1': 'the judgement of every task; final=1 counts what is waiting as lost',
  'GET /events': 'everything that happened, in order',
  'POST /day/early': 'announce the early task now; answers with the first attempt',
  'POST /day/begin': 'let the day begin',
  'PUT /webhooks': 'set where webhooks go: { "acme": url, "nordlicht": url }',
  'POST /tasks/:id/reject':
    'send outputs back: { "outputs": ["Front/Feed 1:1"], "comment": text }; none named means all',
  'POST /tasks/:id/delete': 'delete a task',
  'POST /designs/:id/edit': 'save a changed design: { "outputs": [output id] }; none named means all',
};
