import { hmac } from '@noble/hashes/hmac';
import { sha256 } from '@noble/hashes/sha2';
import { bytesToHex } from '@noble/hashes/utils';

/** The secrets of an audit: the first makes new lines, the others only verify older ones. None: lines are not keyed. */
export type AuditKeys = readonly string[];

const ID_DIGITS = 8;

/** HMAC-SHA256 of a text, lower-case hex. */
export function keyedHash(secret: string, text: string): string {
  const encoder = new TextEncoder();
  return bytesToHex(hmac(sha256, encoder.encode(secret), encoder.encode(text)));
}

/** Names a key in a line without telling it. */
export function keyIdOf(secret: string): string {
  return keyedHash(secret, 'extpost audit key').slice(0, ID_DIGITS);
}
