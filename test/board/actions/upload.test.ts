import type { FastifyInstance } from 'fastify';
import { WorkflowNotFoundError } from '@temporalio/common';

import { isPictureOrFilm } from '../../../board/actions/file-kind';
import { createBoard } from '../../../board/server';
import { boardOptions } from '../board-harness';
import { tokenOf, visit, type Visitor } from '../visitor';

const TASK = '0a1b2c3d-0000-4000-8000-000000000001';
const ADDRESS = `/tasks/acme/${TASK}/actions/deliver-file`;
const jpeg = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(2_000, 7)]);

/** A board whose Temporal knows one task, which takes every update; what is stored and sent is kept. */
async function open({ knowsTask = true, beforeStored = Promise.resolve() } = {}) {
  const stored = Object.assign(new Map<string, number>(), { puts: 0 });
  const sent: unknown[] = [];
  const run = {
    workflowId: `extpost/acme/${TASK}`,
    runId: 'run',
    startTime: new Date(),
    status: { name: 'RUNNING' },
    typedSearchAttributes: { get: () => undefined },
  };
  const status = { stage: 'Deliver', round: 0, sentence: '', expected: 1, delivered: 0, revision: 3 };
  const handle = {
    describe: () =>
      knowsTask ? Promise.resolve(run) : Promise.reject(new WorkflowNotFoundError('none', run.workflowId, undefined)),
    query: () => Promise.resolve(status),
    executeUpdate: (_update: unknown, { args }: { args: readonly unknown[] }) => {
      sent.push(args[0]);
      return Promise.resolve('Front gets a file.');
    },
  };
  const client = {
    workflow: { getHandle: () => handle },
    withDeadline: (_at: number, work: () => Promise<unknown>) => work(),
    options: { namespace: 'default' },
  };
  const board = await createBoard({
    ...boardOptions({ maxUploadBytes: 10_000 }, { client: client as never }),
    uploads: {
      place: 'memory',
      put: async (key, content) => {
        stored.puts += 1;
        await beforeStored;
        const bytes =
          'stream' in (content as object) ? await sizeOf((content as { stream: AsyncIterable<Buffer> }).stream) : 0;
        stored.set(key, bytes);
      },
    },
  });
  return { board, visitor: visit(board), stored, sent };
}

async function sizeOf(stream: AsyncIterable<Buffer>): Promise<number> {
  let size = 0;
  for await (const chunk of stream) size += chunk.length;
  return size;
}

interface Form {
  readonly token?: string;
  readonly file?: Buffer;
  readonly name?: string;
}

/** Sends the form as a browser does. */
async function upload(board: FastifyInstance, visitor: Visitor, { token, file = jpeg, name = 'front.jpg' }: Form) {
  const form = new FormData();
  if (token !== undefined) form.set('_csrf', token);
  form.set('revision', '3');
  form.set('expected', 'front/feed');
  form.set('reason', 'retouched');
  form.set('file', new Blob([new Uint8Array(file)]), name);
  const encoded = new Response(form);
  return board.inject({
    method: 'POST',
    url: ADDRESS,
    headers: {
      host: '127.0.0.1:8180',
      origin: 'http://127.0.0.1:8180',
      cookie: [...visitor.cookies].map(([key, value]) => `${key}=${value}`).join('; '),
      'content-type': encoded.headers.get('content-type') ?? '',
    },
    payload: Buffer.from(await encoded.arrayBuffer()),
  });
}

