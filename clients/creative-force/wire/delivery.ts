import { z } from 'zod';

import type { SubmittedAsset } from '../../../domain/delivery/verdict';
import { withCamelCaseKeys } from '../../camel-case-keys';
import { mergeHeaders } from '../../http/headers';
import { toList } from '../../lists';
import { httpUrl, id, optionalList, ownProperty, required, requiredId, text } from '../../wire-values';
import { isRecord } from '../../record';
import { withSynonyms } from './fields';

/** Ways to write an MD5; which one Creative Force checks is not known (docs/reference/creative-force.md#md5). */
export type Md5Format = 'guid' | 'guid-dotnet' | 'hex' | 'base64';

/** Writes a hex MD5 in the format asked for. GUIDs are upper-case, as in the samples. */
export function encodeMd5(hex: string, format: Md5Format): string {
  const lower = hex.toLowerCase();
  if (!/^[0-9a-f]{32}$/.test(lower)) throw new TypeError('An MD5 is 32 hex digits.');
  switch (format) {
    case 'hex':
      return lower;
    case 'base64':
      return Buffer.from(lower, 'hex').toString('base64');
    case 'guid':
      return formatGuid(lower);
    case 'guid-dotnet': {
      // .NET writes the first three groups of a GUID's bytes in little-endian order.
      const bytes = Buffer.from(lower, 'hex');
      bytes.subarray(0, 4).reverse();
      bytes.subarray(4, 6).reverse();
      bytes.subarray(6, 8).reverse();
      return formatGuid(bytes.toString('hex'));
    }
  }
}

function formatGuid(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5').toUpperCase();
}

export interface UploadAddressRequest {
  readonly workspaceId: string;
  /** `md5` is hex; `localId` pairs request and answer, so it must be unique. */
  readonly files: readonly {
    readonly localId: string;
    readonly fileName: string;
    readonly bytes: number;
    readonly md5: string;
  }[];
}

export interface UploadEncoding {
  /** Default 2, "image asset upload" (docs/reference/creative-force.md#file-type). */
  readonly physicalFileTypeId?: number | undefined;
  /** Default `guid` (docs/reference/creative-force.md#md5). */
  readonly md5Format?: Md5Format | undefined;
}

/** Where one file may be put. The address is signed, so it is a secret. */
export interface UploadAddress {
  readonly localId: string;
  readonly url: string;
  /** Every header that must go with the PUT, `Content-Type` among them. */
  readonly headers: Record<string, string>;
  readonly assetId: string;
}

export interface UploadRefusal {
  readonly localId: string;
  readonly code: string;
  readonly message: string;
}

export interface UploadAddresses {
  readonly addresses: UploadAddress[];
  readonly refused: UploadRefusal[];
}

/** Why a file got no upload address (docs/reference/creative-force.md#presigned-uploads). */
const uploadErrorMessages: Readonly<Record<string, string>> = {
  1: 'its file name is missing',
  3: 'its MD5 is missing',
  11: 'its local id is missing',
  12: 'its length is missing',
  13: 'the physical file type is missing or unknown',
  14: 'the workspace is missing, unknown, disabled or deleted',
};

/** The request body (docs/reference/creative-force.md#presigned-uploads). */
export function encodeUploadRequest(
  request: UploadAddressRequest,
  { physicalFileTypeId = 2, md5Format = 'guid' }: UploadEncoding,
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

const stringOrNumber = z.union([z.string(), z.number()]).transform(String);

/** A list of names and values, or an object whose values are texts or lists of them, as an object of texts. */
const headersSchema = z.preprocess(
  (value) => {
    const entries = Array.isArray(value)
      ? value
          .map(withCamelCaseKeys)
          .map((header): [unknown, unknown] =>
            isRecord(header) ? [header['name'] ?? header['key'], header['value']] : [undefined, header],
          )
      : isRecord(value)
        ? Object.entries(value)
        : undefined;
    if (entries === undefined) return value ?? {};
    const known = entries.filter(([, text]) => text !== null && text !== undefined);
    return Object.fromEntries<unknown>(
      known.map(([name, text]) => [typeof name === 'string' ? name : '', Array.isArray(text) ? text.join(', ') : text]),
    );
  },
  z.record(z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/), stringOrNumber),
);

/** Other names of the fields of an answer (docs/reference/assumptions.md#upload-addresses). */
const fileNames = {
  tempAssetId: ['assetId'],
  presignedUrl: ['preSignedUrl', 'signedUrl', 'uploadUrl', 'putUrl', 'url'],
  errorCode: ['systemErrorCode', 'code'],
  message: ['errorMessage', 'reason', 'error'],
} as const;

const fileFields = { localId: stringOrNumber.nullish(), fileName: text };

