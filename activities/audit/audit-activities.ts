import type { DeliveryEntry } from '../../domain/audit/audit-entry';
import type { AuditLog, AuditReceipt } from './audit-log';
import { runActivity } from '../runtime/run-activity';
import { getStudio, type Studios } from '../runtime/studios';

/** The record for good of what left the building; without a log nothing is recorded. */
export function createAuditActivities(studios: Studios, log: Pick<AuditLog, 'append'> | undefined) {
  return {
    /** Writes an entry down once, however often it is asked for; `undefined` when the audit is switched off. */
    recordDelivery: (entry: DeliveryEntry): Promise<AuditReceipt | undefined> =>
      runActivity(async () => {
        // Checked because it becomes the name of a folder.
        const { name } = getStudio(studios, entry.studio);
        return await log?.append({ ...entry, studio: name });
      }),
  };
}
