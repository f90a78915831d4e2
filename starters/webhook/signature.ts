import { createHmac, timingSafeEqual } from 'node:crypto';

/** The signature header of a webhook (docs/reference/creative-force.md#signature). */
export const SIGNATURE_HEADER = 'x-cf-signature';

/** Key and encoding of the digest: the documents contradict each other (docs/reference/creative-force.md#signature). */
export const SIGNATURE_FORMS = ['utf8-hex', 'utf8-base64', 'base64-hex', 'base64-base64'] as const;
export type SignatureForm = (typeof SIGNATURE_FORMS)[number];
/** `auto` accepts every form. */
export type SignatureMode = SignatureForm | 'auto';

const DIGEST_BYTES = 32;
const HEX_DIGEST = /^[0-9a-f]{64}$/i;

/** The form of a valid HMAC-SHA256 of these bytes. Constant time; an empty secret never matches. */
export function findSignature(
  secrets: readonly string[],
  body: Uint8Array,
  signature: string | undefined,
): SignatureForm | undefined {
  const given = readDigest(signature?.trim().replace(/^sha256=/i, ''));
  if (given === undefined) return undefined;
  let found: SignatureForm | undefined;
  for (const secret of usableSecrets(secrets)) {
    for (const [keyForm, key] of keysOf(secret)) {
      // No early exit, so that timing does not reveal which secret is in use.
      const fits = timingSafeEqual(createHmac('sha256', key).update(body).digest(), given.digest);
      found = fits ? `${keyForm}-${given.encoding}` : found;
    }
  }
  return found;
}

/** The non-empty secrets; a secret can be unknown although its webhook address is already in use. */
export function usableSecrets(secrets: readonly string[]): readonly string[] {
  return secrets.filter((secret) => secret !== '');
}

function keysOf(secret: string): readonly (readonly ['utf8' | 'base64', Buffer])[] {
  const decoded = decodeBase64(secret);
  return [['utf8', Buffer.from(secret, 'utf8')] as const, ...(decoded ? [['base64', decoded] as const] : [])];
}

function readDigest(text: string | undefined): { digest: Buffer; encoding: 'hex' | 'base64' } | undefined {
  if (text === undefined) return undefined;
  if (HEX_DIGEST.test(text)) return { digest: Buffer.from(text, 'hex'), encoding: 'hex' };
  // Also in the alphabet of addresses, and without padding (RFC 4648 §5).
  const digest = decodeBase64(withPadding(text.replaceAll('-', '+').replaceAll('_', '/')));
  return digest?.length === DIGEST_BYTES ? { digest, encoding: 'base64' } : undefined;
}

function withPadding(base64: string): string {
  return base64.padEnd(Math.ceil(base64.length / 4) * 4, '=');
}

/** Strict Base64: Node ignores invalid characters, which could result in a guessable key. */
function decodeBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.length > 0 && bytes.toString('base64') === text ? bytes : undefined;
}
