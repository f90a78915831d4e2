import type { FastifyReply } from 'fastify';
import type { ContentCreationType, Task } from '../day/model';
import { isGone, presentRound } from '../day/model';
import { formOf } from '../day/task-form';
import { findTask, type World } from '../world';
import { isGuid, notFound, refuse, refuseShape } from './error-responses';
import { tasksPath } from './content-type';
import type { Gateway, GatewayCall } from './gateway';
import { annotationJson, listingRow, taskDetail } from './task-json';

const DEFAULT_PAGE_SIZE = 10;

/**
 * The listing, in the spellings of the guide; one for both flavours, which is the cautious reading of what it leaves
 * out (docs/reference/creative-force.md#listing-path).
 */
export function registerListing(gateway: Gateway, world: World): void {
  const { creativeForce } = world.settings;
  for (const type of ['ecom', 'editorial'] as const) {
    for (const spelling of ['extpost', 'expost'] as const) {
      gateway.route(
        'GET',
        tasksPath(type).replace('extpost', spelling),
        'listTasks',
        (call) => listTasks(world, call, type),
        {
          isOn: () =>
            (creativeForce.listingSpelling === 'both' || creativeForce.listingSpelling === spelling) &&
            (type === 'ecom' || creativeForce.editorialListing === 'separate'),
          ...(type === 'editorial' && { flavour: type }),
        },
      );
    }
  }
}

/**
 * Detail, annotations and start of one flavour of External Post tasks; a task of the other flavour is not known here.
 */
export function registerTaskRoutes(gateway: Gateway, world: World, type: ContentCreationType): void {
  const base = tasksPath(type);
  gateway.route(
    'GET',
    `${base}/:taskId`,
    'getTask',
    (call) => withTask(world, type, call, (task) => call.reply.send(taskDetail(world, task))),
    { flavour: type },
  );
  gateway.route(
    'GET',
    `${base}/:taskId/annotation`,
    'getAnnotations',
    (call) =>
      withTask(world, type, call, (task) => {
        const annotations = task.annotations.map((annotation) => annotationJson(world, task, annotation));
        const isBare = world.settings.creativeForce.annotationsShape === 'bare';
        return call.reply.send(isBare ? annotations : { pageData: annotations });
      }),
    { flavour: type },
  );
  gateway.route(
    'PUT',
    `${base}/:taskId/start`,
    'startTask',
    (call) => withTask(world, type, call, (task) => startTask(world, call, task)),
    { flavour: type },
  );
}

/**
 * Passes the task of the path to `use`, or rejects: malformed id, unknown or deleted task, foreign workspace
 * (docs/reference/creative-force.md#error-shapes).
 */
function withTask(
  world: World,
  type: ContentCreationType,
  call: GatewayCall,
  use: (task: Task) => FastifyReply,
): FastifyReply {
  const taskId = call.parameter('taskId');
  if (!isGuid(taskId)) return refuseShape(call.reply, { taskId: [`The value '${taskId}' is not valid.`] });
  const task = findTask(world, taskId);
  if (task?.contentCreationType !== type) return refuse(call.reply, 400, 'GEN-4', 'InvalidData');
  if (task.studio !== call.studio) return refuse(call.reply, 403, 'PER-3', 'UserNotHavePermissionOnClient');
  return refuseGone(world, task, call.reply) ?? use(task);
}

/** The response for a task that is deleted, bypassed or another vendor's; `undefined` for the normal response. */
function refuseGone(world: World, task: Task, reply: FastifyReply): FastifyReply | undefined {
  const { status } = task;
  if (status !== 'deleted' && status !== 'bypassed' && status !== 'vendor changed') return undefined;
  const answer = world.settings.creativeForce.goneAnswers[status];
  const byTask = { '400': 400, '404': 404, '410': 410 } as const;
  switch (answer === 'byTask' ? byTask[formOf(task, 'gone', ['400', '404', '410'])] : answer) {
    case 400:
      return refuse(reply, 400, 'GEN-4', 'InvalidData');
    case 403:
      return refuse(reply, 403, 'PER-3', 'UserNotHavePermissionOnClient');
    case 404:
      return notFound(reply);
    case 410:
      return reply.code(410).type('text/plain').send('');
    case 200:
      return undefined;
  }
}

function listTasks(world: World, { request, reply, studio }: GatewayCall, type: ContentCreationType): FastifyReply {
  const { largestPage, listingShape, listingTotals, editorialListing } = world.settings.creativeForce;
  const query = new URL(request.url, 'http://gateway').searchParams;
  const vendorId = query.get('postProductionVendorId');
  // A missing required query parameter can be answered 404 (docs/reference/creative-force.md#error-shapes).
  if (vendorId === null || vendorId === '') return notFound(reply);
  if (!isGuid(vendorId))
    return refuseShape(reply, { postProductionVendorId: [`The value '${vendorId}' is not valid.`] });
  const pageNumber = wholeNumber(query.get('pageNumber'), 1);
  const pageSize = wholeNumber(query.get('pageSize'), DEFAULT_PAGE_SIZE);
  if (pageNumber === undefined || pageSize === undefined || pageSize > largestPage) {
    return refuseShape(reply, { pageSize: [`Pages count from 1 and hold 1 to ${largestPage} tasks.`] });
  }
  const open = world.tasks.filter(
    (task) =>
      task.studio === studio &&
      studio.credentials.vendorId.toLowerCase() === vendorId.toLowerCase() &&
      (editorialListing === 'shared' || task.contentCreationType === type) &&
      (task.status === 'to do' || task.status === 'in progress'),
  );
  if (listingShape === 'bareWhole') return reply.send(open.map((task) => listingRow(world, task)));
  const start = (pageNumber - 1) * pageSize;
  const rows = open.slice(start, start + pageSize).map((task) => listingRow(world, task));
  if (listingShape === 'bare') return reply.send(rows);
  const pageInfo = { pageNumber, pageSize, ...(listingTotals && { totalItemsCount: open.length }) };
  return reply.send({ pageInfo, pageData: rows });
}

function wholeNumber(text: string | null, otherwise: number): number | undefined {
  if (text === null) return otherwise;
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;
}

/**
 * What a repeated start does is unknown (docs/reference/creative-force.md#start); by default it works, and the ledger
 * counts it.
 */
function startTask(world: World, { reply }: GatewayCall, task: Task): FastifyReply {
  if (task.status === 'done' || isGone(task)) return refuse(reply, 400, 'GEN-4', 'InvalidData');
  const { repeatedStart, startAnswer } = world.settings.creativeForce;
  const round = presentRound(task);
  if (round.effectiveStarts > 0 && repeatedStart === 'refused') return refuse(reply, 400, 'GEN-4', 'InvalidData');
  round.effectiveStarts += 1;
  task.startedAt = world.now();
  task.status = 'in progress';
  world.eventLog.record({ at: world.now(), kind: 'start', taskId: task.taskId, round: task.rounds.length - 1 });
  const byTask = (['empty', 'object', 'success', 'success'] as const)[task.shapeVariant];
  const answer = startAnswer === 'byTask' ? byTask : startAnswer;
  if (answer === 'empty') return reply.code(200).send();
  return reply.send(answer === 'object' ? {} : { statusCode: 1, message: 'Success' });
}
