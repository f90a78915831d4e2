import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { outputNameOf } from '../day/model';
import { ByteRun } from '../pictures/byte-run';
import type { PictureFormat } from '../pictures/render';
import type { World } from '../world';
import type { FaultOf } from './fault-kinds';
import type { CeltraFaults, FaultContext } from './faults';
import { contentTypes, fileFormatOf, makeOtherPicture, renderKey, type FileFormat, type Render } from './media';
import { rangeOf } from './range';
import type { Renders } from './renders';
import { ERROR_PAGE } from './send-response';

const parameters = z.object({ token: z.string() });
const query = z.object({ hop: z.string().optional() });
const DRIP_MS = 20;

/** The file that is about to be sent. */
interface FileResponse {
  readonly run: ByteRun;
  readonly format: FileFormat;
  readonly etag: string | undefined;
  /** Only for the file that was promised. */
  readonly sha256: string | undefined;
  /** The fault that replaced the file. */
  readonly fault?: string;
}

/**
 * The host of Celtra's asset URLs: no credential is needed, and none may be sent
 * (docs/reference/celtra.md#asset-addresses).
 */
export function registerCeltraFiles(app: FastifyInstance, world: World, renders: Renders, faults: CeltraFaults): void {
  let answers = 0;
  const record = (
    status: number,
    bytes: number,
    render?: Render,
    fileResponse?: FileResponse,
    fault = fileResponse?.fault,
  ): void => {
    world.eventLog.record({
      at: world.now(),
      kind: 'file',
      status,
      outputId: render?.creative.outputId,
      asset: render?.asset.key,
      format: fileResponse?.format,
      sha256: fileResponse?.sha256,
      bytes,
      problem: fault === undefined ? undefined : `on purpose: ${fault}`,
    });
  };
  const refuse = (reply: FastifyReply, status: number, message: string, render?: Render, fault?: string) => {
    record(status, 0, render, undefined, fault);
    return reply.code(status).type('text/plain').send(message);
  };

  app.get('/assets/:token', async (request, reply) => {
    const options = world.settings.celtra;
    if (carriesCredential(request)) {
      world.eventLog.record({
        at: world.now(),
        kind: 'violation',
        service: 'celtra files',
        rule: 'a credential was sent to the asset host',
      });
      return refuse(reply, 400, 'This host takes no credentials.');
    }
    const issued = renders.find(parameters.parse(request.params).token);
    if (issued === undefined) return refuse(reply, 404, 'Not found.');
    const { render } = issued;
    const faultContext = fileFaultContext(render);
    const early = faults.match('expired', faultContext)?.kind;
    if (issued.expiresAt < world.now() + options.clockAheadMs || early !== undefined)
      return refuse(reply, options.expiredStatus, 'The address has expired.', render, early);

    const slow = faults.match('slow file', faultContext);
    if (slow !== undefined) await sleep(slow.milliseconds, undefined, { ref: false });
    const failed = faults.match('file status', faultContext);
    if (failed !== undefined) {
      if (failed.retryAfter !== undefined) void reply.header('retry-after', String(failed.retryAfter));
      return refuse(reply, failed.status, 'This went wrong on purpose.', render, failed.kind);
    }
    const redirect = query.parse(request.query).hop === 'here' ? undefined : faults.match('redirect', faultContext);
    if (redirect !== undefined) {
      record(redirect.status ?? 302, 0, render, undefined, redirect.kind);
      return reply
        .code(redirect.status ?? 302)
        .header('location', redirectTarget(redirect, request))
        .send('');
    }
    if (faults.match('page', faultContext) !== undefined) {
      record(200, 0, render, undefined, 'page');
      return reply.type('text/html; charset=utf-8').send(ERROR_PAGE);
    }

    answers += 1;
    const etag = { stable: `"${renders.blobHash(render)}"`, change: `"answer-${answers}"`, none: undefined }[
      options.etags
    ];
    const fileResponse = await fileResponseOf(renders, faults, render, faultContext, etag);
    return sendFileResponse(request, reply, fileResponse, { render, faultContext });
  });

  const sendFileResponse = async (
    request: FastifyRequest,
    reply: FastifyReply,
    fileResponse: FileResponse,
    { render, faultContext }: { readonly render: Render; readonly faultContext: FaultContext },
  ): Promise<FastifyReply> => {
    const options = world.settings.celtra;
    const { run, etag } = fileResponse;
    const range = options.ranges ? rangeOf(request.headers, run.length, etag) : undefined;
    if (range === 'unsatisfiable') {
      void reply.header('content-range', `bytes */${run.length}`);
      return refuse(reply, 416, 'The file is shorter.');
    }
    const { start, end } = range ?? { start: 0, end: run.length };
    const length = end - start;
    const status = range === undefined ? 200 : 206;
    const headers: Record<string, string | number> = {
      'content-type': contentTypes[fileResponse.format],
      ...(etag === undefined ? {} : { etag }),
      'accept-ranges': options.ranges ? 'bytes' : 'none',
      ...(range === undefined ? {} : { 'content-range': `bytes ${start}-${end - 1}/${run.length}` }),
    };
    if (faults.match('gzip', faultContext) !== undefined) {
      record(status, length, render, fileResponse, 'gzip');
      const packed = Readable.from(run.read(start, end)).pipe(createGzip());
      return reply
        .code(status)
        .headers({ ...headers, 'content-encoding': 'gzip' })
        .send(packed);
    }
    const wrongLength = faults.match('wrong length', faultContext);
    const reset = faults.match('reset', faultContext);
    const drip = faults.match('drip', faultContext);
    const stopAt = reset === undefined ? end : start + Math.floor(length * (reset.share ?? 0.99));
    // A file that was not sent completely does not count as served.
    const fault = reset?.kind ?? wrongLength?.kind ?? drip?.kind ?? fileResponse.fault;
    record(status, stopAt - start, render, reset === undefined ? fileResponse : undefined, fault);
    if (wrongLength === undefined && reset === undefined && drip === undefined) {
      const sized = options.contentLength ? { 'content-length': length } : {};
      return reply
        .code(status)
        .headers({ ...headers, ...sized })
        .send(Readable.from(run.read(start, end)));
    }
    reply.hijack();
    reply.raw.writeHead(status, {
      ...headers,
      connection: 'close',
      'content-length': Math.max(0, length + (wrongLength?.by ?? 0)),
    });
    await write(reply.raw, run.read(start, stopAt), drip?.bytesPerSecond);
    if (reset === undefined) reply.raw.socket?.end();
    else reply.raw.destroy();
    return reply;
  };
}

