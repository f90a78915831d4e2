import { createHmac, timingSafeEqual } from 'node:crypto';

/** The header in which Creative Force signs a webhook (docs/reference/creative-force.md#webhook-headers). */
export const SIGNATURE_HEADER = 'x-cf-signature';

/**
 * How a signature can be made: the secret's text as key, or what it says as Base64; the digest in hex or in Base64
 * (docs/reference/creative-force.md#signature). The documents contradict each other, so all four are known.
 */
export const SIGNATURE_FORMS = ['utf8-hex', 'utf8-base64', 'base64-hex', 'base64-base64'] as const;
export type SignatureForm = (typeof SIGNATURE_FORMS)[number];
/** `auto`: whatever form the first signature that fits turns out to have. */
export type SignatureMode = SignatureForm | 'auto';

/** Which of a studio's secrets made a signature, and how. */
export interface Signature {
  readonly secret: string;
  readonly form: SignatureForm;
}

const DIGEST_BYTES = 32;
const HEX_DIGEST = /^[0-9a-f]{64}$/i;

/**
 * Which of a studio's secrets signed these bytes, and in which form: HMAC-SHA256 over the raw body, with or without
 * `sha256=` before it (docs/reference/creative-force.md#signature). `undefined` when none did.
 *
 * Constant time in the signature, in which of the secrets fits and in which form. An empty secret never fits.
 */
export function findSignature(
  secrets: readonly string[],
  body: Uint8Array,
  signature: string | undefined,
): Signature | undefined {
  const given = readDigest(signature?.trim().replace(/^sha256=/i, ''));
  if (given === undefined) return undefined;
  let found: Signature | undefined;
  for (const secret of usableSecrets(secrets)) {
    for (const [keyForm, key] of keysOf(secret)) {
      // No early exit, so that the time taken does not tell which secret is in use.
      const fits = timingSafeEqual(createHmac('sha256', key).update(body).digest(), given.digest);
      found = fits ? { secret, form: `${keyForm}-${given.encoding}` } : found;
    }
  }
  return found;
}

/**
 * The secrets that can sign; none when the studio's address is issued but its secret is not known yet
 * (docs/reference/creative-force.md#webhook-set-up).
 */
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
  const digest = decodeBase64(text);
  return digest?.length === DIGEST_BYTES ? { digest, encoding: 'base64' } : undefined;
}

/** Only text that is Base64 throughout: Node skips what is not, and could end with a key that anyone can guess. */
function decodeBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.length > 0 && bytes.toString('base64') === text ? bytes : undefined;
}
