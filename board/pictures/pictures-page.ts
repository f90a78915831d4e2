import type { FastifyInstance, FastifyReply } from 'fastify';

import { coverOf, parseKeptPictureKey, PICTURE_CONTENT_TYPE } from '../../domain/delivery/kept-picture';
import { storedFolder } from '../../domain/task/stored-folder';
import type { BoardOptions } from '../board-options';
import { notFound } from '../not-found';
import type { TaskParams } from '../task/task-page';

const A_YEAR = 'private, max-age=31536000, immutable';
/** A task's first pictures come soon after it has begun. */
const A_MINUTE = 'private, max-age=60';
const NO_PICTURE = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 76 76"><path d="M20 26h36v26H20zM20 46l10-9 9 8 7-6 10 9" fill="none" stroke="#8b8d98" stroke-width="2"/></svg>`;

/** Serves the pictures that workers have kept. The board reads no other file. */
export function registerPictures(server: FastifyInstance, { pictures }: Pick<BoardOptions, 'pictures'>): void {
  server.get<{ Params: TaskParams }>('/pictures/:studio/:taskId/cover', async (request, reply) => {
    const kept = await pictures.list(request.params);
    const cover = coverOf(kept);
    const content = cover === undefined ? undefined : await pictures.read(cover.key);
    if (content === undefined) return send(reply, 'image/svg+xml', A_MINUTE, Buffer.from(NO_PICTURE));
    return send(reply, PICTURE_CONTENT_TYPE, A_MINUTE, content);
  });

  server.get<{ Params: TaskParams & { name: string } }>('/pictures/:studio/:taskId/:name', async (request, reply) => {
    // The name of a kept picture has one form, so nothing else of the storage can be asked for.
    const picture = parseKeptPictureKey(`${storedFolder(request.params)}${request.params.name}`);
    const content = picture === undefined ? undefined : await pictures.read(picture.key);
    if (content === undefined) return notFound(reply);
    // The creative of an output may be rendered again.
    const isForEver = picture?.kind !== 'creative';
    return send(reply, PICTURE_CONTENT_TYPE, isForEver ? A_YEAR : A_MINUTE, content);
  });
}

function send(reply: FastifyReply, contentType: string, cacheControl: string, content: Uint8Array): FastifyReply {
  return reply
    .type(contentType)
    .header('cache-control', cacheControl)
    .header('content-security-policy', "default-src 'none'; sandbox")
    .send(Buffer.from(content));
}
