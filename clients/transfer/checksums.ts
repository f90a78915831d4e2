import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { pipeline } from 'node:stream/promises';

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
