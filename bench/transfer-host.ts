import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';

import { generate } from 'selfsigned';
import sharp from 'sharp';

const BLOCK = randomBytes(1024 * 1024);
const END = Buffer.from([0xff, 0xd9]);

/** What the process says when it is ready. */
export interface HostMessage {
  readonly port: number;
  /** The certificate to trust for https, as PEM. */
  readonly certificate?: string;
}

/**
 * `http|https`: the process that stands for Celtra's file host and the object store: pictures of any length, and a
 * place to put them.
 */
async function serve([protocol]: readonly string[]): Promise<void> {
  const picture = await sharp({ create: { width: 64, height: 64, channels: 3, background: 'teal' } })
    .jpeg()
    .toBuffer();
  const etags = new Map<number, string>();
  /**
   * The MD5 of a file is computed once before the measurement, because a real store would not use this machine's CPU.
   */
  const etagOf = (bytes: number): string => {
    const known = etags.get(bytes);
    if (known !== undefined) return known;
    const md5 = createHash('md5');
    for (const chunk of chunksOf(picture, bytes)) md5.update(chunk);
    const etag = `"${md5.digest('hex')}"`;
    etags.set(bytes, etag);
    return etag;
  };
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const bytes = Number(new URL(request.url ?? '/', 'http://host').searchParams.get('bytes'));
    if (request.method === 'PUT') take(request, response, bytes, etagOf(bytes));
    else if (request.method === 'HEAD') response.writeHead(200, { etag: etagOf(bytes) }).end();
    else give(response, chunksOf(picture, bytes), { 'content-length': bytes, etag: etagOf(bytes) });
  };
  const own = protocol === 'https' ? await ownCertificate() : undefined;
  const server = own === undefined ? createServer(answer) : createSecureServer(own, answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  process.send?.({ port, ...(own && { certificate: own.cert }) } satisfies HostMessage);
  await new Promise((resolve) => process.once('disconnect', resolve));
  server.closeAllConnections();
  server.close();
}

async function ownCertificate(): Promise<{ key: string; cert: string }> {
  const extensions = [{ name: 'subjectAltName' as const, altNames: [{ type: 7 as const, ip: '127.0.0.1' }] }];
  const { private: key, cert } = await generate([{ name: 'commonName', value: '127.0.0.1' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions,
  });
  return { key, cert };
}

/** A JPEG padded with noise to the requested length, with a valid end marker. */
function* chunksOf(picture: Buffer, bytes: number): Generator<Buffer> {
  const end = bytes - END.length;
  yield picture.subarray(0, end);
  for (let at = picture.length; at < end; at += BLOCK.length) {
    yield end - at < BLOCK.length ? BLOCK.subarray(0, end - at) : BLOCK;
  }
  yield END;
}

function give(response: ServerResponse, chunks: Generator<Buffer>, headers: Record<string, string | number>): void {
  response.writeHead(200, { 'content-type': 'image/jpeg', ...headers });
  const write = (): void => {
    for (let next = chunks.next(); next.done !== true; next = chunks.next()) {
      if (response.write(next.value)) continue;
      response.once('drain', write);
      return;
    }
    response.end();
  };
  write();
}

function take(request: IncomingMessage, response: ServerResponse, bytes: number, etag: string): void {
  let taken = 0;
  request.on('data', (chunk: Buffer) => (taken += chunk.length));
  request.on('end', () => response.writeHead(taken === bytes ? 200 : 400, { etag }).end());
}

void serve(process.argv.slice(2));
