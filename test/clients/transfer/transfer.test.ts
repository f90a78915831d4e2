import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';

import type { RemoteCallError } from '../../../clients';
import { downloadToFile } from '../../../clients/transfer/download';
import { uploadFile } from '../../../clients/transfer/upload';
import { closingAfterEach, dispatcherFor, errorOf, startServer, type Seen, temporaryFolder } from '../test-server';

const onClose = closingAfterEach();
const signature = 'X-Amz-Signature=must-stay-home';
const bytes = randomBytes(3_000_000);
const hashOf = (algorithm: string, data: Buffer) => createHash(algorithm).update(data).digest('hex');

async function start(answer: (seen: Seen, response: ServerResponse) => void) {
  const server = await startServer(answer);
  onClose(() => server.close());
  const folder = await temporaryFolder(onClose);
  const file = join(folder, 'file.bin');
  return {
    server,
    folder,
    file,
    url: `${server.origin}/some/file.jpg?${signature}`,
    dispatcher: dispatcherFor(onClose),
  };
}

/** For tests of a transfer that stands still. */
const aShortStall = { stallTimeoutMs: 80 };

async function download(
  answer: (response: ServerResponse) => void,
  more: { maxBytes?: number; stallTimeoutMs?: number } = {},
) {
  const { server, folder, file, url, dispatcher } = await start((_, response) => {
    answer(response);
  });
  const progress: number[] = [];
  const work = downloadToFile({
    url,
    path: file,
    maxBytes: 10_000_000,
    // Only a test of a stall waits for one; a busy machine must not be taken for it.
    stallTimeoutMs: 10_000,
    dispatcher,
    allowLoopback: true,
    onProgress: (received) => progress.push(received),
    ...more,
  });
  return { work, server, folder, file, progress };
}

