import { createStore, type StoreSettings } from '../../clients';
import type { AuditLine, ChainLink } from '../../domain/audit/audit-chain';
import type { DeliveryEntry } from '../../domain/audit/audit-entry';
import type { StoredLine } from '../../domain/audit/audit-verifier';
import { createBucketAudit } from './bucket-audit';
import { createFolderAudit } from './folder-audit';

/** What proves later that an entry was written, and where. */
export interface AuditReceipt extends ChainLink {
  readonly entryId: string;
}

/** The audit: one chain of lines per studio, written by all workers. */
export interface AuditLog {
  /** Where it lies, for people. */
  readonly place: string;
  /** Appends an entry; when it stands there already, says where. */
  append(entry: DeliveryEntry): Promise<AuditReceipt>;
  /** The studios that have a chain. */
  studios(): Promise<string[]>;
  /** The last line that was written, as far as the writers noted it; `undefined` when they noted none. */
  head(studio: string): Promise<ChainLink | undefined>;
  /** A studio's lines in the order in which they stand; with a month such as `2026-11`, those of earlier ones may be left out. */
  lines(studio: string, fromMonth?: string): AsyncIterable<StoredLine>;
  /** The lines of one task, where they can be found without reading all. */
  linesOfTask(studio: string, taskId: string): AsyncIterable<StoredLine>;
  close(): void;
}

/** Opens the audit that a setting names. */
export function createAuditLog(settings: StoreSettings): AuditLog {
  const { folder } = settings;
  return folder === undefined ? createBucketAudit(createStore(settings)) : createFolderAudit(folder);
}

/** What a caller is told of a line. */
export function toReceipt({ sequence, hash, entryId }: AuditLine): AuditReceipt {
  return { sequence, hash, entryId };
}
