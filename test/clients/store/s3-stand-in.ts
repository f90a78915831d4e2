import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';

import { startServer, type Seen, type TestServer } from '../test-server';

/** What a test wants of one request instead of the usual answer; `undefined` lets it pass. */
export type Interference = (
  seen: Seen,
  key: string,
) => 'slow down' | 'conflict' | 'lost answer' | 'echo' | 'refuse' | undefined;

export interface S3StandIn {
  readonly server: TestServer;
  /** The objects of the bucket by key. */
  readonly objects: Map<string, Buffer>;
  interfere: Interference;
  /** What `If-None-Match: *` does: as with Amazon; checked first and written later; or nothing. */
  conditions: 'atomic' | 'in two steps' | 'ignored';
  /** How it lists more keys than a page has: as Amazon does; without a token; always the first page. `unlisted` never appears. */
  listing: 'by token' | 'without token' | 'the same page';
  unlisted: (key: string) => boolean;
}

/** Just so much of S3 as a store needs: one bucket called `works`, objects, listings of three keys a page. */
export async function startS3StandIn(): Promise<S3StandIn> {
  const objects = new Map<string, Buffer>();
  const server = await startServer((seen, response) => {
    answer(standIn, seen, response);
  });
  const standIn: S3StandIn = {
    server,
    objects,
    interfere: () => undefined,
    conditions: 'atomic',
    listing: 'by token',
    unlisted: () => false,
  };
  return standIn;
}

const PAGE = 3;

function answer(standIn: S3StandIn, seen: Seen, response: ServerResponse): void {
  const { objects } = standIn;
  const url = new URL(seen.url, 'http://here');
  const [, bucket, ...names] = url.pathname.split('/').map(decodeURIComponent);
  const key = names.join('/');
  if (seen.headers.authorization?.includes('our-key') !== true) {
    refuse(response, 403, 'AccessDenied');
    return;
  }
  if (bucket !== 'works') {
    refuse(response, 404, 'NoSuchBucket');
    return;
  }
  const interference = standIn.interfere(seen, key);
  if (interference === 'slow down') {
    refuse(response, 503, 'SlowDown');
    return;
  }
  if (interference === 'echo') {
    refuse(response, 403, 'AccessDenied', `Refused: ${seen.method} ${seen.url} with ${JSON.stringify(seen.headers)}`);
    return;
  }
  if (interference === 'refuse') {
    refuse(response, 403, 'AccessDenied');
    return;
  }
  if (interference === 'conflict') {
    refuse(response, 409, 'ConditionalRequestConflict');
    return;
  }
  if (seen.method === 'GET' && key === '') {
    list(standIn, url.searchParams, response);
    return;
  }
  if (seen.method === 'PUT') {
    const isConditional = standIn.conditions !== 'ignored' && seen.headers['if-none-match'] === '*';
    if (isConditional && objects.has(key)) {
      refuse(response, 412, 'PreconditionFailed');
      return;
    }
    const md5 = createHash('md5').update(seen.body).digest('base64');
    if ((seen.headers['content-md5'] ?? md5) !== md5) {
      refuse(response, 400, 'BadDigest');
      return;
    }
    const write = (): void => {
      objects.set(key, seen.body);
      if (interference === 'lost answer') response.destroy();
      else response.writeHead(200, { etag: '"x"' }).end();
    };
    if (isConditional && standIn.conditions === 'in two steps') setTimeout(write, 5);
    else write();
    return;
  }
  if (seen.method === 'DELETE') {
    objects.delete(key);
    response.writeHead(204).end();
    return;
  }
  const found = objects.get(key);
  if (found === undefined) {
    refuse(response, 404, 'NoSuchKey');
    return;
  }
  response.writeHead(200, { 'content-length': found.length }).end(seen.method === 'HEAD' ? undefined : found);
}

function list({ objects, listing, unlisted }: S3StandIn, query: URLSearchParams, response: ServerResponse): void {
  const after = query.get('continuation-token') ?? query.get('start-after') ?? '';
  const from = listing === 'the same page' ? '' : after;
  const keys = [...objects.keys()]
    .filter((key) => key.startsWith(query.get('prefix') ?? '') && key > from && !unlisted(key))
    .sort();
  const page = keys.slice(0, PAGE);
  const isTruncated = keys.length > page.length;
  const token = `<NextContinuationToken>${page.at(-1) ?? ''}</NextContinuationToken>`;
  const next = isTruncated && listing !== 'without token' ? token : '';
  const contents = page.map((key) => `<Contents><Key>${key}</Key></Contents>`).join('');
  response
    .writeHead(200, { 'content-type': 'application/xml' })
    .end(`<ListBucketResult><IsTruncated>${String(isTruncated)}</IsTruncated>${next}${contents}</ListBucketResult>`);
}

function refuse(response: ServerResponse, status: number, code: string, message = 'The secret is hush-hush.'): void {
  response
    .writeHead(status, { 'content-type': 'application/xml' })
    .end(`<Error><Code>${code}</Code><Message>${message}</Message></Error>`);
}
