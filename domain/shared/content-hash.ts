import { sha256 } from '@noble/hashes/sha2';
import { bytesToHex } from '@noble/hashes/utils';

/** SHA-256 (lower-case hex) of plain data, independent of key order; `undefined` members do not count. */
export function contentHash(content: unknown): string {
  return bytesToHex(sha256(new TextEncoder().encode(canonicalJson(content))));
}

/** JSON with sorted keys. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((inner) => canonicalJson(inner ?? null)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  const ordered = entries.sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${ordered.map(([key, inner]) => `${JSON.stringify(key)}:${canonicalJson(inner)}`).join(',')}}`;
}
