import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Fault } from '../creative-force/fault-options';
import { applyFault, corruptResponse, takeFault } from '../faults';
import type { Upload, World } from '../world';
import { readSignature } from './addresses';
import { contentTypeOf } from './content-types';
import { findStudioFile } from './studio-files';
import { uploadHeaders } from './upload-headers';

interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

const parameters = z.object({ id: z.string(), fileName: z.string() });

/** An object store that enforces every condition of a presigned PUT, and responds with S3's XML. */
export function registerObjectStore(app: FastifyInstance, world: World): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, payload, done) => {
    done(null, payload);
  });
  app.setNotFoundHandler((_request, reply) =>
    refuse(reply, { status: 404, code: 'NoSuchKey', message: 'The specified key does not exist.' }),
  );

  const faults = new WeakMap<FastifyRequest, Fault>();
  /** True if a forced fault has sent the response. */
  const isFaulty = async (
    request: FastifyRequest,
    reply: FastifyReply,
    endpoint: 'putFile' | 'getFile',
  ): Promise<boolean> => {
    const { fileName } = parameters.parse(request.params);
    const fault = takeFault(world, { endpoint, studio: findUpload(world, request)?.studio.name, fileName });
    if (fault === undefined) return false;
    faults.set(request, fault);
    const taken = endpoint === 'putFile' && fault.answer === 'reset' ? await readShare(request, fault.share ?? 0) : 0;
    // The body is not read, so the connection cannot be used again.
    const isBefore = fault.answer === 'errorList' || (await applyFault(world, fault, request, reply));
    if (endpoint === 'putFile' && isBefore) {
      const isSilent = fault.answer === 'hang' || fault.answer === 'reset';
      record(world, isSilent ? 0 : (fault.status ?? reply.statusCode), request, taken, `forced: ${fault.answer}`);
    }
    if (fault.answer !== 'errorList') return isBefore;
    if (fault.retryAfter !== undefined) reply.header('retry-after', fault.retryAfter);
    refuse(reply, {
      status: fault.status ?? 503,
      code: String(fault.code ?? 'SlowDown'),
      message: fault.message ?? 'Please reduce your request rate.',
    });
    return true;
  };
  app.addHook('onSend', (request, _reply, payload, done) => {
    done(null, corruptResponse(faults.get(request), request, payload));
  });

  app.put('/t/:id/:fileName', {
    // Invalid headers are rejected before the body is read.
    onRequest: async (request, reply) => {
      const refusal = checkHeaders(world, request);
      if (refusal === undefined) return;
      record(world, refusal.status, request, 0, `${refusal.code}: ${refusal.message}`);
      // The body will not be read, so the connection cannot be used again.
      return refuse(reply.header('connection', 'close'), refusal);
    },
    handler: async (request, reply) => {
      if (await isFaulty(request, reply, 'putFile')) return reply;
      const upload = findUpload(world, request);
      const bytes = await readAll(request.body);
      const md5 = createHash('md5').update(bytes).digest('hex');
      const isRight = upload?.md5 === md5 || upload?.md5 === '' || !world.settings.store.md5Check;
      if (upload === undefined || !isRight) {
        const refusal = {
          status: 400,
          code: 'BadDigest',
          message: 'The Content-MD5 you specified did not match what we received.',
        };
        record(world, 400, request, bytes.length, refusal.code);
        return refuse(reply, refusal);
      }
      const kept = faults.get(request)?.answer === 'damaged' ? damaged(bytes) : bytes;
      upload.stored = { bytes: kept, sha256: createHash('sha256').update(kept).digest('hex'), at: world.now() };
      record(world, 200, request, bytes.length, undefined);
      return reply
        .code(200)
        .header('etag', `"${etagOf(world, kept)}"`)
        .send();
    },
  });

  app.get('/t/:id/:fileName', async (request, reply) => {
    if (await isFaulty(request, reply, 'getFile')) return reply;
    const upload = findUpload(world, request);
    return answerRead(world, request, reply, upload?.fileName ?? '', upload?.stored?.bytes);
  });
  app.get('/inputs/:id/:fileName', async (request, reply) => {
    if (await isFaulty(request, reply, 'getFile')) return reply;
    const file = findStudioFile(world, parameters.parse(request.params).id);
    return answerRead(world, request, reply, file?.fileName ?? '', await file?.bytes());
  });
}

