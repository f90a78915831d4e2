import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import path from 'node:path';

import { CancelledFailure } from '@temporalio/common';
import sharp from 'sharp';

import type { Spool } from '../../../activities';
import { createAddressSeal, sealUploadAddress } from '../../../activities/creative-force/address-seal';
import { createSpool } from '../../../activities/transfer/spool';
import { createSpoolActivities } from '../../../activities/transfer/transfer-activities';
import type { FetchRequest } from '../../../activities/transfer/fetch-render';
import { uploadSpooledFile, type SpooledUpload } from '../../../activities/transfer/upload-file';
import type { ExportRequest } from '../../../clients';
import type { SpooledFile } from '../../../domain/render/rendered-asset';
import { closingAfterEach, startServer, type Seen, type TestServer } from '../../clients/test-server';
import { aCeltraAsset, aCeltraOutput, TASK_ID } from '../../support/facts';
import {
  aCeltraClient,
  anActivity,
  asActivity,
  failureOf,
  fetchingOne,
  folderForEach,
  reportsOf,
  studiosWith,
  run,
} from '../activity-harness';

const closing = closingAfterEach();
const folder = folderForEach();
const seal = createAddressSeal('client-secret');
let jpeg: Buffer;

beforeAll(async () => {
  jpeg = await sharp({ create: { width: 40, height: 30, channels: 3, background: 'teal' } })
    .jpeg()
    .toBuffer();
});

const request: FetchRequest = {
  studio: 'acme',
  taskId: TASK_ID,
  output: { outputId: 'output-1', designFileId: 'design-1', contentHash: 'hash-1' },
  asset: { outputId: 'output-1', assetKey: 'image', type: 'image', extension: 'jpg', blobHash: 'blob-1' },
  assetFormats: { Image: { image: { format: 'jpeg', quality: 90 } } },
};

interface Stage {
  readonly server: TestServer;
  readonly spool: Spool;
  readonly asked: ExportRequest[];
  readonly fetchRender: (request: FetchRequest) => Promise<SpooledFile>;
  readonly uploadFile: (request: SpooledUpload) => Promise<string>;
  readonly dropFiles: ReturnType<typeof createSpoolActivities>['dropFiles'];
  /** The request that uploads a file to this server. */
  upload(fileId: string): SpooledUpload;
}

/** A file host and object store in one, a Celtra that gives addresses there, and an empty spool. */
async function stageWith(
  answer: (seen: Seen, response: ServerResponse) => void,
  gives: 'address' | 'none' = 'address',
) {
  const server = await startServer(answer);
  closing(() => server.close());
  const asked: ExportRequest[] = [];
  const url = gives === 'address' ? `${server.origin}/render.jpg?token=render-secret` : undefined;
  const celtra = aCeltraClient((wanted) => {
    asked.push(wanted);
    return Promise.resolve([aCeltraOutput('output-1', { assets: [aCeltraAsset({ url })] })]);
  });
  const studios = studiosWith({ celtra, seal, maxRenderBytes: 100_000 });
  const spool = createSpool(folder(), 'extpost-transfer/host-1');
  const sealedAddress = sealUploadAddress(seal, TASK_ID, {
    url: `${server.origin}/key?X-Amz-Signature=upload-secret`,
    headers: { 'content-type': 'image/jpeg', 'x-amz-meta-by': 'extpost' },
  });
  const stage: Stage = {
    server,
    spool,
    asked,
    fetchRender: fetchingOne(studios, spool),
    uploadFile: asActivity(uploadSpooledFile, studios, spool),
    dropFiles: createSpoolActivities(studios, spool).dropFiles,
    upload: (fileId) => ({ studio: 'acme', taskId: TASK_ID, fileId, sealedAddress }),
  };
  return stage;
}

const serveJpeg = ({ method }: Seen, response: ServerResponse): unknown =>
  method === 'GET'
    ? response.writeHead(200, { 'content-type': 'image/jpeg' }).end(jpeg)
    : response.writeHead(200).end();
const filesOf = (task = TASK_ID) => readdir(path.join(folder(), task)).catch(() => []);

