import type { AuditLine, ChainLink } from '../../domain/audit/audit-chain';
import type { DeliveryEntry } from '../../domain/audit/audit-entry';
import type { AuditReceipt } from '../../domain/audit/audit-receipt';
import type { AuditKeys } from '../../domain/audit/audit-keys';
import type { StoredLine } from '../../domain/audit/audit-verifier';

/** The audit: one hash chain of lines for each studio, written by all workers. */
export interface AuditLog {
  readonly place: string;
  readonly keys: AuditKeys;
  /** Appends an entry unless it is there already, and returns its receipt. */
  append(entry: DeliveryEntry): Promise<AuditReceipt>;
  studios(): Promise<string[]>;
  /** The last line according to the writers' own records; `undefined` if there is none. */
  head(studio: string): Promise<ChainLink | undefined>;
  /** A studio's lines in order; from a month such as `2026-11` on, if one is given. */
  lines(studio: string, fromMonth?: string): AsyncIterable<StoredLine>;
  /** A studio's lines from this time on (Unix milliseconds), in any order; may contain older ones. */
  linesSince(studio: string, since: number): AsyncIterable<StoredLine>;
  /** The lines of one task; may contain others if the store has no index. */
  linesOfTask(studio: string, taskId: string): AsyncIterable<StoredLine>;
  /** The places of what others keep beside the audit. It is left alone, and no part of any chain. */
  foreign(): AsyncIterable<string>;
  /** Throws UnsafeStoreError where two writers could give one number to two lines. */
  keepsOneChain(): Promise<void>;
  close(): void;
}

export function toReceipt({ sequence, hash, entryId }: AuditLine): AuditReceipt {
  return { sequence, hash, entryId };
}
