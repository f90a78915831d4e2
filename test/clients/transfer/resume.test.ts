import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';

import { downloadToFile } from '../../../clients/transfer/download';
import { closingAfterEach, dispatcherFor, errorOf, startServer, type Seen, temporaryFolder } from '../test-server';

const onClose = closingAfterEach();
const bytes = randomBytes(3_000_000);
const right = createHash('sha256').update(bytes).digest('hex');
const etag = '"version-1"';
const HALF = 1_500_000;

/** How a server treats the second request, after it cut the first one off half-way. */
type Answer = (seen: Seen, response: ServerResponse) => void;

const whole: Answer = (_seen, response) => response.writeHead(200, { 'content-length': bytes.length, etag }).end(bytes);
const rest = ({ headers }: Seen, response: ServerResponse, version = etag): void => {
  const start = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1]);
  const range = `bytes ${start}-${bytes.length - 1}/${bytes.length}`;
  response.writeHead(206, { 'content-range': range, 'content-length': bytes.length - start, etag: version });
  response.end(bytes.subarray(start));
};

/** Cuts the first answer off, then downloads again. */
async function twice(second: Answer, headers: Record<string, string> = { etag }, between?: (part: string) => unknown) {
  const server = await startServer((seen, response) => {
    if (server.seen.length > 1) {
      second(seen, response);
      return;
    }
    response.writeHead(200, { 'content-length': bytes.length, ...headers }).write(bytes.subarray(0, HALF), () => {
      response.socket?.end();
    });
  });
  onClose(() => server.close());
  const folder = await temporaryFolder(onClose);
  const path = join(folder, 'file');
  const dispatcher = dispatcherFor(onClose);
  const download = () =>
    downloadToFile({ url: `${server.origin}/a`, path, maxBytes: 1e8, resume: true, allowLoopback: true, dispatcher });
  const first = await errorOf(download());
  const left = await readdir(folder);
  await between?.(`${path}.part`);
  return { first, left, downloaded: await download(), server, folder, path };
}

describe('An interrupted download', () => {
  it('goes on where it stopped, and gives the hashes of the whole file', async () => {
    const { first, downloaded, server, folder, path } = await twice(rest);
    expect(first).toMatchObject({ kind: 'transient' });
    expect(downloaded).toMatchObject({ bytes: bytes.length, sha256: right });
    expect(downloaded.resumedAt).toBeGreaterThan(0);
    expect(server.seen[1]?.headers).toMatchObject({ range: `bytes=${downloaded.resumedAt}-`, 'if-range': etag });
    expect((await readFile(path)).equals(bytes)).toBe(true);
    expect(await readdir(folder)).toEqual(['file']);
  });

  it.each<[string, Answer]>([
    ['the file is another one by now', whole],
    [
      'the server brings another part than was asked for',
      (seen, response) => {
        if (seen.headers.range === undefined) whole(seen, response);
        else response.writeHead(206, { 'content-range': `bytes 0-9/${bytes.length}`, etag }).end(bytes.subarray(0, 10));
      },
    ],
    [
      'the server looks at the range and not at the condition',
      (seen, response) => {
        if (seen.headers.range === undefined) whole(seen, response);
        else rest(seen, response, '"version-2"');
      },
    ],
    [
      'the file is shorter by now',
      (seen, response) => {
        if (seen.headers.range === undefined) whole(seen, response);
        else response.writeHead(416, { 'content-range': 'bytes */3' }).end();
      },
    ],
  ])('starts over when %s', async (_case, second) => {
    const { downloaded, path } = await twice(second);
    expect([downloaded.sha256, downloaded.resumedAt]).toEqual([right, undefined]);
    expect((await readFile(path)).equals(bytes)).toBe(true);
  });

  it.each<[string, Record<string, string>]>([
    ['names no version', {}],
    ['names its version only roughly', { etag: 'W/"1"' }],
    ['says that it serves no ranges', { etag, 'accept-ranges': 'none' }],
    ['changed the file within this very second', { 'last-modified': new Date(Date.now() + 60_000).toUTCString() }],
  ])('leaves nothing behind and starts over when the server %s', async (_case, headers) => {
    const { left, downloaded, server } = await twice(whole, headers);
    expect([left, downloaded.sha256, server.seen[1]?.headers.range]).toEqual([[], right, undefined]);
  });

  it('goes on by the date of the last change where there is no ETag', async () => {
    const changed = new Date(Date.now() - 60_000).toUTCString();
    const { downloaded, server } = await twice(rest, { 'last-modified': changed });
    expect([downloaded.sha256, server.seen[1]?.headers['if-range']]).toEqual([right, changed]);
  });

  it('starts over when the computer was restarted meanwhile, for then bytes may be missing', async () => {
    const { downloaded } = await twice(whole, { etag }, (part) => utimes(part, 0, 0));
    expect([downloaded.sha256, downloaded.resumedAt]).toEqual([right, undefined]);
  });

  it('starts over when its note cannot be read', async () => {
    const { server, downloaded } = await twice(whole, { etag }, (part) => writeFile(`${part}.json`, '{'));
    expect([downloaded.sha256, server.seen[1]?.headers.range]).toEqual([right, undefined]);
  });
});