describe('fetching a render', () => {
  it('measures the bytes that Celtra served', async () => {
    const { fetchRender } = await stageWith(serveJpeg);
    expect(await run(fetchRender, request)).toMatchObject({
      queue: 'extpost-transfer/host-1',
      outputId: 'output-1',
      bytes: jpeg.length,
      md5: expect.stringMatching(/^[0-9a-f]{32}$/),
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      format: 'jpeg',
      width: 40,
      height: 30,
    });
  });

  it('keeps those bytes in the spool', async () => {
    const { fetchRender, spool } = await stageWith(serveJpeg);
    const { fileId } = await run(fetchRender, request);
    expect((await readFile(spool.pathOf(TASK_ID, fileId))).equals(jpeg)).toBe(true);
  });

  it('fetches nothing twice', async () => {
    const { fetchRender, server, asked } = await stageWith(serveJpeg);
    const first = await run(fetchRender, request);
    const second = await run(fetchRender, request);
    expect([second, server.seen.length, asked.length]).toEqual([first, 1, 1]);
  });

  it.each<[string, Partial<FetchRequest>]>([
    ['the render is another one', { asset: { ...request.asset, blobHash: 'blob-2' } }],
    ['the format is another one', { assetFormats: { Image: { image: { format: 'png' } } } }],
  ])('fetches again when %s', async (_case, changes) => {
    const { fetchRender, server } = await stageWith(serveJpeg);
    await run(fetchRender, request);
    await run(fetchRender, { ...request, ...changes });
    expect(server.seen).toHaveLength(2);
  });

  it('asks for the version that was chosen', async () => {
    const { fetchRender, asked } = await stageWith(serveJpeg);
    await run(fetchRender, request);
    expect(asked).toMatchObject([
      { outputIds: ['output-1'], pinnedVersions: [{ id: 'design-1', contentHash: 'hash-1' }] },
    ]);
  });

  it('reports its progress', async () => {
    const { fetchRender } = await stageWith(serveJpeg);
    const environment = anActivity();
    const reports = reportsOf(environment);
    await run(fetchRender, request, environment);
    expect(reports.at(-1)).toEqual({ phase: 'download', bytes: jpeg.length });
  });

  it('is tried again when Celtra gives no address any more', async () => {
    const { fetchRender } = await stageWith(serveJpeg, 'none');
    expect(await failureOf(() => fetchRender(request))).toMatchObject({ type: 'Transient', nonRetryable: false });
  });

  it('is tried again when the file host has a bad moment, and no secret is in the failure', async () => {
    const { fetchRender } = await stageWith((_seen, response) => response.writeHead(503).end());
    const failure = await failureOf(() => fetchRender(request));
    expect([failure.type, failure.nonRetryable]).toEqual(['Transient', false]);
    expect(JSON.stringify([failure.message, failure.stack, failure.details])).not.toContain('render-secret');
  });

  it.each([
    [403, ''],
    [400, '<Error><Code>ExpiredToken</Code></Error>'],
    [401, '<Error><Code>InvalidToken</Code></Error>'],
  ])('asks for a fresh address when the file host refuses this one: %i %s', async (status, body) => {
    const { fetchRender } = await stageWith((_seen, response) => response.writeHead(status).end(body));
    const failure = await failureOf(() => fetchRender(request));
    expect(failure).toMatchObject({ type: 'Transient', nonRetryable: false });
  });

  it('fails without a retry when what was served is not a picture', async () => {
    const { fetchRender, spool } = await stageWith((_seen, response) =>
      response.writeHead(200, { 'content-type': 'image/jpeg' }).end('not a picture at all'),
    );
    const failure = await failureOf(() => fetchRender(request));
    expect(failure).toMatchObject({ type: 'NotAPicture', nonRetryable: true });
    expect(await filesOf()).toEqual([]);
    expect(spool.queue).toBe('extpost-transfer/host-1');
  });

  it('fails without a retry when the render is larger than is allowed', async () => {
    const { fetchRender } = await stageWith((_seen, response) => response.writeHead(200).end(Buffer.alloc(100_001)));
    expect(await failureOf(() => fetchRender(request))).toMatchObject({ type: 'Refused', nonRetryable: true });
  });

  it('stops when it is cancelled, and leaves no half file', async () => {
    const environment = anActivity();
    const { fetchRender } = await stageWith((_seen, response) => {
      response.writeHead(200, { 'content-type': 'image/jpeg' }).write(jpeg.subarray(0, 100));
      environment.cancel();
    });
    await expect(run(fetchRender, request, environment)).rejects.toBeInstanceOf(CancelledFailure);
    expect(await filesOf()).toEqual([]);
  });
});

