import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';

import { downloadToFile } from '../../../clients/transfer/download';
import { isExpiredAddress } from '../../../clients/remote-call-error';
import { uploadFile } from '../../../clients/transfer/upload';
import { describeWithS3, type S3Server } from '../../support/s3-server';
import { errorOf } from '../test-server';

const bytes = randomBytes(1_500_000);
const md5 = createHash('md5').update(bytes).digest('hex');
/** A server that refuses while the file is being sent may close the connection before its answer is read. */
const LISTEN_MS = 300;
const Key = 'round 0/a picture, 50 % größer+1.jpg';

describeWithS3('A store that somebody else wrote', (startS3Server, lacks) => {
  let server: S3Server;
  let Bucket: string;
  let folder: string;
  beforeAll(async () => {
    server = await startS3Server();
    Bucket = (await server.bucket('deliveries')).s3.bucket;
    folder = await mkdtemp(join(tmpdir(), 'extpost-s3-'));
    await writeFile(join(folder, 'sent'), bytes);
  });
  afterAll(async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const put = async (url: string, headers: Record<string, string>, listenFirstMs?: number) => {
    const sent = { path: join(folder, 'sent'), bytes: bytes.length, md5 };
    return uploadFile({ url, headers, ...sent, listenFirstMs, allowLoopback: true });
  };

  it('takes a file at a presigned address, and proves by its ETag that it has the right bytes', async () => {
    const command = new PutObjectCommand({ Bucket, Key, ContentType: 'image/jpeg', ContentLength: bytes.length });
    await put(await getSignedUrl(server.client, command), { 'content-type': 'image/jpeg' });
    const { ETag } = await server.client.send(new HeadObjectCommand({ Bucket, Key }));
    expect(ETag).toBe(`"${md5}"`);
  });

  it('gives the same bytes back, again after the same file was put twice', async () => {
    const url = await getSignedUrl(server.client, new PutObjectCommand({ Bucket, Key: 'twice' }));
    await put(url, {});
    await put(url, {});
    const from = await getSignedUrl(server.client, new GetObjectCommand({ Bucket, Key: 'twice' }));
    const wanted = { url: from, path: join(folder, 'back'), maxBytes: 1e8, resume: true, allowLoopback: true };
    await expect(downloadToFile(wanted)).resolves.toMatchObject({ bytes: bytes.length, md5 });
  });

  const hoursAgo = { signingDate: new Date(Date.now() - 2 * 60 * 60_000), expiresIn: 60 };
  const refusals: [string, () => Promise<unknown>][] = [
    ['uploads whose time is over', async () => put(await presignedPut('late', hoursAgo), {}, LISTEN_MS)],
    ['uploads with another signature', async () => put(`${await presignedPut('forged')}0`, {}, LISTEN_MS)],
    [
      'uploads of another type than was signed',
      async () => {
        const signableHeaders = new Set(['content-type']);
        const url = await presignedPut('typed', { signableHeaders }, 'image/png');
        return put(url, { 'content-type': 'image/jpeg' }, LISTEN_MS);
      },
    ],
    [
      'downloads whose time is over',
      async () => {
        const url = await getSignedUrl(server.client, new GetObjectCommand({ Bucket, Key }), hoursAgo);
        return downloadToFile({ url, path: join(folder, 'late'), maxBytes: 1e8, allowLoopback: true });
      },
    ],
  ];
  const presignedPut = (name: string, options: object = {}, ContentType?: string): Promise<string> =>
    getSignedUrl(server.client, new PutObjectCommand({ Bucket, Key: name, ContentType }), options);

  if (!lacks.includes('signatures')) {
    it.each(refusals)('refuses %s, and a fresh address is asked for', async (_what, transfer) => {
      expect(isExpiredAddress(await errorOf(transfer()))).toBe(true);
    });
  }
});