const responseSchema = z.preprocess(
  sortFiles,
  z.object({
    headers: headersSchema,
    files: optionalList(
      z.object({
        ...fileFields,
        contentType: text,
        tempAssetId: requiredId,
        presignedUrl: required(httpUrl, 'an http address'),
        headers: headersSchema,
      }),
    ),
    errorFiles: optionalList(z.object({ ...fileFields, errorCode: id, message: text.catch(undefined) })),
  }),
);

/** An answer with its files under the documented names; one that has an error in place of an address is among the errors. */
function sortFiles(answer: unknown): unknown {
  const body = withHeaders(Array.isArray(answer) ? { files: answer as unknown[] } : answer);
  if (!isRecord(body)) return body;
  const [given, errors] = [body['files'], body['errorFiles']].map((list) => toList(list ?? []));
  if (!Array.isArray(given) || !Array.isArray(errors)) return body;
  const files = given.map((file) => withoutForm(withHeaders(withSynonyms(file, fileNames))));
  const isAsDocumented = files.every((file, at) => file === given[at] && !isRefused(file));
  const named = errors.map((file) => withSynonyms(file, fileNames));
  if (isAsDocumented && named.every((file, at) => file === errors[at])) return body;
  return {
    ...body,
    files: files.filter((file) => !isRefused(file)),
    errorFiles: [...named, ...files.filter(isRefused)],
  };
}

/** A form to post, which the guide does not have, is refused in words and not sent as a PUT. */
function withoutForm(file: unknown): unknown {
  if (!isRecord(file)) return file;
  const { presignedUrl: _, ...others } = file;
  const method = file['method'] ?? file['httpMethod'];
  const isPut = typeof method !== 'string' || method.trim().toUpperCase() === 'PUT';
  const isForm = isRecord(file['fields']) && Object.keys(file['fields']).length > 0;
  if (isPut && !isForm) return file;
  return {
    ...others,
    errorCode: 'POST',
    message: 'it has to be posted as a form, and extpost only sends files by PUT',
  };
}

/** Headers under another name, such as `requiredHeaders`. */
function withHeaders(file: unknown): unknown {
  if (!isRecord(file) || Object.hasOwn(file, 'headers')) return file;
  const name = Object.keys(file).find((key) => key.endsWith('Headers'));
  return name === undefined ? file : { ...file, headers: file[name] };
}

function isRefused(file: unknown): boolean {
  return (
    isRecord(file) && !isPresent(file['presignedUrl']) && (isPresent(file['errorCode']) || isPresent(file['message']))
  );
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

/** Reads the answer; every file asked for must come back exactly once, with an address or with a reason. */
export function uploadAddressesSchema(files: UploadAddressRequest['files']) {
  const localIds = files.map(({ localId }) => localId);
  /** The file that a part of the answer is about; where it does not repeat our id, the only one of its name. */
  const requested = <File extends { localId?: string | null | undefined; fileName?: string | undefined }>(
    file: File,
  ) => {
    const named = files.filter(({ fileName }) => fileName === file.fileName);
    const localId = file.localId ?? (named.length === 1 ? named[0]?.localId : undefined);
    return localId !== undefined && localIds.includes(localId) ? [{ ...file, localId }] : [];
  };
  return responseSchema.transform((wire, context): UploadAddresses => {
    const addresses = wire.files.flatMap(requested).map((file) => ({
      localId: file.localId,
      url: file.presignedUrl,
      // The file's own type replaces one that the shared headers may carry.
      headers: mergeHeaders(
        wire.headers,
        file.headers,
        file.contentType === undefined ? {} : { 'Content-Type': file.contentType },
      ),
      assetId: file.tempAssetId,
    }));
    const refused = wire.errorFiles.flatMap(requested).map(({ localId, errorCode, message }) => ({
      localId,
      code: errorCode ?? 'none',
      message:
        ownProperty(uploadErrorMessages, errorCode ?? '') ??
        message ??
        `Creative Force gave the reason ${errorCode ?? '(none)'}, which is not known`,
    }));
    for (const localId of localIds) {
      const count = [...addresses, ...refused].filter((file) => file.localId === localId).length;
      const message = `expected one answer for the file with localId ${localId}, found ${count}`;
      if (count !== 1) context.addIssue({ code: 'custom', path: ['files'], message });
    }
    return { addresses, refused };
  });
}

/** The request body (docs/reference/assumptions.md#submit). */
export function encodeSubmission(assets: readonly SubmittedAsset[]): unknown {
  return {
    assets: assets.map(({ shotId, specId, variant, assetId }) => ({
      assetLifeCycleId: shotId,
      specId,
      variant,
      assetId,
    })),
  };
}