describe('a file that somebody uploads', () => {
  it('goes into the storage, and the task is told its hash, who and why', async () => {
    const { board, visitor, stored, sent } = await open();
    const token = tokenOf(await visitor.get(`${ADDRESS}?expected=front%2Ffeed`));
    const answer = await upload(board, visitor, { token });
    expect([answer.statusCode, answer.headers.location]).toEqual([303, `/tasks/acme/${TASK}`]);
    const [key = ''] = stored.keys();
    expect([key.split('/').slice(0, 2), stored.get(key)]).toEqual([['acme', TASK], jpeg.length]);
    expect(sent).toEqual([
      {
        by: 'ann@studio.example',
        identity: { name: 'ann@studio.example', from: 'log-in' },
        reason: 'retouched',
        expectedRevision: 3,
        expected: 'front/feed',
        stored: { sha256: key.split('/')[2], bytes: jpeg.length, name: 'front.jpg' },
      },
    ]);
  });

  it('is refused while its sender has two others under way, also when all are sent at the same moment', async () => {
    let release = (): void => undefined;
    const isReleased = new Promise<void>((resolve) => (release = resolve));
    const { board, visitor, stored } = await open({ beforeStored: isReleased });
    const token = tokenOf(await visitor.get(`${ADDRESS}?expected=front`));
    let answered = 0;
    const all = Array.from({ length: 6 }, async () => {
      const { headers } = await upload(board, visitor, { token });
      answered += 1;
      if (answered === 4) release();
      return headers.location;
    });
    expect(await Promise.all(all)).toEqual(all.map(() => `/tasks/acme/${TASK}`));
    // Four were answered before anything could be stored.
    expect(stored.puts).toBe(2);
  });

  it.each([
    ['has no token', {}],
    ['has another token', { token: 'guess' }],
  ])('is not taken when its form %s', async (_what, form) => {
    const { board, visitor, stored, sent } = await open();
    await visitor.get(`${ADDRESS}?expected=front`);
    expect((await upload(board, visitor, form)).statusCode).toBe(403);
    expect([stored.size, sent]).toEqual([0, []]);
  });

  it.each([
    ['is larger than allowed', { file: Buffer.concat([jpeg, Buffer.alloc(10_000)]) }, 'has more than 10000 bytes'],
    [
      'is a page that is called a picture',
      { file: Buffer.from('<!doctype html><script>') },
      'neither a picture nor a film',
    ],
    ['is empty', { file: Buffer.alloc(0) }, 'neither a picture nor a film'],
  ])('is refused in words when it %s', async (_what, form, words) => {
    const { board, visitor, stored, sent } = await open();
    const token = tokenOf(await visitor.get(`${ADDRESS}?expected=front`));
    await upload(board, visitor, { ...form, token });
    expect((await visitor.get(`${ADDRESS}?expected=front`)).body).toContain(words);
    expect([stored.size, sent]).toEqual([0, []]);
  });

  it('is not taken for a task that does not exist', async () => {
    const { board, visitor } = await open({ knowsTask: false });
    const token = tokenOf(await visitor.get('/nothing'));
    expect((await upload(board, visitor, { token })).statusCode).toBe(404);
  });
});

describe('a file by its first bytes', () => {
  it.each<[string, readonly number[] | string]>([
    ['JPEG', [0xff, 0xd8, 0xff, 0xe1]],
    ['PNG', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
    ['GIF', 'GIF89a'],
    ['TIFF', [0x49, 0x49, 0x2a, 0x00]],
    ['BigTIFF', [0x4d, 0x4d, 0x00, 0x2b]],
    ['WebP', 'RIFF\x01\x02\x03\x04WEBP'],
    ['Photoshop', '8BPS'],
    ['MP4', '\x00\x00\x00\x20ftypisom'],
    ['HEIF', '\x00\x00\x00\x20ftypheic'],
    ['QuickTime of old, without a type', '\x00\x00\x00\x08wide\x00\x00\x00\x00mdat'],
    ['WebM', [0x1a, 0x45, 0xdf, 0xa3]],
  ])('may be %s', (_what, bytes) => {
    expect(isPictureOrFilm(Buffer.from(bytes as string, 'latin1'))).toBe(true);
  });

  it.each<[string, readonly number[] | string]>([
    ['a drawing', '<svg xmlns='],
    ['an archive', 'PK\x03\x04'],
    ['the half of a signature', [0xff, 0xd8]],
    ['nothing', []],
  ])('is not taken when it is %s', (_what, bytes) => {
    expect(isPictureOrFilm(Buffer.from(bytes as string, 'latin1'))).toBe(false);
  });
});
