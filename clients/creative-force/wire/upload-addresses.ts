import { z } from 'zod';

import { ownProperty } from '../../own-property';
import { id, optionalList, optionalObject, requiredId, text } from '../../wire-values';
import { uploadErrorMessages } from './error-codes';
import { encodeMd5, type Md5Format } from './md5';

export interface UploadRequest {
  readonly workspaceId: string;
  /** `md5` is hex; `localId` pairs request and answer, so it must be unique. */
  readonly files: readonly {
    readonly localId: string;
    readonly fileName: string;
    readonly bytes: number;
    readonly md5: string;
  }[];
}

/** Where one file may be put. The address carries a signature: it is a secret. */
export interface UploadAddress {
  readonly localId: string;
  readonly url: string;
  /** Every header that must go with the PUT, `Content-Type` among them. */
  readonly headers: Record<string, string>;
  /** The id under which the file is submitted. */
  readonly assetId: string;
}

/** A file that got no address; `message` is the code in words. */
export interface UploadRefusal {
  readonly localId: string;
  readonly code: string;
  readonly message: string;
}

export interface UploadAddresses {
  readonly addresses: UploadAddress[];
  readonly refused: UploadRefusal[];
}

/** The request body (docs/reference/creative-force.md#presigned-uploads). */
export function encodeUploadRequest(
  request: UploadRequest,
  { physicalFileTypeId, md5Format }: { physicalFileTypeId: number; md5Format: Md5Format },
): unknown {
  return {
    clientId: request.workspaceId,
    physicalFileTypeId,
    files: request.files.map(({ localId, fileName, bytes, md5 }) => ({
      fileName,
      localId,
      fileLength: bytes,
      fileMd5: encodeMd5(md5, md5Format),
    })),
  };
}

const localId = z.union([z.string(), z.number()]).transform(String);
const headerValue = z.union([z.string(), z.number()]).transform(String);

const answerSchema = z.object({
  headers: z.preprocess((value) => value ?? {}, z.record(z.string(), headerValue)),
  files: optionalList(
    z.object({
      localId,
      contentType: text,
      tempAssetId: requiredId,
      presignedUrl: z.string().refine((address) => /^https?:\/\//i.test(address) && URL.canParse(address), {
        message: 'expected an http address',
      }),
      headers: optionalObject(z.record(z.string(), headerValue)),
    }),
  ),
  errorFiles: optionalList(z.object({ localId, errorCode: id, message: text })),
});

/** Reads the answer; every file asked for must come back exactly once, with an address or with a reason. */
export function uploadAddressesSchema(asked: readonly string[]) {
  return answerSchema.transform((wire, context): UploadAddresses => {
    const wanted = new Set(asked);
    const addresses = wire.files
      .filter((file) => wanted.has(file.localId))
      .map((file) => ({
        localId: file.localId,
        url: file.presignedUrl,
        headers: withContentType({ ...wire.headers, ...file.headers }, file.contentType),
        assetId: file.tempAssetId,
      }));
    const refused = wire.errorFiles
      .filter((file) => wanted.has(file.localId))
      .map(({ localId: of, errorCode, message }) => {
        const words = errorCode === undefined ? undefined : ownProperty(uploadErrorMessages, errorCode);
        return {
          localId: of,
          code: errorCode ?? 'none',
          message: words ?? message ?? `Creative Force gave the reason ${errorCode ?? '(none)'}, which is not known`,
        };
      });
    for (const file of asked) {
      const answers = [...addresses, ...refused].filter((answer) => answer.localId === file).length;
      if (answers === 1) continue;
      const message = `expected one answer for the file with localId ${file}, found ${answers}`;
      context.addIssue({ code: 'custom', path: ['files'], message });
    }
    return { addresses, refused };
  });
}

/** The file's own type replaces one that the shared headers may carry, in whatever letter case. */
function withContentType(headers: Record<string, string>, contentType: string | undefined): Record<string, string> {
  if (contentType === undefined) return headers;
  const others = Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'content-type');
  return { ...Object.fromEntries(others), 'Content-Type': contentType };
}
