import { createWriteStream } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import multipart, { type MultipartFile } from '@fastify/multipart';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { storeFile, StoreError, streamToFile } from '../../clients';
import { uploadedFileKey } from '../../domain/delivery/uploaded-file';
import { pixelsText } from '../../domain/shared/text';
import { taskAddress } from '../../domain/task/board-address';
import type { OutputSpec } from '../../domain/task/task';
import { safeName } from '../../domain/shared/safe-name';
import { taskWorkflowId } from '../../domain/task/workflow-id';
import { countByKey, describeTask, statusIfAnswered, updateAction } from '../../starters';
import { deliverFileUpdate } from '../../workflows/external-post-task/messages/messages';
import type { BoardOptions } from '../board-options';
import { notFound } from '../not-found';
import { checkToken } from '../login/protection';
import { answer, operatorRequest, type TaskRoute, textOf, typedFields } from './action-pages';
import { uploadAddress } from './actions-view';
import { isPictureOrFilm, KIND_BYTES } from './file-kind';

const WAIT_MS = 4_000;
/** Uploads at a time: each takes room on the disk until it is stored. One person leaves places to others. */
const AT_A_TIME = 4;
const AT_A_TIME_EACH = 2;

type UploadRoute = TaskRoute & { Querystring: Readonly<Record<string, unknown>> };
type Outcome = { readonly path: string; readonly name: string } | { readonly refusal: string };

/**
 * `/tasks/<studio>/<task>/actions/deliver-file`: a form for a file of one's own, and its upload. The file goes into the storage, and the task gets
 * its key; a worker fetches and checks it as it does a creative.
 */
export async function registerUpload(server: FastifyInstance, options: BoardOptions): Promise<void> {
  const { config, temporal, uploads, logger } = options;
  const maxBytes = Math.min(config.board.maxUploadBytes, config.worker.spool.maxBytes);
  const address = '/tasks/:studio/:taskId/actions/deliver-file';
  const running = countByKey();

  await server.register(async (scope) => {
    await scope.register(multipart, {
      limits: { fileSize: maxBytes, files: 1, fields: 10, fieldSize: 10_000, headerPairs: 50, parts: 12 },
      throwFileSizeLimit: false,
    });

    scope.get<UploadRoute>(address, async (request, reply) => {
      const task = await describeTask(temporal.client, taskWorkflowId(request.params));
      const expected = textOf(request.query['expected']);
      if (task === undefined || expected === undefined) return notFound(reply);
      const status = await statusIfAnswered(temporal.client, { workflowId: taskWorkflowId(task) });
      const output = status?.outputs?.find(({ expectedKey }) => expectedKey === expected);
      return reply.page('upload', {
        nav: 'tasks',
        title: `Upload a file for ${output?.label ?? expected}`,
        taskTitle: task.title ?? task.product ?? task.taskId,
        address: taskAddress(task),
        expected,
        wanted: wantedText(output?.spec),
        revision: status?.revision ?? '',
        megabytes: Math.floor(maxBytes / 1_000_000),
      });
    });

    scope.post<UploadRoute>(address, { config: { checksToken: true } }, async (request, reply) => {
      const person = `person ${request.viewer.name}`;
      // Both are counted before anything is awaited, so that not even requests of the same moment are too many.
      const [all, theirs] = [running.add('all'), running.add(person)];
      try {
        const isTooMany = all > AT_A_TIME || theirs > AT_A_TIME_EACH;
        return await (isTooMany ? refuseForNow(request, reply) : takeFor(request, reply));
      } finally {
        running.remove('all');
        running.remove(person);
      }
    });
  });

  function refuseForNow({ params }: FastifyRequest<UploadRoute>, reply: FastifyReply): FastifyReply {
    return answer(reply, params, refused('other uploads are in progress. Try again in a minute.'));
  }

  async function takeFor(request: FastifyRequest<UploadRoute>, reply: FastifyReply): Promise<FastifyReply> {
    if ((await describeTask(temporal.client, taskWorkflowId(request.params))) === undefined) return notFound(reply);
    const folder = await mkdtemp(path.join(tmpdir(), 'extpost-upload-'));
    try {
      return await take(request, reply, folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async function take(
    request: FastifyRequest<UploadRoute>,
    reply: FastifyReply,
    folder: string,
  ): Promise<FastifyReply> {
    const fields: Record<string, unknown> = {};
    let received: Outcome | undefined;
    for await (const part of request.parts()) {
      if (part.type === 'field') fields[part.fieldname] = part.value;
      else {
        // The form sends its token before the file, so that nothing is taken from another site.
        request.body = fields;
        await checkToken(server, request);
        received = await receive(part, folder);
      }
    }
    const { params } = request;
    const expected = textOf(fields['expected']);
    if (expected === undefined) return answer(reply, params, refused('the form did not say for which output.'));
    const back = { typed: typedFields(fields), formAddress: uploadAddress(params, expected) };
    const refuse = (why: string): FastifyReply => answer(reply, params, refused(why), back);
    if (received === undefined) return refuse('the form had no file in it.');
    if ('refusal' in received) return refuse(received.refusal);
    const stored = await store(params, received);
    if ('refusal' in stored) return refuse(stored.refusal);
    const update = { ...operatorRequest(request.viewer, fields), expected, stored };
    const send = updateAction(deliverFileUpdate, update, { wait: WAIT_MS });
    const result = await send(temporal.client, { workflowId: taskWorkflowId(params) });
    const { studio, taskId } = params;
    logger.info(
      { studio, taskId, action: 'deliver file', viewer: request.viewer.name, bytes: stored.bytes },
      'action on the board',
    );
    return answer(reply, params, result, back);
  }

  async function store(task: TaskRoute['Params'], file: { readonly path: string; readonly name: string }) {
    try {
      const keyOf = (sha256: string): string => uploadedFileKey(task, sha256);
      return { ...(await storeFile(uploads, { path: file.path, keyOf, maxBytes })), name: file.name };
    } catch (error) {
      if (error instanceof StoreError) return { refusal: error.message };
      throw error;
    }
  }

  async function receive(part: MultipartFile, folder: string): Promise<Outcome> {
    const name = safeName(part.filename);
    const file = path.join(folder, 'file');
    await streamToFile(part.file, createWriteStream(file, { mode: 0o600 }));
    if (part.file.truncated) return { refusal: `${name} has more than ${maxBytes} bytes (board.maxUploadBytes).` };
    if (!isPictureOrFilm(await beginningOf(file))) {
      return {
        refusal: `${name} is neither a picture nor a film by its content. Choose a JPEG, PNG, TIFF, WebP, GIF, Photoshop or film file.`,
      };
    }
    return { path: file, name };
  }
}

function refused(why: string): { readonly text: string; readonly hasTakenEffect: boolean } {
  return { text: `not done: ${why}`, hasTakenEffect: false };
}

async function beginningOf(file: string): Promise<Uint8Array> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(KIND_BYTES), 0, KIND_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

function wantedText(spec: OutputSpec | undefined): string {
  return [pixelsText(spec), spec?.extension].filter(Boolean).join(', ');
}