describe('uploading a file', () => {
  const fetched = async (answer: (seen: Seen, response: ServerResponse) => void) => {
    const stage = await stageWith((seen, response) => {
      if (seen.method === 'GET') serveJpeg(seen, response);
      else answer(seen, response);
    });
    const { fileId } = await run(stage.fetchRender, request);
    return { ...stage, fileId };
  };
  const accept = (_seen: Seen, response: ServerResponse): unknown => response.writeHead(200).end();

  it('puts exactly the bytes that were fetched, with every header of the address', async () => {
    const { uploadFile, upload, fileId, server } = await fetched(accept);
    await run(uploadFile, upload(fileId));
    const put = server.seen.find(({ method }) => method === 'PUT');
    expect(put).toMatchObject({
      url: '/key?X-Amz-Signature=upload-secret',
      headers: {
        'content-type': 'image/jpeg',
        'x-amz-meta-by': 'extpost',
        'content-length': String(jpeg.length),
      },
    });
    expect(put?.body.equals(jpeg)).toBe(true);
  });

  it('reports its progress', async () => {
    const { uploadFile, upload, fileId } = await fetched(accept);
    const environment = anActivity();
    const reports = reportsOf(environment);
    await run(uploadFile, upload(fileId), environment);
    expect(reports.at(-1)).toEqual({ phase: 'upload', bytes: jpeg.length, of: jpeg.length });
  });

  it.each([
    [403, ''],
    [401, ''],
    [404, '<Error><Code>NoSuchBucket</Code></Error>'],
    [400, '<Error><Code>ExpiredToken</Code></Error>'],
    [400, '<Error><Code>TokenRefreshRequired</Code></Error>'],
    [400, '<Error><Code>AuthorizationQueryParametersError</Code></Error>'],
    [412, '<Error><Code>PreconditionFailed</Code></Error>'],
    [200, '<!DOCTYPE html><title>Sign in</title>'],
  ])('asks for another address when this one is refused: %i %s', async (status, body) => {
    const { uploadFile, upload, fileId } = await fetched((_seen, response) => response.writeHead(status).end(body));
    expect(await failureOf(() => uploadFile(upload(fileId)))).toMatchObject({
      type: 'AddressRefused',
      nonRetryable: true,
    });
  });

  it('is tried again when the store has a bad moment, and no secret is in the failure', async () => {
    const { uploadFile, upload, fileId } = await fetched((_seen, response) => response.writeHead(503).end());
    const failure = await failureOf(() => uploadFile(upload(fileId)));
    expect(failure.nonRetryable).toBe(false);
    expect(JSON.stringify([failure.message, failure.stack, failure.details])).not.toContain('upload-secret');
  });

  it.each([
    [400, '<Error><Code>XAmzContentChecksumMismatch</Code></Error>'],
    [200, 'It works!'],
  ])('is given up at the third attempt when nothing shows that the bytes arrived: %i %s', async (status, body) => {
    const { uploadFile, upload, fileId } = await fetched((_seen, response) => response.writeHead(status).end(body));
    const outcomes = [];
    for (const attempt of [1, 2, 3])
      outcomes.push(await failureOf(() => uploadFile(upload(fileId)), anActivity({ attempt })));
    expect(outcomes.map(({ nonRetryable }) => nonRetryable)).toEqual([false, false, true]);
  });

  it('has the file fetched again when the spool does not have it', async () => {
    const { uploadFile, upload } = await stageWith(serveJpeg);
    expect(await failureOf(() => uploadFile(upload('another-file')))).toMatchObject({
      type: 'NotInSpool',
      nonRetryable: true,
    });
  });

  it('has the file fetched again when its bytes are no longer those that were measured', async () => {
    const { uploadFile, upload, fileId, spool } = await fetched(accept);
    await writeFile(spool.pathOf(TASK_ID, fileId), Buffer.alloc(jpeg.length));
    expect((await failureOf(() => uploadFile(upload(fileId)))).type).toBe('NotInSpool');
    expect(await spool.find(TASK_ID, fileId)).toBeUndefined();
  });

  it('has only the file fetched again that is gone, and sends nothing', async () => {
    const { uploadFile, upload, fileId, spool, server } = await fetched(accept);
    await rm(spool.pathOf(TASK_ID, fileId));
    expect((await failureOf(() => uploadFile(upload(fileId)))).type).toBe('NotInSpool');
    expect([await spool.find(TASK_ID, fileId), (await spool.index.find(TASK_ID, fileId))?.file.fileId]).toEqual([
      undefined,
      fileId,
    ]);
    expect(server.seen.filter(({ method }) => method === 'PUT')).toEqual([]);
  });

  it.each([
    ['with another secret', createAddressSeal('another-secret'), TASK_ID],
    ['for another task', seal, 'another-task'],
  ])('asks for another address when its own was sealed %s', async (_how, sealing, taskId) => {
    const { uploadFile, upload, fileId, server } = await fetched(accept);
    const sealedAddress = sealUploadAddress(sealing, taskId, { url: server.origin, headers: {} });
    const failure = await failureOf(() => uploadFile({ ...upload(fileId), sealedAddress }));
    expect([failure.type, failure.nonRetryable]).toEqual(['AddressRefused', true]);
    expect(server.seen.filter(({ method }) => method === 'PUT')).toEqual([]);
  });
});

describe('dropping files', () => {
  it('leaves nothing of the task in the spool', async () => {
    const { fetchRender, dropFiles } = await stageWith(serveJpeg);
    await run(fetchRender, request);
    const before = await filesOf();
    await run(dropFiles, { taskId: TASK_ID });
    expect([before.length, await filesOf()]).toEqual([2, []]);
  });
});
