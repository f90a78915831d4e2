import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { newestVersion, outputIdOf, type ExpectedOutput, type Task } from '../day/model';
import { findOutputsByName, type StudioActions } from '../day/studio-actions';
import type { World } from '../world';
import { findTaskByName, taskState } from './task-state';

const parameters = z.object({ id: z.string() });
const nothing = z.strictObject({}).nullish();
const outputs = z.array(z.string()).default([]);
const rejection = z.strictObject({ outputs, comment: z.string().default('Colour does not match the sample.') });
const bypass = z.strictObject({ force: z.boolean().default(false) });
const note = z.strictObject({
  outputs,
  kind: z.enum(['instruction', 'rejection']).default('instruction'),
  comment: z.string().min(1),
});
const choice = z.strictObject({ outputs, creative: z.string().min(1).optional() });
const deadline = z.strictObject({
  deadline: z.union([z.number().int().positive(), z.iso.datetime({ offset: true }).transform(Date.parse)]),
});

/** Descriptions of the control calls on tasks, for the index at `GET /`. */
export const taskCalls: Readonly<Record<string, string>> = {
  'GET /tasks': 'every task and its state',
  'GET /tasks/:id': 'one task and its state; :id is a task id, its beginning (4 letters or more), or a product code',
  'POST /tasks/:id/reject':
    'send outputs back: { "outputs": ["Front/Feed 1:1"], "comment": text }; none named means all',
  'POST /tasks/:id/bypass': 'skip External Post: { "force": true } also where a position has several variants',
  'POST /tasks/:id/change-vendor': 'give the task to another vendor',
  'POST /tasks/:id/reset': 'make the same task ready again, with an event; also one that was bypassed or given away',
  'POST /tasks/:id/delete': 'delete a task',
  'POST /tasks/:id/done': 'somebody else finishes the step',
  'POST /tasks/:id/annotate':
    'add a note: { "comment": text, "kind": "instruction" | "rejection", "outputs": [] }; none named: on the first shot',
  'POST /tasks/:id/choose':
    'tell what an operator of the vendor has decided, so that the ledger accepts it: { "outputs": ["Front"], "creative": output id }; no creative: whatever is delivered',
  'POST /tasks/:id/deadline': 'move the deadline of the job: { "deadline": Unix milliseconds or ISO 8601 }',
};

/** Control calls for what people at the studio do to a task. Each returns the task's state afterwards. */
export function registerTaskCalls(app: FastifyInstance, world: World, studioActions: StudioActions): void {
  const withTask = (request: FastifyRequest, reply: FastifyReply, use: (task: Task) => FastifyReply): FastifyReply => {
    const { id } = parameters.parse(request.params);
    const task = findTaskByName(world, id);
    return task === undefined ? reply.code(404).send({ error: `No task ${id}, or several.` }) : use(task);
  };
  const act = <T>(name: string, body: z.ZodType<T>, carryOut: (task: Task, body: T) => object | undefined): void => {
    app.post(`/tasks/:id/${name}`, (request, reply) =>
      withTask(request, reply, (task) => {
        const more = carryOut(task, body.parse(request.body ?? {}));
        return reply.send({ ...taskState(task), ...more });
      }),
    );
  };

  app.get('/tasks', (_request, reply) => reply.send(world.tasks.map(taskState)));
  app.get('/tasks/:id', (request, reply) => withTask(request, reply, (task) => reply.send(taskState(task))));
  act('reject', rejection, (task, { outputs: names, comment }) => {
    const rejected = studioActions.reject(task, requireOutputs(task, names), comment);
    return { rejected: rejected.map((output) => output.fileName) };
  });
  act('bypass', bypass, (task, { force }) => {
    studioActions.bypass(task, force);
    return undefined;
  });
  act('change-vendor', nothing, (task) => {
    studioActions.changeVendor(task);
    return undefined;
  });
  act('reset', nothing, (task) => {
    studioActions.reset(task);
    return undefined;
  });
  act('delete', nothing, (task) => {
    studioActions.remove(task);
    return undefined;
  });
  act('done', nothing, (task) => {
    studioActions.finish(task);
    return undefined;
  });
  act('annotate', note, (task, { outputs: names, kind, comment }) => {
    studioActions.annotate(task, names.length === 0 ? [] : requireOutputs(task, names), kind, comment);
    return undefined;
  });
  act('choose', choice, (task, { outputs: names, creative }) => {
    const outputId = creative === undefined ? undefined : firstIdOf(task, creative);
    task.choices.push(...requireOutputs(task, names).map((expected) => ({ expected, outputId })));
    const round = Math.max(0, task.rounds.length - 1);
    world.eventLog.record({ at: world.now(), kind: 'choice', taskId: task.taskId, round });
    return undefined;
  });
  act('deadline', deadline, (task, body) => {
    studioActions.moveDeadline(task, body.deadline);
    return undefined;
  });
}

/** The id that a creative had in the first version of its design; the id itself when the design has no such creative. */
function firstIdOf({ job: { design } }: Task, shownId: string): string {
  const version = newestVersion(design);
  const found = design.creatives.find((one) => one.outputId === shownId || outputIdOf(version, one) === shownId);
  return found?.outputId ?? shownId;
}

/** The named outputs of a task, or all if none is named. Throws a ZodError for an unknown name. */
export function requireOutputs(task: Task, names: readonly string[]): ExpectedOutput[] {
  const found = findOutputsByName(task, names);
  if (found !== undefined) return found;
  const known = task.shots.flatMap((shot) => shot.expected.map(({ size }) => `${shot.position}/${size}`));
  const message = `Name outputs by file name, position or position/size. This task has ${known.join(', ')}.`;
  throw new z.ZodError([{ code: 'custom', input: names, path: ['outputs'], message }]);
}
