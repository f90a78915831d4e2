import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { faultShape } from '../creative-force/fault-options';
import { ActionRejectedError, type StudioActions } from '../day/studio-actions';
import type { RunningDay } from '../day/run-day';
import { newestVersion, outputIdOf } from '../day/model';
import { editDesign, type DesignEdit } from '../day/write-design';
import { buildLedger } from '../ledger';
import { studioName } from '../studio-name';
import type { World } from '../world';
import { designCalls, registerDesignCalls } from './design-calls';
import { controlPage } from './page';
import { changeSettings, currentSettings } from './settings';
import { requireOutputs, registerTaskCalls, taskCalls } from './task-calls';
import { findTaskByName } from './task-state';

const parameters = z.object({ id: z.string() });
const ledgerQuery = z.object({ final: z.enum(['0', '1', 'false', 'true']).optional() });
const eventsQuery = z.object({ after: z.coerce.number().int().min(0).default(0) });
const webhookUrls = z.partialRecord(studioName, z.url());
const names = z.array(z.string()).default([]);
const edit = z.strictObject({ outputs: names, removed: names, newOutputIds: z.boolean().default(false) });

/** The sandbox's control API: the day, actions on tasks, settings, forced faults and the ledger. */
export function registerControl(
  app: FastifyInstance,
  world: World,
  day: RunningDay,
  studioActions: StudioActions,
): void {
  app.setErrorHandler((error, _request, reply) => {
    if (error instanceof z.ZodError) return reply.code(400).send({ error: messageOf(error) });
    if (error instanceof ActionRejectedError) return reply.code(409).send({ error: error.message });
    const { statusCode, message } = error as { statusCode?: unknown; message?: unknown };
    return reply
      .code(typeof statusCode === 'number' ? statusCode : 500)
      .send({ error: typeof message === 'string' ? message : String(error) });
  });
  app.setNotFoundHandler((request, reply) =>
    reply.code(404).send({ error: `There is no ${request.method} ${request.url}; GET / lists every call.` }),
  );

  app.get('/', (request, reply) =>
    request.headers.accept?.includes('text/html') === true
      ? reply.type('text/html; charset=utf-8').send(controlPage(world))
      : reply.send({ services: world.addresses, calls: controlCalls }),
  );
  app.get('/ledger', (request, reply) => {
    const { final } = ledgerQuery.parse(request.query);
    return reply.send(buildLedger(world, final === '1' || final === 'true'));
  });
  app.get('/events', (request, reply) =>
    reply.send(world.eventLog.entries.slice(eventsQuery.parse(request.query).after)),
  );

  app.post('/day/early', async (_request, reply) => {
    const attempts = await day.early();
    const [first] = attempts;
    return reply.send({
      taskId: first?.taskId ?? null,
      status: first?.status ?? null,
      problem: first?.problem ?? null,
    });
  });
  app.post('/day/next', async (_request, reply) => {
    const attempt = await day.next();
    return attempt === undefined
      ? reply.code(409).send({ error: 'No task is left that could become ready.' })
      : reply.send({ taskId: attempt.taskId, status: attempt.status ?? null, problem: attempt.problem ?? null });
  });
  app.post('/day/begin', (_request, reply) =>
    day.begin()
      ? reply.send({ begunAt: world.begunAt })
      : reply.code(409).send({ error: 'The day has already begun.' }),
  );
  app.put('/webhooks', (request, reply) => {
    for (const [studio, url] of Object.entries(webhookUrls.parse(request.body))) {
      world.webhookUrls.set(studioName.parse(studio), url);
    }
    return reply.send(Object.fromEntries(world.webhookUrls));
  });

  app.get('/settings', (_request, reply) => reply.send(currentSettings(world)));
  app.patch('/settings', (request, reply) => {
    changeSettings(world, request.body);
    return reply.send(currentSettings(world));
  });
  registerFaultCalls(app, world);
  registerTaskCalls(app, world, studioActions);
  registerDesignCalls(app, world);

  app.post('/designs/:id/edit', (request, reply) => {
    const { id } = parameters.parse(request.params);
    return handleDesignEdit(world, reply, id, edit.parse(request.body ?? {}));
  });
}

function registerFaultCalls(app: FastifyInstance, world: World): void {
  app.get('/faults', (_request, reply) => reply.send(world.faults));
  app.post('/faults', (request, reply) => {
    const { body } = request;
    world.faults.push(...(Array.isArray(body) ? z.array(faultShape).parse(body) : [faultShape.parse(body)]));
    return reply.send(world.faults);
  });
  app.delete('/faults', (_request, reply) => {
    world.faults.length = 0;
    return reply.send(world.faults);
  });
}

/** Edits a design by its own id with output ids, or by a task id with output names as in a rejection. */
function handleDesignEdit(world: World, reply: FastifyReply, id: string, asked: DesignEdit): FastifyReply {
  const task = findTaskByName(world, id);
  const design = world.designs.find(({ designId }) => designId === id) ?? task?.job.design;
  if (design === undefined) return reply.code(404).send({ error: `No design or task ${id}.` });
  const outputIds = (named: readonly string[]): readonly string[] =>
    task === undefined
      ? named
      : requireOutputs(task, named).flatMap(({ creative }) => (creative === undefined ? [] : [creative.outputId]));
  const removed = asked.removed.length === 0 ? [] : outputIds(asked.removed);
  // Without names, an edit by task changes the task's outputs, and an edit by design all outputs, unless some are
  // removed.
  const outputs = asked.outputs.length === 0 && asked.removed.length > 0 ? [] : outputIds(asked.outputs);
  const shown = new Set(design.creatives.flatMap((made) => [made.outputId, outputIdOf(newestVersion(design), made)]));
  const unknown = [...outputs, ...removed].find((outputId) => !shown.has(outputId));
  if (unknown !== undefined) return reply.code(404).send({ error: `The design has no output ${unknown}.` });
  editDesign(design, { outputs, removed, newOutputIds: asked.newOutputIds }, world.now());
  return reply.send({
    designId: design.designId,
    contentBlobHash: newestVersion(design).contentBlobHash,
    versions: design.versions.length,
    outputs: outputs.length > 0 ? outputs.length : 'all',
    removed: removed.length,
  });
}

function messageOf(error: z.ZodError): string {
  return error.issues
    .map(({ path, message }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`))
    .join('; ');
}

const controlCalls: Readonly<Record<string, string>> = {
  'GET /ledger?final=1': 'the judgement of every task; final=1 counts what is waiting as lost',
  'GET /events?after=0': 'everything that happened, in order; after=n leaves out the first n',
  'POST /day/early': 'announce the early task now; answers with the first attempt',
  'POST /day/next': 'make the next task ready and announce it now; answers with the first attempt',
  'POST /day/begin': 'let the day begin',
  'PUT /webhooks': 'set where webhooks go: { "acme": url, "nordlicht": url }',
  'GET /settings': 'the current settings',
  'PATCH /settings': 'change settings: { "creativeForce": { "unknownKeys": false } }; returns all settings',
  'GET /faults': 'the faults that wait for a call',
  'POST /faults':
    'arm a fault, or a list of them: { "endpoint": "submitAssets", "answer": "answerLost", "times": 1 } (docs/reference/sandbox.md)',
  'DELETE /faults': 'disarm all faults',
  ...taskCalls,
  ...designCalls,
  'POST /designs/:id/edit':
    'save a changed design: { "outputs": [output id], "removed": [output id], "newOutputIds": false }; none named means all. :id may be a task: { "outputs": ["Front"] }',
};
