import { createHash } from 'node:crypto';
import { readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import path from 'node:path';

import { CancelledFailure } from '@temporalio/common';
import sharp from 'sharp';

import { createAddressSeal, sealUploadAddress } from '../../../activities/creative-force/address-seal';
import { createFetchActivities, createSpoolActivities } from '../../../activities/transfer/transfer-activities';
import { createSpool } from '../../../activities/transfer/spool';
import type { SpoolLimits } from '../../../activities';
import { sealAddresses } from '../../../activities/celtra/sealed-addresses';
import { uploadReceipts } from '../../../domain/delivery/batch-report';
import { closingAfterEach, startServer, type Seen } from '../../clients/test-server';
import { aCeltraAsset, aCeltraOutput, TASK_ID } from '../../support/facts';
import {
  aCeltraClient,
  anActivity,
  failureOf,
  folderForEach,
  placeIn,
  reportsOf,
  ampleLimits,
  run,
  studiosWith,
} from '../activity-harness';

const closing = closingAfterEach();
const folder = folderForEach();
const seal = createAddressSeal('client-secret');
let jpeg: Buffer;

beforeAll(async () => {
  const picture = sharp({ create: { width: 40, height: 30, channels: 3, background: 'teal' } });
  jpeg = await picture.jpeg().toBuffer();
});

const serveJpeg = (_seen: Seen, response: ServerResponse): unknown =>
  response.writeHead(200, { 'content-length': jpeg.length }).end(jpeg);

/** File host and store in one; `answer` hears of each request. */
async function stageWith(answer: (seen: Seen, response: ServerResponse) => unknown, limits = ampleLimits) {
  const server = await startServer((seen, response) => void answer(seen, response));
  closing(() => server.close());
  const asked: (readonly string[])[] = [];
  const celtra = aCeltraClient(({ outputIds = [] }) => {
    asked.push(outputIds);
    return Promise.resolve(
      outputIds.map((id) => aCeltraOutput(id, { assets: [aCeltraAsset({ url: `${server.origin}/${id}` })] })),
    );
  });
  const studios = studiosWith({ celtra, seal });
  const spool = createSpool(folder(), 'queue', limits);
  const md5 = createHash('md5').update(jpeg).digest('hex');
  const put = async (name: string) => {
    const fileId = spool.fileId([name]);
    await writeFile(await placeIn(spool, TASK_ID, fileId), jpeg);
    const measured = { bytes: jpeg.length, md5, sha256: '', format: 'jpeg', width: 40, height: 30 };
    await spool.addFile(TASK_ID, { queue: 'queue', fileId, outputId: name, ...measured });
    const url = `${server.origin}/${name}`;
    const sealedAddress = sealUploadAddress(seal, TASK_ID, { url, headers: {} });
    return { studio: 'acme', taskId: TASK_ID, fileId, sealedAddress };
  };
  const render = (outputId: string) => ({
    studio: 'acme',
    taskId: TASK_ID,
    output: { outputId, designFileId: 'design-1', contentHash: 'hash-1' },
    asset: { outputId, assetKey: 'image', type: 'image' as const, blobHash: outputId },
    assetFormats: {},
  });
  /** What Celtra has told of addresses at this server. */
  const sealed = (outputId: string, path: string) =>
    sealAddresses(
      seal,
      { taskId: TASK_ID, outputs: [render(outputId).output], assetFormats: {} },
      [{ outputId, assetKey: 'image', type: 'image' }],
      [aCeltraOutput(outputId, { assets: [aCeltraAsset({ url: `${server.origin}/${path}` })] })],
    ).map((one) => one.sealed);
  const supplied = { studio: 'acme', taskId: TASK_ID, expectedKey: 'key', url: `${server.origin}/supplied` };
  const { fetchRenders, fetchSuppliedFile } = createFetchActivities(studios, spool);
  const { uploadFiles } = createSpoolActivities(studios, spool);
  return { server, studios, spool, asked, put, render, sealed, supplied, fetchRenders, fetchSuppliedFile, uploadFiles };
}

type Environment = ReturnType<typeof anActivity>;
type CancelReason = NonNullable<Parameters<Environment['cancel']>[0]>;

/** Cancels once a heartbeat shows what is waited for. */
function cancelWhen(environment: Environment, shows: RegExp, reason: CancelReason = 'CANCELLED'): void {
  environment.on('heartbeat', (details: unknown) => {
    if (shows.test(JSON.stringify(details))) environment.cancel(reason);
  });
}
/** The first file of a batch is done. */
const FIRST_IS_DONE = /"done":\{"0"/;

const left = (): Promise<string[]> => readdir(path.join(folder(), TASK_ID)).catch(() => []);
const refuse = (name: string) => (seen: Seen, response: ServerResponse) =>
  response.writeHead(seen.url === `/${name}` ? 403 : 200).end();

describe('a batch of uploads', () => {
  it('reports for each file when it was stored, and how often that was begun', async () => {
    const { put, uploadFiles } = await stageWith(refuse('none'));
    const files = [await put('a'), await put('b')];
    const heartbeatDetails = { done: {}, inProgress: {}, attempts: { 1: 2 } };
    const receipts = await run(uploadFiles, { files }, anActivity({ heartbeatDetails }));
    expect(receipts.map(({ uploads }) => uploads)).toEqual([1, 3]);
    expect(Math.abs(Date.parse(receipts[0]?.uploadedAt ?? '') - Date.now())).toBeLessThan(60_000);
  });

  it('reports in its failure which files are stored, besides what is wrong with the other', async () => {
    const { put, uploadFiles } = await stageWith(refuse('b'));
    const files = [await put('a'), await put('b'), await put('c')];
    const failure = await failureOf(() => uploadFiles({ files }));
    expect(failure).toMatchObject({ type: 'AddressRefused', nonRetryable: true });
    expect([...uploadReceipts(failure.details?.[1]).keys()]).toEqual([0, 2]);
  });

  it('reports in a cancellation which files are stored', async () => {
    const environment = anActivity();
    const responses = new Map<string, ServerResponse>();
    const { put, uploadFiles, server } = await stageWith((seen, response) => {
      responses.set(seen.url, response);
      if (responses.size === 2) responses.get('/a')?.writeHead(200).end();
    });
    cancelWhen(environment, FIRST_IS_DONE);
    const files = [await put('a'), await put('b')];
    const cancelled = await run(uploadFiles, { files }, environment).catch((error: unknown) => error);
    expect(cancelled).toBeInstanceOf(CancelledFailure);
    expect([...uploadReceipts((cancelled as CancelledFailure).details[0]).keys()]).toEqual([0]);
    expect(server.seen).toHaveLength(2);
  });

  it('does not send again what an attempt before has stored', async () => {
    const { put, uploadFiles, server } = await stageWith(refuse('b'));
    const files = [await put('a'), await put('b')];
    const environment = anActivity();
    const reports = reportsOf(environment);
    await failureOf(() => uploadFiles({ files }), environment);
    await failureOf(() => uploadFiles({ files }), anActivity({ attempt: 1, heartbeatDetails: reports.at(-1) }));
    expect(server.seen.map(({ url }) => url).sort()).toEqual(['/a', '/b', '/b']);
  });
});

describe('a batch of uploads whose worker was killed before it could report', () => {
  it('does not send again what is stored, and says when that was', async () => {
    const { put, uploadFiles, server } = await stageWith(refuse('none'));
    const files = [await put('a')];
    const [first] = await run(uploadFiles, { files });
    const details = { done: {}, inProgress: {}, attempts: { 0: 1 } };
    const again = await run(uploadFiles, { files }, anActivity({ attempt: 2, heartbeatDetails: details }));
    expect([server.seen.length, again]).toEqual([1, [first]]);
  });

  it('sends a file again that is to go to another address', async () => {
    const { put, uploadFiles, server } = await stageWith(refuse('none'));
    await run(uploadFiles, { files: [await put('a')] });
    // The same file, sealed again.
    await run(uploadFiles, { files: [await put('a')] });
    expect(server.seen).toHaveLength(2);
  });

  it('sends a file again when the note of it was cut short', async () => {
    const { put, studios, uploadFiles, server } = await stageWith(refuse('none'));
    const file = await put('a');
    await run(uploadFiles, { files: [file] });
    // Another worker reads it, as after a kill; this one remembers.
    const index = path.join(folder(), TASK_ID, 'files.jsonl');
    await truncate(index, (await readFile(index)).length - 10);
    const { uploadFiles: uploadAfterwards } = createSpoolActivities(studios, createSpool(folder(), 'queue'));
    await run(uploadAfterwards, { files: [file] });
    expect(server.seen).toHaveLength(2);
  });

  it('sends a file again whose bytes are others by now', async () => {
    const { put, spool, uploadFiles, server } = await stageWith(refuse('none'));
    const file = await put('a');
    await run(uploadFiles, { files: [file] });
    const kept = await spool.find(TASK_ID, file.fileId);
    if (kept !== undefined) await spool.addFile(TASK_ID, { ...kept, sha256: 'another' });
    await run(uploadFiles, { files: [file] });
    expect(server.seen).toHaveLength(2);
  });
});

describe('a batch of downloads', () => {
  it('says when each render had come', async () => {
    const { render, fetchRenders } = await stageWith(serveJpeg);
    const [file] = await run(fetchRenders, { files: [render('a')] });
    expect(file).toMatchObject({ downloads: 1, fetchedAt: expect.stringMatching(/^\d{4}-.*Z$/) });
  });

  it.each<[string, CancelReason, number]>([
    ['leaves nothing of a task that is cancelled', 'CANCELLED', 0],
    ['keeps what it has when only its worker is stopped', 'WORKER_SHUTDOWN', 2],
  ])('%s', async (_what, reason, kept) => {
    const environment = anActivity();
    const { render, fetchRenders } = await stageWith((seen, response) => {
      if (seen.url === '/a') serveJpeg(seen, response);
    });
    cancelWhen(environment, FIRST_IS_DONE, reason);
    const running = run(fetchRenders, { files: [render('a'), render('b')] }, environment);
    await expect(running).rejects.toBeInstanceOf(CancelledFailure);
    expect(await left()).toHaveLength(kept);
  });
});

describe('a batch of downloads whose addresses Celtra has told before', () => {
  it('asks Celtra for nothing', async () => {
    const { render, sealed, asked, server, fetchRenders } = await stageWith(serveJpeg);
    await run(fetchRenders, { files: [render('a')], sealedAddresses: sealed('a', 'told') });
    expect([asked, server.seen.map(({ url }) => url)]).toEqual([[], ['/told']]);
  });

  it.each<[string, (response: ServerResponse) => unknown]>([
    ['are refused', (response) => response.writeHead(403).end()],
    ['lead to a page', (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Gone</html>')],
    ['lead to no picture', (response) => response.writeHead(200).end('{"error":"expired"}')],
    ['are answered with 400', (response) => response.writeHead(400).end()],
  ])('asks once for all files when they %s', async (_what, answer) => {
    const { render, sealed, asked, fetchRenders } = await stageWith((seen, response) =>
      seen.url === '/told' ? answer(response) : serveJpeg(seen, response),
    );
    const files = ['a', 'b', 'c'].map(render);
    const sealedAddresses = files.flatMap(({ output }) => sealed(output.outputId, 'told'));
    const fetched = await run(fetchRenders, { files, sealedAddresses });
    expect([fetched.length, asked]).toEqual([3, [['a', 'b', 'c']]]);
  });

  it('asks anew in a second attempt, for the rest of the files only', async () => {
    const { render, sealed, asked, fetchRenders } = await stageWith((seen, response) =>
      seen.url === '/told' ? response.writeHead(503).end() : serveJpeg(seen, response),
    );
    const files = ['a', 'b', 'c'].map(render);
    const sealedAddresses = files.flatMap(({ output }) =>
      sealed(output.outputId, output.outputId === 'a' ? 'a' : 'told'),
    );
    const environment = anActivity();
    const reports = reportsOf(environment);
    expect(await failureOf(() => fetchRenders({ files, sealedAddresses }), environment)).toMatchObject({
      type: 'Transient',
    });
    expect(asked).toEqual([]);
    const second = anActivity({ attempt: 2, heartbeatDetails: reports.at(-1) });
    await run(fetchRenders, { files, sealedAddresses }, second);
    expect(asked).toEqual([['b', 'c']]);
  });
});

describe('the files of all batches together', () => {
  /** Answers no request before `wanted` have arrived; reports how many ran at the same time. */
  function counting(wanted: number) {
    const held: (() => void)[] = [];
    const seen = { most: 0 };
    const answer = (asked: Seen, response: ServerResponse): void => {
      held.push(() => {
        if (asked.method === 'PUT') response.writeHead(200).end();
        else serveJpeg(asked, response);
      });
      seen.most = Math.max(seen.most, held.length);
      // One request too many would arrive within this time.
      if (held.length >= wanted)
        setTimeout(() => {
          held.splice(0).forEach((go) => {
            go();
          });
        }, 50);
    };
    return { answer, seen };
  }
  const two: SpoolLimits = { ...ampleLimits, filesInFlight: 2 };

  it('are downloaded no more at a time than may be', async () => {
    const { answer, seen } = counting(2);
    const { render, fetchRenders } = await stageWith(answer, two);
    const batches = [['a', 'b', 'c'].map(render), ['d', 'e', 'f'].map(render)];
    const fetched = await Promise.all(batches.map((files) => run(fetchRenders, { files })));
    expect([fetched.flat().length, seen.most]).toEqual([6, 2]);
  });

  it('are uploaded no more at a time than may be', async () => {
    const { answer, seen } = counting(2);
    const { put, uploadFiles } = await stageWith(answer, two);
    const files = await Promise.all(['a', 'b', 'c', 'd'].map(put));
    await Promise.all([files.slice(0, 2), files.slice(2)].map((batch) => run(uploadFiles, { files: batch })));
    expect(seen.most).toBe(2);
  });

  it('do not begin any more once another of their batch has failed', async () => {
    const refuseAll = (_seen: Seen, response: ServerResponse) => response.writeHead(403).end();
    const { put, uploadFiles, server } = await stageWith(refuseAll, { ...ampleLimits, filesInFlight: 1 });
    const files = [await put('a'), await put('b')];
    const failure = await failureOf(() => uploadFiles({ files }));
    expect(failure).toMatchObject({ type: 'AddressRefused' });
    expect(server.seen).toHaveLength(1);
  });

  it('show that they wait for a permit, are not counted as begun meanwhile, and can be cancelled', async () => {
    const environment = anActivity();
    const reports = reportsOf(environment);
    const { render, fetchRenders, spool, server } = await stageWith(serveJpeg, { ...ampleLimits, filesInFlight: 1 });
    let end = (): void => undefined;
    const other = spool.permits.downloads.withPermits(1, anActivity().context.cancellationSignal, () => {
      return new Promise<void>((resolve) => (end = resolve));
    });
    cancelWhen(environment, /waiting for its turn/);
    const waiting = run(fetchRenders, { files: [render('a')] }, environment);
    await expect(waiting).rejects.toBeInstanceOf(CancelledFailure);
    expect(reports).toContainEqual({ done: {}, inProgress: { 0: { phase: 'waiting for its turn' } }, attempts: {} });
    expect(server.seen).toEqual([]);
    end();
    await other;
  });
});

describe('a file that a person supplies', () => {
  it('lies in the spool as a render does', async () => {
    const { supplied, fetchSuppliedFile, spool } = await stageWith(serveJpeg);
    const file = await run(fetchSuppliedFile, supplied);
    expect(file).toMatchObject({ outputId: 'supplied', format: 'jpeg', bytes: jpeg.length, downloads: 1 });
    await expect(spool.find(TASK_ID, file.fileId)).resolves.toEqual(file);
  });

  it('waits with a reason while there is no space for it', async () => {
    const { supplied, fetchSuppliedFile } = await stageWith(serveJpeg, { ...ampleLimits, keepFree: 1e18 });
    const failure = await failureOf(() => fetchSuppliedFile(supplied));
    expect(failure).toMatchObject({ type: 'SpoolFull', nonRetryable: false, nextRetryDelay: 30_000 });
    expect(await left()).toEqual([]);
  });

  it('fails with a reason when it is not a picture, and leaves nothing behind', async () => {
    const { supplied, fetchSuppliedFile } = await stageWith((_seen, response) => response.end('a letter'));
    const failure = await failureOf(() => fetchSuppliedFile(supplied));
    expect(failure).toMatchObject({ type: 'NotAPicture', message: expect.stringContaining('Supply another file.') });
    expect(await left()).toEqual([]);
  });
});
