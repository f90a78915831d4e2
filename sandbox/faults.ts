import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import picomatch from 'picomatch';
import { faultShape, type Fault, type FaultPoint } from './creative-force/fault-options';
import { refuse, refuseShape, refuseSubmission } from './creative-force/error-responses';
import type { ContentCreationType } from './day/model';
import type { DayOptions } from './day/options';
import type { StudioName } from './studio-name';
import { gatewayEndpoints } from './creative-force/endpoints';
import type { World } from './world';

/** A call that a fault may apply to. */
export interface FaultTarget {
  readonly endpoint: FaultPoint;
  readonly flavour?: ContentCreationType | undefined;
  readonly studio?: StudioName | undefined;
  readonly taskId?: string | undefined;
  readonly fileName?: string | undefined;
}

const JSON_TYPE = 'application/json; charset=utf-8';
const MAINTENANCE_PAGE =
  '<!doctype html><html><head><title>Maintenance</title></head><body><h1>We will be back soon</h1></body></html>';
const PROXY_PAGE =
  '<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center></body></html>';

/** How an API answers every call at present, if it is out of order. */
export function outageOf(world: World, api: DayOptions['outages'][number]['api']): 'html' | 'cutJson' | undefined {
  const { begunAt, settings } = world;
  if (begunAt === undefined) return undefined;
  const elapsed = world.now() - begunAt;
  return settings.day.outages.find(
    (outage) => outage.api === api && elapsed >= outage.afterMs && elapsed < outage.afterMs + outage.forMs,
  )?.answer;
}

/** Takes the first armed fault that matches a call, and removes it after its last use. */
export function takeFault(world: World, call: FaultTarget): Fault | undefined {
  const outage = gatewayEndpoints.some((name) => name === call.endpoint)
    ? outageOf(world, 'creative force')
    : undefined;
  if (outage !== undefined)
    return recorded(
      world,
      call,
      faultShape.parse({ endpoint: 'any', answer: outage, status: 200, message: MAINTENANCE_PAGE }),
    );
  const index = world.faults.findIndex((fault) => {
    if (!fits(fault, call)) return false;
    if (fault.skip === 0) return true;
    fault.skip -= 1;
    return false;
  });
  const fault = world.faults[index];
  if (fault === undefined) return undefined;
  if (fault.times !== 'always') fault.times -= 1;
  if (fault.times === 0) world.faults.splice(index, 1);
  return recorded(world, call, fault);
}

function recorded(world: World, call: FaultTarget, fault: Fault): Fault {
  world.eventLog.record({
    at: world.now(),
    kind: 'fault',
    studio: call.studio,
    endpoint: call.endpoint,
    taskId: call.taskId,
    answer: fault.answer,
  });
  return fault;
}

function fits(fault: Fault, call: FaultTarget): boolean {
  return (
    (fault.endpoint === 'any' || fault.endpoint === call.endpoint) &&
    (fault.flavour === undefined || fault.flavour === call.flavour) &&
    (fault.studio === undefined || fault.studio === call.studio) &&
    (fault.taskId === undefined || fault.taskId === call.taskId?.toLowerCase()) &&
    (fault.files === undefined || (call.fileName !== undefined && picomatch.isMatch(call.fileName, fault.files)))
  );
}

/**
 * Sends the response of a fault. False if the call must be carried out first (see {@link corruptResponse}). The reply
 * itself is not returned: it is thenable, so awaiting it would wait for the whole response.
 */
export async function applyFault(
  world: World,
  fault: Fault,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<boolean> {
  if (fault.answer === 'slow') {
    await new Promise<void>((resolve) => {
      world.scheduler.after(fault.delayMs ?? 1_000, resolve);
    });
    return false;
  }
  return sendFault(fault, request, reply);
}

function sendFault(fault: Fault, request: FastifyRequest, reply: FastifyReply): boolean {
  const { status, message } = fault;
  const sendText = (defaultStatus: number, contentType: string, text: string): void => {
    reply
      .code(status ?? defaultStatus)
      .type(fault.contentType ?? contentType)
      .send(text);
  };
  if (fault.retryAfter !== undefined) reply.header('retry-after', fault.retryAfter);
  switch (fault.answer) {
    case 'errorList':
      refuse(reply, status ?? 500, String(fault.code ?? 'GEN-1'), message ?? 'UnhandledException');
      return true;
    case 'problemDetails':
      refuseShape(reply, { $: [message ?? 'The JSON value could not be converted.'] }, status);
      return true;
    case 'statusCode':
      refuseSubmission(reply, Number(fault.code ?? 24), message ?? '', status);
      return true;
    case 'empty':
      sendText(404, 'text/plain', '');
      return true;
    case 'html':
      sendText(502, 'text/html', message ?? PROXY_PAGE);
      return true;
    case 'body':
      sendText(200, JSON_TYPE, typeof fault.body === 'string' ? fault.body : JSON.stringify(fault.body ?? null));
      return true;
    case 'notJson':
      sendText(200, JSON_TYPE, message ?? 'The service is starting.');
      return true;
    case 'hang':
      reply.hijack();
      return true;
    case 'reset':
      reply.hijack();
      request.raw.socket.resetAndDestroy();
      return true;
    default:
      return false;
  }
}

/** Corrupts the response of a call that was carried out, for faults that apply afterwards. */
export function corruptResponse(fault: Fault | undefined, request: FastifyRequest, payload: unknown): unknown {
  const half =
    typeof payload === 'string' || Buffer.isBuffer(payload) ? payload.slice(0, Math.ceil(payload.length / 2)) : '';
  switch (fault?.answer) {
    case 'answerLost':
      request.raw.socket.destroy();
      return payload;
    case 'cutJson':
      return half;
    case 'cutConnection':
      return Readable.from(truncatedBody(half));
    default:
      return payload;
  }
}

async function* truncatedBody(half: string | Buffer): AsyncGenerator<string | Buffer> {
  yield await Promise.resolve(half);
  throw new Error('The connection was cut on purpose.');
}