describe('A download', () => {
  it('is on disk under its name with its length and both hashes, and sends no credentials', async () => {
    const { work, server, folder, file, progress } = await download((response) =>
      response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': bytes.length }).end(bytes),
    );
    await expect(work).resolves.toEqual({
      bytes: bytes.length,
      md5: hashOf('md5', bytes),
      sha256: hashOf('sha256', bytes),
      contentType: 'image/jpeg',
    });
    expect((await readFile(file)).equals(bytes)).toBe(true);
    expect(await readdir(folder)).toEqual(['file.bin']);
    expect(progress.at(-1)).toBe(bytes.length);
    expect(server.seen[0]?.headers).not.toHaveProperty('authorization');
  });

  it('brings files of any length to their last byte, more at the same time than have large blocks of memory', async () => {
    const lengths = [1, 65_535, 65_536, 65_537, 524_287, 524_288, 524_289];
    const { server, folder, dispatcher } = await start((seen, response) => {
      response.end(bytes.subarray(0, Number(seen.url.slice(1))));
    });
    // More than one block each, and five times as many as have large ones.
    const all = [...Array<number>(40).fill(600_000), ...lengths].map(async (length, number) => {
      const path = join(folder, String(number));
      const url = `${server.origin}/${length}`;
      const { sha256 } = await downloadToFile({ url, path, maxBytes: 1e8, allowLoopback: true, dispatcher });
      return { length, sha256, onDisk: hashOf('sha256', await readFile(path)) };
    });
    for (const { length, sha256, onDisk } of await Promise.all(all)) {
      const right = hashOf('sha256', bytes.subarray(0, length));
      expect({ length, sha256, onDisk }).toEqual({ length, sha256: right, onDisk: right });
    }
  });

  it.each<[string, (response: ServerResponse) => void, object]>([
    [
      'is cut off',
      (response) => {
        response.writeHead(200, { 'content-length': bytes.length }).write(bytes.subarray(0, 1_000_000), () => {
          response.socket?.end();
        });
      },
      { kind: 'transient' },
    ],
    ['is empty', (response) => response.writeHead(200).end(), { kind: 'transient' }],
    [
      'says that it is HTML',
      (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('Sorry'),
      { code: 'HTML' },
    ],
    ['looks like HTML', (response) => response.writeHead(200).end('<!DOCTYPE html><html>'), { code: 'HTML' }],
    [
      'comes compressed',
      (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(bytes),
      { kind: 'contract' },
    ],
    [
      'redirects',
      (response) => response.writeHead(302, { location: 'http://10.0.0.1/' }).end(),
      { kind: 'refused', code: 'FORBIDDEN_ADDRESS' },
    ],
    [
      'is forbidden',
      (response) => response.writeHead(403).end('<Error><Code>AccessDenied</Code></Error>'),
      {
        kind: 'forbidden',
        code: 'AccessDenied',
      },
    ],
    [
      'has an ended session token',
      (response) => response.writeHead(400).end('<Error><Code>ExpiredToken</Code></Error>'),
      { kind: 'forbidden', code: 'ExpiredToken' },
    ],
    ['is gone', (response) => response.writeHead(410).end(), { kind: 'not found' }],
    ['stalls', (response) => response.writeHead(200).write('abc'), { kind: 'transient', code: 'STALLED' }],
    ['never begins', () => undefined, { kind: 'transient', code: 'STALLED' }],
  ])('that %s fails, leaves no file behind and keeps its address secret', async (_, answer, facts) => {
    const { work, folder } = await download(answer, 'code' in facts && facts.code === 'STALLED' ? aShortStall : {});
    const error = (await errorOf(work)) as RemoteCallError;
    expect(error).toMatchObject({ name: 'RemoteCallError', system: 'Celtra files', ...facts });
    // The path of an asset can be its key.
    expect(error.message).toMatch(/GET (127\.0\.0\.1|10\.0\.0\.1)/);
    expect(error.message).not.toContain('/some/file.jpg');
    expect(JSON.stringify([error, error.stack])).not.toContain('must-stay-home');
    expect(await readdir(folder)).toEqual([]);
  });

  it.each([true, false])('larger than allowed is refused (length announced: %s)', async (announced) => {
    const { work, folder } = await download(
      (response) => response.writeHead(200, announced ? { 'content-length': bytes.length } : {}).end(bytes),
      { maxBytes: 1_000 },
    );
    expect(await errorOf(work)).toMatchObject({ kind: 'refused', code: 'TOO_LARGE' });
    expect(await readdir(folder)).toEqual([]);
  });

  it('ends with the reason of an aborted signal and leaves nothing behind', async () => {
    const { folder, file, url, dispatcher } = await start((_, response) => response.writeHead(200).write('abc'));
    const cancel = new AbortController();
    const work = errorOf(
      downloadToFile({
        url,
        path: file,
        maxBytes: 10,
        signal: cancel.signal,
        dispatcher,
        allowLoopback: true,
        onProgress: () => {
          cancel.abort(new Error('enough'));
        },
      }),
    );
    expect(await work).toEqual(new Error('enough'));
    expect(await readdir(folder)).toEqual([]);
  });

  it('that cannot be written reports the fault of the disk', async () => {
    const { url, folder, dispatcher } = await start((_, response) => response.end(bytes));
    const occupied = join(folder, 'occupied');
    await writeFile(occupied, '');
    const work = downloadToFile({
      url,
      // A folder that cannot be made, because a file has its name.
      path: join(occupied, 'x'),
      maxBytes: 10_000_000,
      dispatcher,
      allowLoopback: true,
    });
    // Of the connection it would be tried again at once, and go on with what the disk has not taken.
    expect(await errorOf(work)).toMatchObject({ name: 'Error', code: 'ENOTDIR' });
  });
});

describe('An upload', () => {
  const headers = { 'Content-Type': 'image/jpeg', 'x-amz-server-side-encryption': 'AES256', 'x-other': 'yes' };

  async function upload(answer: (seen: Seen, response: ServerResponse) => void, more: object = {}) {
    const { server, file, url, dispatcher } = await start(answer);
    await writeFile(file, bytes);
    const progress: number[] = [];
    const work = uploadFile({
      url,
      headers,
      path: file,
      bytes: bytes.length,
      md5: hashOf('md5', bytes),
      stallTimeoutMs: 10_000,
      dispatcher,
      allowLoopback: true,
      onProgress: (sent) => progress.push(sent),
      ...more,
    });
    return { work, server, progress };
  }

  it('sends exactly the bytes of the file with its length and every header, never chunked', async () => {
    const { work, server, progress } = await upload((seen, response) => {
      response.writeHead(200, { etag: `"${hashOf('md5', seen.body)}"` }).end();
    });
    await expect(work).resolves.toBeUndefined();
    const [seen] = server.seen;
    expect(seen?.method).toBe('PUT');
    expect(seen?.body.equals(bytes)).toBe(true);
    expect(seen?.headers).toMatchObject({
      'content-length': String(bytes.length),
      'content-type': 'image/jpeg',
      'x-amz-server-side-encryption': 'AES256',
      'x-other': 'yes',
    });
    expect(seen?.headers).not.toHaveProperty('transfer-encoding');
    expect(seen?.headers).not.toHaveProperty('authorization');
    expect(progress.at(-1)).toBe(bytes.length);
  });

  it.each(['Détail.jpg', '正面 👟.jpg'])('sends a header with other letters in UTF-8: %s', async (name) => {
    const disposition = `attachment; filename="${name}"`;
    const { work, server } = await upload((_, response) => response.writeHead(200).end(), {
      headers: { 'Content-Disposition': disposition },
    });
    await work;
    const sent = server.seen[0]?.headers['content-disposition'] ?? '';
    expect(Buffer.from(sent, 'latin1').toString('utf8')).toBe(disposition);
  });

  it('leaves its connection open for the next one, however quickly the store answers', async () => {
    const { server, file, dispatcher } = await start((_, response) => response.writeHead(200).end());
    await writeFile(file, bytes);
    const request = { url: `${server.origin}/key`, headers, path: file, bytes: bytes.length, dispatcher };
    for (let count = 0; count < 10; count++) await uploadFile({ ...request, allowLoopback: true });
    expect(new Set(server.seen.map(({ connection }) => connection)).size).toBe(1);
  });

  it('whose ETag is another MD5 has not stored what was sent', async () => {
    const { work } = await upload((_, response) => response.writeHead(200, { etag: `"${'0'.repeat(32)}"` }).end());
    expect(await errorOf(work)).toMatchObject({ kind: 'transient', code: 'ETAG', mayHaveActed: true });
  });

  it('does not judge the ETag of a file that is encrypted with a key of its own, nor one that is no MD5', async () => {
    const kms = { headers: { ...headers, 'x-amz-server-side-encryption': 'aws:kms' } };
    const first = await upload((_, response) => response.writeHead(200, { etag: '0'.repeat(32) }).end(), kms);
    await expect(first.work).resolves.toBeUndefined();
    const second = await upload((_, response) => response.writeHead(200, { etag: '"abc-2"' }).end());
    await expect(second.work).resolves.toBeUndefined();
  });

  it.each([
    [403, '<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>', 'forbidden'],
    [503, '<Error><Code>SlowDown</Code></Error>', 'throttled'],
    [500, '', 'transient'],
    [501, '', 'refused'],
  ])('answered with %i %s is %s', async (status, body, kind) => {
    const { work } = await upload((_, response) => response.writeHead(status).end(body));
    const error = (await errorOf(work)) as RemoteCallError;
    expect(error).toMatchObject({ kind, status, system: 'object store' });
    expect(JSON.stringify([error, error.stack])).not.toContain('must-stay-home');
  });

  it('whose answer is lost may have acted', async () => {
    const { work } = await upload((_, response) => response.destroy());
    expect(await errorOf(work)).toMatchObject({ kind: 'transient', mayHaveActed: true });
  });

  it('whose answer never comes is given up', async () => {
    const { work } = await upload(() => undefined, aShortStall);
    expect(await errorOf(work)).toMatchObject({ kind: 'transient', code: 'STALLED' });
  });

  it.each([{ bytes: 5 }, { md5: '0'.repeat(32) }])(
    'of a file that is not the one that was measured fails (%j)',
    async (more) => {
      const { work } = await upload((_, response) => response.writeHead(200).end(), more);
      expect(await errorOf(work)).toMatchObject({ kind: 'refused', code: 'FILE_CHANGED' });
    },
  );
});

describe('An address that was signed with the checksum of nothing', () => {
  it.each([
    ['x-amz-sdk-checksum-algorithm=CRC32&x-amz-checksum-crc32=AAAAAA%3D%3D', {}, 'x-amz-checksum-crc32'],
    ['X-Amz-Signature=x', { 'Content-MD5': '1B2M2Y8AsgTpgAmY7PhCfg==' }, 'content-md5'],
  ])('is named as such when the store refuses the file (%s, %j)', async (query, headers, checksum) => {
    const { server, file, dispatcher } = await start((_, response) =>
      response.writeHead(400).end('<Error><Code>BadDigest</Code></Error>'),
    );
    await writeFile(file, bytes);
    const url = `${server.origin}/key?${query}`;
    const error = await errorOf(
      uploadFile({ url, headers, path: file, bytes: bytes.length, dispatcher, allowLoopback: true }),
    );
    expect(error).toMatchObject({ kind: 'refused', code: 'CHECKSUM_OF_NOTHING' });
    expect((error as Error).message).toContain(`signed with the checksum of an empty file (${checksum})`);
  });
});
