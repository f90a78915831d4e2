import type { ChainLink } from './audit-chain';
import { entryIdOf, type DeliveryEntry } from './audit-entry';

/** Proves later that an entry was written, and where. */
export interface AuditReceipt extends ChainLink {
  readonly entryId: string;
}

/** The memo in which a run notes its last line of the audit (`NotedReceipt`), out of reach of whoever can write there. */
export const AUDIT_MEMO = 'extpostAudit';

export interface NotedReceipt extends ChainLink {
  readonly studio: string;
}

/** The name of the workflow that writes what could not be written to the audit at once. */
export const LATE_AUDIT_ENTRY = 'lateAuditEntry';

const LATE_ENTRY_PREFIX = 'extpost-audit/';

/** One workflow for each entry, whoever asks for it. */
export function lateAuditEntryId(entry: DeliveryEntry): string {
  return `${LATE_ENTRY_PREFIX}${entry.studio}/${entryIdOf(entry)}`;
}

/** The studio in an id made by {@link lateAuditEntryId}. */
export function studioOfLateEntry(workflowId: string): string | undefined {
  return workflowId.startsWith(LATE_ENTRY_PREFIX) ? workflowId.split('/')[1] : undefined;
}

/** The receipt in a run's memo; `undefined` if it has none. */
export function notedReceipt(memo: Readonly<Record<string, unknown>> | undefined): NotedReceipt | undefined {
  const noted = memo?.[AUDIT_MEMO];
  if (typeof noted !== 'object' || noted === null) return undefined;
  const { studio, sequence, hash } = noted as Partial<Record<keyof NotedReceipt, unknown>>;
  if (typeof studio !== 'string' || typeof sequence !== 'number' || typeof hash !== 'string') return undefined;
  return { studio, sequence, hash };
}
