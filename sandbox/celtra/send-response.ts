import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';
import type { FaultOf } from './fault-kinds';
import type { CeltraFaults, FaultContext } from './faults';

/** The response when no fault applies. */
export interface ExportResponse {
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer | Readable;
  /** With its extension; sent as an attachment's name. */
  readonly fileName?: string;
}

/** The response that was sent. */
export interface SentResponse {
  /** 0: no response was sent. */
  readonly status: number;
  readonly fault: string | undefined;
}

export const ERROR_PAGE =
  '<!doctype html><html><head><title>Celtra</title></head><body><h1>Something went wrong</h1></body></html>';

/**
 * Sends the response that `make` creates, or what a response fault puts in its place. Some faults apply before `make`
 * is called. An outage is like a fault `html` or `truncated` of every call.
 */
export async function sendResponse(
  reply: FastifyReply,
  faults: CeltraFaults,
  faultContext: FaultContext,
  make: () => Promise<ExportResponse>,
  outage?: 'html' | 'cutJson',
): Promise<SentResponse> {
  const slow = faults.match('slow', faultContext);
  if (slow !== undefined) await sleep(slow.milliseconds, undefined, { ref: false });
  const dropped = faults.match('dropped', faultContext);
  if (dropped !== undefined && dropped.share === undefined) {
    reply.hijack();
    reply.raw.destroy();
    return { status: 0, fault: 'dropped' };
  }
  const failed = faults.match('status', faultContext);
  if (failed !== undefined) {
    await sendFailure(reply, failed);
    return { status: failed.status, fault: 'status' };
  }
  if (outage === 'html' || faults.match('html', faultContext) !== undefined) {
    await reply.code(200).type('text/html; charset=utf-8').send(ERROR_PAGE);
    return { status: 200, fault: 'html' };
  }

  const answer = await make();
  const typed = faults.match('wrong content type', faultContext);
  const cut = outage === 'cutJson' ? { kind: 'truncated', share: 0.5 } : faults.match('truncated', faultContext);
  const contentType = typed === undefined ? answer.contentType : (typed.contentType ?? 'text/html; charset=utf-8');
  const whole = cut === undefined && dropped === undefined ? answer.body : await bytesOf(answer.body);
  const body = cut !== undefined && Buffer.isBuffer(whole) ? shareOf(whole, cut.share ?? 0.5) : whole;
  const headers = { 'content-type': contentType, ...disposition(answer.fileName) };
  const fault = dropped?.kind ?? cut?.kind ?? typed?.kind;
  if (dropped !== undefined && Buffer.isBuffer(body)) {
    reply.hijack();
    reply.raw.writeHead(answer.status, { ...headers, 'content-length': body.length });
    reply.raw.write(shareOf(body, dropped.share ?? 0), () => reply.raw.destroy());
    return { status: answer.status, fault };
  }
  await reply.code(answer.status).headers(headers).send(body);
  return { status: answer.status, fault };
}

async function sendFailure(reply: FastifyReply, { status, retryAfter, body }: FaultOf<'status'>): Promise<void> {
  if (retryAfter !== undefined) void reply.header('retry-after', String(retryAfter));
  void reply.code(status);
  const message = 'This went wrong on purpose.';
  switch (body) {
    case 'html':
      await reply.type('text/html; charset=utf-8').send(ERROR_PAGE);
      return;
    case 'text':
      await reply.type('text/plain').send(message);
      return;
    case 'empty':
      await reply.send();
      return;
    case 'json':
    case undefined:
      await reply.send({ error: message });
  }
}

function bytesOf(body: Buffer | Readable): Promise<Buffer> {
  return Buffer.isBuffer(body) ? Promise.resolve(body) : buffer(body);
}

function shareOf(bytes: Buffer, share: number): Buffer {
  return bytes.subarray(0, Math.floor(bytes.length * share));
}

function disposition(fileName: string | undefined): Record<string, string> {
  if (fileName === undefined) return {};
  const plain = fileName.replaceAll(/[^\x20-\x7e]|["\\]/g, '_');
  return {
    'content-disposition': `attachment; filename="${plain}"; filename*=UTF-8''${encodeURIComponent(fileName)}`,
  };
}
