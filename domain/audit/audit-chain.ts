import type { DeliveryEntry } from './audit-entry';
import { entryIdOf } from './audit-entry';
import { canonicalJson, contentHash } from '../shared/content-hash';

/** A line's position in its studio's chain and its hash: enough to append the next line. */
export interface ChainLink {
  /** From 1, without gaps. */
  readonly sequence: number;
  /** SHA-256 of the line without this field, lower-case hex. */
  readonly hash: string;
}

export interface AuditLine extends ChainLink {
  /** The hash of the previous line; zeros in the first. */
  readonly previous: string;
  /** ISO 8601, UTC, by the clock of the worker that wrote it. */
  readonly recordedAt: string;
  readonly entryId: string;
  readonly entry: DeliveryEntry;
}

/** `previous` of the first line. */
export const GENESIS_HASH = '0'.repeat(64);

const HASH = /^[0-9a-f]{64}$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** The line that follows `last` (`undefined`: the first line). */
export function nextAuditLine(entry: DeliveryEntry, last: ChainLink | undefined, recordedAt: string): AuditLine {
  const unsigned = {
    sequence: (last?.sequence ?? 0) + 1,
    previous: last?.hash ?? GENESIS_HASH,
    recordedAt,
    entryId: entryIdOf(entry),
    entry,
  };
  return { ...unsigned, hash: contentHash(unsigned) };
}

/** Canonical JSON (sorted keys), so that a line can be written in one way only. No line end. */
export function serialiseAuditLine(line: AuditLine): string {
  return canonicalJson(line);
}

/** Parses and verifies one line; a change of any byte is detected. */
export function parseAuditLine(text: string): AuditLine | { readonly fault: string } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return { fault: 'it is not JSON; it was cut off or changed' };
  }
  if (!isLine(parsed)) return { fault: 'it has not the fields of an audit line' };
  const { hash, ...unsigned } = parsed;
  if (contentHash(unsigned) !== hash) return { fault: 'its content was changed: its own SHA-256 does not fit' };
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