/** The promised file, or what a fault puts in its place. */
async function fileResponseOf(
  renders: Renders,
  faults: CeltraFaults,
  render: Render,
  faultContext: FaultContext,
  etag: string | undefined,
): Promise<FileResponse> {
  const format = fileFormatOf(render);
  if (faults.match('no bytes', faultContext) !== undefined) {
    return { run: new ByteRun([]), format, etag, sha256: undefined, fault: 'no bytes' };
  }
  const wrong = faults.match('wrong file', faultContext);
  if (wrong !== undefined) {
    const { asset, formats } = render;
    const other: PictureFormat = { format: wrong.format ?? formats.image.format };
    const size = { width: wrong.width ?? asset.width, height: wrong.height ?? asset.height };
    const run = new ByteRun([await makeOtherPicture(render, other, size)]);
    return { run, format: other.format, etag, sha256: undefined, fault: wrong.kind };
  }
  const [run, sha256] = await Promise.all([renders.file(render), renders.sha256(render)]);
  const cut = faults.match('cut file', faultContext);
  if (cut !== undefined) {
    const beginning = run.beginning(Math.floor(run.length * (cut.share ?? 0.5)));
    return { run: beginning, format, etag, sha256: undefined, fault: cut.kind };
  }
  return { run, format, etag, sha256 };
}

function fileFaultContext(render: Render): FaultContext {
  const { creative, design, asset, outputId } = render;
  return {
    target: renderKey(render),
    outputs: [{ id: outputId, name: outputNameOf(creative) }],
    designs: [{ id: design.designId, name: design.name }],
    asset: asset.key,
  };
}

function carriesCredential({ headers }: FastifyRequest): boolean {
  return (
    headers.authorization !== undefined || headers.cookie !== undefined || headers['proxy-authorization'] !== undefined
  );
}

function redirectTarget({ to }: FaultOf<'redirect'>, request: FastifyRequest): string {
  const [path = ''] = request.url.split('?');
  switch (to) {
    case 'here':
      return `${path}?hop=here`;
    case 'loop':
      return `${path}?hop=on`;
    case 'private':
      return 'http://10.0.0.1/assets/file';
    case 'metadata':
      return 'http://169.254.169.254/latest/meta-data/';
    default:
      return to;
  }
}

/** Writes as fast as the reader accepts, or at a fixed rate; stops when the reader disconnects. */
async function write(raw: ServerResponse, chunks: Iterable<Buffer>, bytesPerSecond: number | undefined): Promise<void> {
  const piece = bytesPerSecond === undefined ? Infinity : Math.max(1, Math.round((bytesPerSecond * DRIP_MS) / 1_000));
  for (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += Math.min(piece, chunk.length)) {
      if (raw.destroyed) return;
      const isTaken = raw.write(chunk.subarray(at, Math.min(chunk.length, at + piece)));
      if (!isTaken) await Promise.race([once(raw, 'drain'), once(raw, 'close')]).catch(() => undefined);
      if (bytesPerSecond !== undefined) await sleep(DRIP_MS, undefined, { ref: false });
    }
  }
  // Flush what was written before the connection is closed or reset.
  await new Promise<void>((resolve) => {
    if (raw.destroyed) resolve();
    else
      raw.write('', () => {
        resolve();
      });
  });
}
