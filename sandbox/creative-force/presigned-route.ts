import { randomBytes, randomUUID } from 'node:crypto';
import picomatch from 'picomatch';
import { z } from 'zod';
import type { Studio } from '../day/model';
import { contentTypeOf } from '../object-store/content-types';
import { uploadHeaders } from '../object-store/upload-headers';
import type { Upload, World } from '../world';
import { refuseParse } from './error-responses';
import type { Gateway } from './gateway';
import { readMd5 } from './md5-format';

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

/** `POST /assets/get-presigned-url`: presigned uploads; an invalid file is reported inside a 200 response. */
export function registerPresignedRoute(gateway: Gateway, world: World): void {
  gateway.route('POST', '/assets/get-presigned-url', 'getPresignedUrl', ({ request, reply, studio }) => {
    const body = requestBody.safeParse(request.body);
    if (!body.success) return refuseParse(reply, body.error);
    const { clientId, physicalFileTypeId, files } = body.data;
    const answers: Record<string, unknown>[] = [];
    const errorFiles: Record<string, unknown>[] = [];
    for (const file of files) {
      const errorCode = faultOf(world, file, clientId, physicalFileTypeId, studio) ?? forcedErrorCode(world, file);
      if (errorCode !== undefined || typeof physicalFileTypeId !== 'number') {
        errorFiles.push({
          localId: file.localId ?? null,
          assetId: null,
          errorCode: world.settings.creativeForce.errorCodeAs === 'text' ? String(errorCode) : errorCode,
          fileName: file.fileName ?? null,
        });
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
    return reply.send({ headers: uploadHeaders(world), files: answers, errorFiles });
  });
}

/** The error codes of docs/reference/creative-force.md#presigned-uploads. */
function faultOf(
  world: World,
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
  const { md5Format, md5Required } = world.settings.creativeForce;
  if (isBlank(file.fileMd5)) return md5Required ? 3 : undefined;
  return readMd5(file.fileMd5 ?? '', md5Format) === undefined ? 3 : undefined;
}

/** The error code of a valid file that a setting rejects. */
function forcedErrorCode(world: World, { fileName }: RequestedFile): number | undefined {
  const { creativeForce } = world.settings;
  if (creativeForce.errorFilesFirst > 0) {
    creativeForce.errorFilesFirst -= 1;
    return creativeForce.errorFileCode;
  }
  return picomatch.isMatch(fileName ?? '', creativeForce.errorFileNames) ? creativeForce.errorFileCode : undefined;
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
    md5: readMd5(file.fileMd5 ?? '', world.settings.creativeForce.md5Format) ?? '',
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
    'X-Amz-SignedHeaders': ['content-length', 'content-type', 'host', ...Object.keys(uploadHeaders(world))].join(';'),
    'X-Amz-Signature': upload.signature,
  });
  return `${world.addresses.store}/t/${upload.assetId}/${encodeURIComponent(upload.fileName)}?${query.toString()}`;
}
