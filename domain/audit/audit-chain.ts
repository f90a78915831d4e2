import type { DeliveryEntry } from './audit-entry';
import { entryIdOf } from './audit-entry';
import { type AuditKeys, keyedHash, keyIdOf } from './audit-keys';
import { canonicalJson, contentHash } from '../shared/content-hash';

/** A line's position in its studio's chain and its hash: enough to append the next line. */
export interface ChainLink {
  /** From 1, without gaps. */
  readonly sequence: number;
  /** HMAC-SHA256 of the line without this field, lower-case hex; without a key SHA-256. */
  readonly hash: string;
}

export interface AuditLine extends ChainLink {
  /** The hash of the previous line; zeros in the first. */
  readonly previous: string;
  /** ISO 8601, UTC, by the clock of the worker that wrote it. */
  readonly recordedAt: string;
  /** Names the key of `hash`; absent without one. */
  readonly key?: string | undefined;
  /** In a folder, the month of the file that it was written into, such as `2026-11`. */
  readonly month?: string | undefined;
  readonly entryId: string;
  readonly entry: DeliveryEntry;
}

/** `previous` of the first line. */
export const GENESIS_HASH = '0'.repeat(64);

const HASH = /^[0-9a-f]{64}$/;
const KEY_ID = /^[0-9a-f]{8}$/;
const MONTH = /^\d{4}-\d\d$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** Where and how a line is written. */
export interface LineMaking {
  /** ISO 8601, UTC. */
  readonly recordedAt: string;
  readonly month?: string | undefined;
  readonly keys?: AuditKeys | undefined;
}

/** The line that follows `last` (`undefined`: the first line). The entry binds it to its studio. */
export function nextAuditLine(
  entry: DeliveryEntry,
  last: ChainLink | undefined,
  { recordedAt, month, keys: [key] = [] }: LineMaking,
): AuditLine {
  const unsigned = {
    sequence: (last?.sequence ?? 0) + 1,
    previous: last?.hash ?? GENESIS_HASH,
    recordedAt,
    ...(key !== undefined && { key: keyIdOf(key) }),
    ...(month !== undefined && { month }),
    entryId: entryIdOf(entry),
    entry,
  };
  return { ...unsigned, hash: hashOf(unsigned, key) };
}

function hashOf(unsigned: Omit<AuditLine, 'hash'>, key: string | undefined): string {
  return key === undefined ? contentHash(unsigned) : keyedHash(key, canonicalJson(unsigned));
}

/** Canonical JSON (sorted keys), so that a line can be written in one way only. No line end. */
export function serialiseAuditLine(line: AuditLine): string {
  return canonicalJson(line);
}

/** Parses and verifies one line; a change of any byte is detected. With keys, a line without one is a fault. */
export function parseAuditLine(text: string, keys: AuditKeys): AuditLine | { readonly fault: string } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return { fault: 'it is not JSON; it was cut off or changed' };
  }
  if (!isLine(parsed)) return { fault: 'it lacks the fields of an audit line' };
  const { hash, ...unsigned } = parsed;
  const key = keys.find((one) => keyIdOf(one) === unsigned.key);
  if (unsigned.key === undefined && keys.length > 0) {
    return { fault: 'it was written without a key, so anybody with write access could have written it' };
  }
  if (unsigned.key !== undefined && key === undefined) {
    return { fault: `it was written with the key ${unsigned.key}, which is not among audit.keys here` };
  }
  if (hashOf(unsigned, key) !== hash) {
    const proof = key === undefined ? 'own SHA-256' : 'HMAC';
    return { fault: `its content was changed: its ${proof} does not match` };
  }
  if (canonicalJson(parsed) !== text) return { fault: 'it was rewritten: same content, but not in canonical form' };
  return parsed;
}

function isLine(value: unknown): value is AuditLine {
  if (typeof value !== 'object' || value === null) return false;
  const line = value as Partial<Record<keyof AuditLine, unknown>>;
  return (
    Number.isSafeInteger(line.sequence) &&
    isText(line.previous, HASH) &&
    isText(line.hash, HASH) &&
    isText(line.entryId, HASH) &&
    isText(line.recordedAt, INSTANT) &&
    (line.key === undefined || isText(line.key, KEY_ID)) &&
    (line.month === undefined || isText(line.month, MONTH)) &&
    isEntry(line.entry)
  );
}

function isText(value: unknown, form: RegExp): boolean {
  return typeof value === 'string' && form.test(value);
}

function isEntry(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const entry = value as Partial<Record<keyof DeliveryEntry, unknown>>;
  return typeof entry.studio === 'string' && typeof entry.taskId === 'string' && Array.isArray(entry.files);
}