function checkHeaders(world: World, request: FastifyRequest): Refusal | undefined {
  const { headers } = request;
  const upload = findUpload(world, request);
  const query = new URL(request.url, 'http://store').searchParams;
  if (headers.authorization !== undefined) {
    world.eventLog.record({
      at: world.now(),
      kind: 'violation',
      service: 'object store',
      rule: 'an Authorization header beside a presigned address',
    });
    return { status: 400, code: 'InvalidArgument', message: 'Only one auth mechanism allowed.' };
  }
  if (headers['content-length'] === undefined) {
    const message = 'A header you provided implies functionality that is not implemented (Transfer-Encoding).';
    return { status: 501, code: 'NotImplemented', message };
  }
  if (query.get('X-Amz-Signature') !== upload?.signature) return signatureMismatch('the address was changed');
  if (world.now() > upload.expiresAt) return { status: 403, code: 'AccessDenied', message: 'Request has expired' };
  for (const [name, value] of Object.entries(uploadHeaders(world))) {
    if (headers[name] !== value) return signatureMismatch(`header ${name}`);
  }
  if (headers['content-type'] !== upload.contentType) return signatureMismatch('header content-type');
  if (Number(headers['content-length']) !== upload.fileLength) return signatureMismatch('header content-length');
  return undefined;
}

function signatureMismatch(detail: string): Refusal {
  const message = `The request signature we calculated does not match the signature you provided (${detail}).`;
  return { status: 403, code: 'SignatureDoesNotMatch', message };
}

function answerRead(
  world: World,
  request: FastifyRequest,
  reply: FastifyReply,
  fileName: string,
  bytes: Buffer | undefined,
): FastifyReply {
  const url = new URL(request.url, 'http://store');
  const expiresAt = Number(url.searchParams.get('x-expires-at'));
  if (url.searchParams.get('X-Amz-Signature') !== readSignature(world, url.pathname, expiresAt)) {
    return refuse(reply, signatureMismatch('the address was changed'));
  }
  if (world.now() > expiresAt)
    return refuse(reply, { status: 403, code: 'AccessDenied', message: 'Request has expired' });
  if (bytes === undefined)
    return refuse(reply, { status: 404, code: 'NoSuchKey', message: 'The specified key does not exist.' });
  return reply.type(contentTypeOf(fileName)).send(bytes);
}

function findUpload(world: World, request: FastifyRequest): Upload | undefined {
  return world.uploads.get(parameters.parse(request.params).id);
}

/** With a KMS key the ETag looks like an MD5 but is none, as with Amazon S3. */
function etagOf({ settings }: World, bytes: Buffer): string {
  if (settings.store.encryption === 'kms') return randomBytes(16).toString('hex');
  return createHash('md5').update(bytes).digest('hex');
}

/** The same bytes with one in the middle changed. */
function damaged(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  const middle = copy.length >> 1;
  if (copy.length > 0) copy.writeUInt8(copy.readUInt8(middle) ^ 0xff, middle);
  return copy;
}

/** Reads a share (0–1) of a body and no more; returns the number of bytes. */
async function readShare({ body, headers }: FastifyRequest, share: number): Promise<number> {
  const wanted = Math.floor(Number(headers['content-length'] ?? 0) * share);
  let taken = 0;
  if (!(body instanceof Readable) || wanted === 0) return taken;
  // Leaving a `for await` loop would close the connection before it can be reset.
  await new Promise<void>((resolve) => {
    body
      .on('data', (chunk: Buffer) => {
        taken += chunk.length;
        if (taken < wanted) return;
        body.pause();
        resolve();
      })
      .once('close', resolve);
  });
  return taken;
}

async function readAll(body: unknown): Promise<Buffer> {
  const chunks: Buffer[] = [];
  if (body instanceof Readable) {
    for await (const chunk of body) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function record(
  world: World,
  status: number,
  request: FastifyRequest,
  bytes: number,
  problem: string | undefined,
): void {
  const { id, fileName } = parameters.parse(request.params);
  world.eventLog.record({ at: world.now(), kind: 'put', status, assetId: id, fileName, bytes, problem });
}

function refuse(reply: FastifyReply, { status, code, message }: Refusal): FastifyReply {
  return reply
    .code(status)
    .type('application/xml')
    .send(`<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`);
}
