import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { pipeline } from 'node:stream/promises';

import { looksLikeHtml, parseJson, readBeginning, saysDone, textOfBody } from '../http/body';
import { responseError, type CallContext } from '../http/call-error';
import { parseErrorBody } from '../http/error-body';
import { findRefusal } from '../http/refusal';
import type { RemoteCallError } from '../remote-call-error';
import { transferError, transferErrorKind } from './transfer-error';

/** The answers to a PUT that say that the object is there (RFC 9110 §9.3.4). */
const STORED: ReadonlySet<number> = new Set([200, 201, 204]);

const XML_ERROR = /^\s*(?:<\?xml[^>]*>\s*)?<(?:\w+:)?Error\b/i;

/**
 * Why an answer with a status of success does not prove that the file is stored: another status, a page, an error, or a text
 * that does not say so, without an ETag. A proxy or a sign-in page answers so. `undefined` when it does. Reads the body, and
 * throws what broke it off.
 */
export async function faultOfSuccess(
  context: CallContext,
  response: { statusCode: number; headers: IncomingHttpHeaders; body: AsyncIterable<Buffer> },
  sent: { readonly bytes: number; readonly of: number },
): Promise<RemoteCallError | undefined> {
  const { statusCode: status, headers } = response;
  const { bytes, fault: broken } = await readBeginning(response.body);
  if (broken !== undefined) throw broken;
  const text = textOfBody(bytes, headers['content-encoding']);
  const fault = (what: string, code: string): RemoteCallError =>
    transferError(context, what, { kind: 'transient', status, code, mayHaveActed: true });
  if (looksLikeHtml(text)) return fault(`answered with ${status} and an HTML page, so the file is not stored`, 'HTML');
  if (XML_ERROR.test(text)) return responseError(context, { status, headers }, text, Date.now(), transferErrorKind);
  if (!STORED.has(status))
    return fault(`answered with ${status}, which does not say that the file is stored`, NOT_STORED);
  if (sent.bytes < sent.of) {
    return fault(
      `answered with ${status} after ${sent.bytes} of ${sent.of} bytes, so the file is not stored`,
      NOT_STORED,
    );
  }
  const isEmpty = bytes.every((byte) => byte <= SPACE);
  if (headers.etag !== undefined || isEmpty || saysStored(text)) return undefined;
  const { message } = parseErrorBody(text, context.secrets);
  const words = message === undefined ? '' : `: “${message}”`;
  return fault(
    `answered with ${status}, a text and no ETag, which does not say that the file is stored${words}`,
    NOT_STORED,
  );
}

/** A word of success, or a JSON object that does not refuse. A sign-in page or a proxy says neither. */
function saysStored(text: string): boolean {
  if (saysDone(text)) return true;
  const json = parseJson(text);
  return typeof json === 'object' && json !== null && !Array.isArray(json) && findRefusal(json) === undefined;
}

const NOT_STORED = 'NOT_STORED';
const SPACE = 0x20;

const emptyFileChecksums: Readonly<Record<string, string>> = {
  'x-amz-checksum-crc32': 'AAAAAA==',
  'x-amz-checksum-crc32c': 'AAAAAA==',
  'x-amz-checksum-crc64nvme': 'AAAAAAAAAAA=',
  'x-amz-checksum-sha1': '2jmj7l5rSw0yVb/vlWAYkK/YBwk=',
  'x-amz-checksum-sha256': '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
  'content-md5': '1B2M2Y8AsgTpgAmY7PhCfg==',
};

/** AWS's SDKs sign one into addresses made before there is a body (aws-sdk-js-v3 since 3.729); nothing else fits. */
export function findEmptyFileChecksum(url: URL, headers: Readonly<Record<string, string>>): string | undefined {
  const given = [...url.searchParams, ...Object.entries(headers)];
  return given
    .map(([name, value]): [string, string] => [name.toLowerCase(), value])
    .find(([name, value]) => emptyFileChecksums[name] === value)?.[0];
}

/** The MD5 that an ETag is, lower-case hex; nothing where it is something else, as with parts or keys of one's own. */
export function md5FromEtag(
  etag: string | undefined,
  sent: Readonly<Record<string, string>>,
  answered: IncomingHttpHeaders,
): string | undefined {
  if (etag === undefined || isEncryptedByKey(sent, answered)) return undefined;
  const plain = etag
    .trim()
    .replace(/^W\//, '')
    .replace(/^"(.*)"$/, '$1')
    .toLowerCase();
  return /^[0-9a-f]{32}$/.test(plain) ? plain : undefined;
}

/** Lower-case hex. */
export async function md5OfFile(path: string, onBytes: () => void, signal: AbortSignal): Promise<string> {
  const md5 = createHash('md5');
  await pipeline(
    createReadStream(path, { highWaterMark: 256 * 1024 }),
    async (source: AsyncIterable<Buffer>) => {
      for await (const chunk of source) {
        md5.update(chunk);
        onBytes();
      }
    },
    { signal },
  );
  return md5.digest('hex');
}

/** With a KMS or customer key an ETag is no MD5, although it looks like one. */
function isEncryptedByKey(sent: Readonly<Record<string, string>>, answered: IncomingHttpHeaders): boolean {
  return [...Object.entries(sent), ...Object.entries(answered)].some(([name, value]) => {
    const lower = name.toLowerCase();
    if (lower.startsWith('x-amz-server-side-encryption-customer')) return true;
    return lower.startsWith('x-amz-server-side-encryption') && String(value).toLowerCase().includes('kms');
  });
}
