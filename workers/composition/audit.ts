import { createAuditLog, type AuditLog } from '../../activities';
import type { ExtpostConfig } from '../../config';

/** The audit that the configuration names; `undefined` when it is switched off. */
export function createAudit({ audit }: Pick<ExtpostConfig, 'audit'>): AuditLog | undefined {
  return audit.enabled ? createAuditLog(audit.store) : undefined;
}
