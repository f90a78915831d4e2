import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';

import { downloadToFile, uploadFile } from '../../../clients';
import { describeWithS3, type S3Server } from '../../support/s3-server';

const bytes = randomBytes(1_500_000);
const md5 = createHash('md5').update(bytes).digest('hex');
const Bucket = 'deliveries';
const Key = 'round 0/a picture.jpg';

describeWithS3('A store that somebody else wrote', (startS3Server) => {
  let server: S3Server;
  let folder: string;
  beforeAll(async () => {
    server = await startS3Server();
    await server.bucket(Bucket);
    folder = await mkdtemp(join(tmpdir(), 'extpost-s3-'));
    await writeFile(join(folder, 'sent'), bytes);
  });
  afterAll(async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const put = async (url: string, headers: Record<string, string>) =>
    uploadFile({ url, headers, path: join(folder, 'sent'), bytes: bytes.length, md5, allowLoopback: true });

  it('takes a file at a presigned address, and proves by its ETag that it has the right bytes', async () => {
    const command = new PutObjectCommand({ Bucket, Key, ContentType: 'image/jpeg', ContentLength: bytes.length });
    const { etag } = await put(await getSignedUrl(server.client, command), { 'content-type': 'image/jpeg' });
    expect(etag).toBe(`"${md5}"`);
  });

  it('gives the same bytes back, again after the same file was put twice', async () => {
    const url = await getSignedUrl(server.client, new PutObjectCommand({ Bucket, Key: 'twice' }));
    await put(url, {});
    await put(url, {});
    const from = await getSignedUrl(server.client, new GetObjectCommand({ Bucket, Key: 'twice' }));
    const wanted = { url: from, path: join(folder, 'back'), maxBytes: 1e8, resume: true, allowLoopback: true };
    await expect(downloadToFile(wanted)).resolves.toMatchObject({ bytes: bytes.length, md5 });
  });
});
