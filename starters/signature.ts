import { createHmac, timingSafeEqual } from 'node:crypto';

/** The header in which Creative Force signs a webhook (creative-force.md §7.2). */
export const SIGNATURE_HEADER = 'x-cf-signature';

const hexDigest = /^[0-9a-f]{64}$/i;

/**
 * Whether one of a studio's secrets signed these bytes: HMAC-SHA256 over the raw body, keyed with the secret's text as
 * UTF-8, written in hex, with or without `sha256=` before it (creative-force.md §7.3).
 *
 * Constant time in the signature and in which of the secrets fits. An empty secret never fits: anyone could sign with it.
 */
export function isSignedWith(secrets: readonly string[], body: Uint8Array, signature: string | undefined): boolean {
  const digest = signature?.trim().replace(/^sha256=/i, '');
  if (digest === undefined || !hexDigest.test(digest)) return false;
  const given = Buffer.from(digest, 'hex');
  let fits = false;
  for (const secret of usableSecrets(secrets)) {
    // No early exit, so that the time taken does not tell which secret is in use.
    fits = timingSafeEqual(createHmac('sha256', secret).update(body).digest(), given) || fits;
  }
  return fits;
}

/** The secrets that can sign; none when the studio's address is issued but its secret is not known yet (§7.1). */
export function usableSecrets(secrets: readonly string[]): readonly string[] {
  return secrets.filter((secret) => secret !== '');
}
