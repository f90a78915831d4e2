import { randomBytes, randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Studio } from '../day/model';
import { contentTypeOf } from '../object-store/content-types';
import { uploadHeaders } from '../object-store/upload-headers';
import type { Upload, World } from '../world';
import { refuseParse } from './answers';
import type { Gateway } from './gateway';

const requestedFile = z.object({
  fileName: z.string().nullish(),
  localId: z.string().nullish(),
  fileLength: z.number().int().nullish(),
  fileMd5: z.string().nullish(),
});
const requestBody = z.object({
  clientId: z.string().nullish(),
  physicalFileTypeId: z.number().int().nullish(),
  files: z.array(requestedFile),
});
type RequestedFile = z.infer<typeof requestedFile>;

/** Only this format is taken: hex split 8-4-4-4-12, in any case (creative-force.md §11.1, inferred). */
const MD5_AS_GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** `POST /assets/get-presigned-url`: promises of places for files; what is wrong with a file comes back inside 200. */
export function registerPresignedRoute(gateway: Gateway, world: World): void {
  gateway.route('POST', '/assets/get-presigned-url', 'getPresignedUrl', ({ request, reply, studio }) => {
    const body = requestBody.safeParse(request.body);
    if (!body.success) return refuseParse(reply, body.error);
    const { clientId, physicalFileTypeId, files } = body.data;
    const answers: Record<string, unknown>[] = [];
    const errorFiles: Record<string, unknown>[] = [];
    for (const file of files) {
      const errorCode = faultOf(file, clientId, physicalFileTypeId, studio);
      if (errorCode !== undefined || typeof physicalFileTypeId !== 'number') {
        errorFiles.push({ localId: file.localId ?? null, assetId: null, errorCode, fileName: file.fileName ?? null });
        continue;
      }
      const upload = promise(world, studio, file, physicalFileTypeId);
      world.uploads.set(upload.assetId, upload);
      answers.push({
        localId: file.localId,
        contentType: upload.contentType,
        tempFileId: upload.fileId,
        tempAssetId: upload.assetId,
        presignedUrl: addressOf(world, upload),
      });
    }
    return reply.send({ headers: uploadHeaders, files: answers, errorFiles });
  });
}

/** The error codes of creative-force.md §11.1. */
function faultOf(
  file: RequestedFile,
  clientId: string | null | undefined,
  physicalFileTypeId: number | null | undefined,
  studio: Studio,
): number | undefined {
  if (clientId?.toLowerCase() !== studio.workspaceId) return 14;
  if (typeof physicalFileTypeId !== 'number' || physicalFileTypeId < 1 || physicalFileTypeId > 10) return 13;
  if (isBlank(file.fileName)) return 1;
  if (isBlank(file.localId)) return 11;
  if (typeof file.fileLength !== 'number' || file.fileLength <= 0) return 12;
  if (!MD5_AS_GUID.test(file.fileMd5 ?? '')) return 3;
  return undefined;
}

function isBlank(text: string | null | undefined): boolean {
  return (text ?? '').trim() === '';
}

function promise(world: World, studio: Studio, file: RequestedFile, physicalFileTypeId: number): Upload {
  const fileName = file.fileName ?? '';
  return {
    assetId: randomUUID(),
    fileId: randomUUID(),
    studio,
    fileName,
    fileLength: file.fileLength ?? 0,
    md5: (file.fileMd5 ?? '').replaceAll('-', '').toLowerCase(),
    contentType: contentTypeOf(fileName),
    physicalFileTypeId,
    signature: randomBytes(32).toString('hex'),
    expiresAt: world.now() + world.settings.creativeForce.presignedLifetimeMs,
    stored: undefined,
    usedBy: undefined,
  };
}

function addressOf(world: World, upload: Upload): string {
  const query = new URLSearchParams({
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Expires': String(Math.ceil(world.settings.creativeForce.presignedLifetimeMs / 1000)),
    'X-Amz-SignedHeaders': ['content-length', 'content-type', 'host', ...Object.keys(uploadHeaders)].join(';'),
    'X-Amz-Signature': upload.signature,
  });
  return `${world.addresses.store}/t/${upload.assetId}/${encodeURIComponent(upload.fileName)}?${query.toString()}`;
}
