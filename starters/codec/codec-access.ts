import { createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** How long what the board has given to somebody lets them read: a working day. */
export const ACCESS_MS = 8 * 60 * 60 * 1000;

const LONGEST_NAME = 200;

/** Of the cookie by which a browser proves who uses it. */
export const ACCESS_COOKIE = 'extpost_codec';

/** Who reads payloads, for the log; `undefined` for who has not proved it. */
export type AccessCheck = (headers: Pick<IncomingHttpHeaders, 'authorization' | 'cookie'>) => string | undefined;

/** By the configured token, or by an access that the board has given. */
export function createAccessCheck(
  { token, encryptionKeys }: { readonly token?: string | undefined; readonly encryptionKeys: readonly string[] },
  now: () => number = Date.now,
): AccessCheck {
  return ({ authorization = '', cookie = '' }) => {
    const given = /^Bearer (.{1,1000})$/i.exec(authorization)?.[1] ?? cookieIn(cookie, ACCESS_COOKIE);
    if (given === undefined) return undefined;
    if (token !== undefined && isSameSecret(given, token)) return 'the token of temporal.codecServer';
    return readAccess(encryptionKeys, given, now());
  };
}

/**
 * Lets somebody who is logged in at the board read payloads until `until` (Unix milliseconds). Signed with a key that board and codec server
 * have in common: the one by which payloads are encrypted.
 */
export function grantAccess(encryptionKey: string, name: string, until: number): string {
  const claim = Buffer.from(JSON.stringify({ name: name.slice(0, LONGEST_NAME), until })).toString('base64url');
  return `${claim}.${signatureOf(encryptionKey, claim)}`;
}

function readAccess(encryptionKeys: readonly string[], access: string, now: number): string | undefined {
  const [claim = '', signature = ''] = access.split('.', 2);
  if (!encryptionKeys.some((key) => isSameSecret(signature, signatureOf(key, claim)))) return undefined;
  const { name, until } = JSON.parse(Buffer.from(claim, 'base64url').toString()) as { name: string; until: number };
  return now < until ? name : undefined;
}

function signatureOf(encryptionKey: string, claim: string): string {
  const key = Buffer.from(hkdfSync('sha256', encryptionKey, '', 'extpost access to the codec server', 32));
  return createHmac('sha256', key).update(claim).digest('base64url');
}

/** The value of a cookie in the header of that name. */
export function cookieIn(header: string, name: string): string | undefined {
  const cookies = header.split(';').map((one) => one.trim());
  return cookies.find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1);
}

/** Whether these are the same, in a time that does not depend on where they differ. */
export function isSameSecret(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
