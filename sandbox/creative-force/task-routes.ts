import type { FastifyReply } from 'fastify';
import type { ContentCreationType, Task } from '../day/model';
import { presentRound } from '../day/model';
import { findTask, type World } from '../world';
import { isGuid, notFound, refuse, refuseShape } from './answers';
import { tasksPath } from './flavour';
import type { Gateway, GatewayCall } from './gateway';
import { annotationJson, listingRow, taskDetail } from './task-json';

const DEFAULT_PAGE_SIZE = 10;
const LARGEST_PAGE = 200;

/** The listing: one for both flavours, which is the cautious reading of what the guide leaves out (creative-force.md §6). */
export function registerListing(gateway: Gateway, world: World): void {
  const base = tasksPath('ecom');
  gateway.route('GET', base, 'listTasks', (call) => listTasks(world, call));
  if (world.settings.creativeForce.acceptMisspeltListing) {
    gateway.route('GET', base.replace('extpost', 'expost'), 'listTasks', (call) => listTasks(world, call));
  }
}

/** Detail, annotations and start of one flavour of External Post tasks; a task of the other flavour is not known here. */
export function registerTaskRoutes(gateway: Gateway, world: World, type: ContentCreationType): void {
  const base = tasksPath(type);
  gateway.route('GET', `${base}/:taskId`, 'getTask', (call) =>
    withTask(world, type, call, (task) => call.reply.send(taskDetail(task))),
  );
  gateway.route('GET', `${base}/:taskId/annotation`, 'getAnnotations', (call) =>
    withTask(world, type, call, (task) => call.reply.send(task.annotations.map(annotationJson))),
  );
  gateway.route('PUT', `${base}/:taskId/start`, 'startTask', (call) =>
    withTask(world, type, call, (task) => startTask(world, call, task)),
  );
}

/** Hands the task of the path to `use`, or refuses: malformed id, unknown or deleted task, foreign workspace (creative-force.md §3, §5). */
function withTask(
  world: World,
  type: ContentCreationType,
  call: GatewayCall,
  use: (task: Task) => FastifyReply,
): FastifyReply {
  const taskId = call.parameter('taskId');
  if (!isGuid(taskId)) return refuseShape(call.reply, { taskId: [`The value '${taskId}' is not valid.`] });
  const task = findTask(world, taskId);
  if (task?.contentCreationType !== type || task.status === 'deleted')
    return refuse(call.reply, 400, 'GEN-4', 'InvalidData');
  if (task.studio !== call.studio) return refuse(call.reply, 403, 'PER-3', 'UserNotHavePermissionOnClient');
  return use(task);
}

function listTasks(world: World, { request, reply, studio }: GatewayCall): FastifyReply {
  const query = new URL(request.url, 'http://gateway').searchParams;
  const vendorId = query.get('postProductionVendorId');
  // A missing required query parameter can be answered 404 (creative-force.md §5).
  if (vendorId === null || vendorId === '') return notFound(reply);
  if (!isGuid(vendorId))
    return refuseShape(reply, { postProductionVendorId: [`The value '${vendorId}' is not valid.`] });
  const pageNumber = wholeNumber(query.get('pageNumber'), 1);
  const pageSize = wholeNumber(query.get('pageSize'), DEFAULT_PAGE_SIZE);
  if (pageNumber === undefined || pageSize === undefined || pageSize > LARGEST_PAGE) {
    return refuseShape(reply, { pageSize: [`Pages count from 1 and hold 1 to ${LARGEST_PAGE} tasks.`] });
  }
  const open = world.tasks.filter(
    (task) =>
      task.studio === studio &&
      studio.credentials.vendorId.toLowerCase() === vendorId.toLowerCase() &&
      (task.status === 'to do' || task.status === 'in progress'),
  );
  const start = (pageNumber - 1) * pageSize;
  return reply.send({
    pageInfo: { pageNumber, pageSize, totalItemsCount: open.length },
    pageData: open.slice(start, start + pageSize).map(listingRow),
  });
}

function wholeNumber(text: string | null, otherwise: number): number | undefined {
  if (text === null) return otherwise;
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;
}

/** What a repeated start does is unknown (creative-force.md §9); here it works, and the ledger counts it. */
function startTask(world: World, { reply }: GatewayCall, task: Task): FastifyReply {
  if (task.status === 'done') return refuse(reply, 400, 'GEN-4', 'InvalidData');
  const round = presentRound(task);
  round.effectiveStarts += 1;
  task.startedAt = world.now();
  task.status = 'in progress';
  world.chronicle.record({ at: world.now(), kind: 'start', taskId: task.taskId, round: task.rounds.length - 1 });
  if (task.flavour === 0) return reply.code(200).send();
  return reply.send(task.flavour === 1 ? {} : { statusCode: 1, message: 'Success' });
}
