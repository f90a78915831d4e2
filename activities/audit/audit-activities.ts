import { createStore, type StoreSettings } from '../../clients';
import type { DeliveryEntry } from '../../domain/audit/audit-entry';
import type { AuditKeys } from '../../domain/audit/audit-keys';
import type { AuditReceipt } from '../../domain/audit/audit-receipt';
import type { AuditLog } from './audit-log';
import { createBucketAudit } from './bucket-audit';
import { createFolderAudit } from './folder-audit';
import { runActivity } from '../runtime/run-activity';
import { getStudio, type Studios } from '../runtime/studios';

/** `keys`: by default none, so that only who cannot write there is kept from changing it unnoticed. */
export function createAuditLog(settings: StoreSettings, keys: AuditKeys = []): AuditLog {
  const { folder } = settings;
  return folder === undefined ? createBucketAudit(createStore(settings), keys) : createFolderAudit(folder, keys);
}

export function createAuditActivities(studios: Studios, log: Pick<AuditLog, 'append'> | undefined) {
  return {
    /** Appends a delivery to the audit once, also if it is retried; `undefined` if the audit is switched off. */
    recordDelivery: (entry: DeliveryEntry): Promise<AuditReceipt | undefined> =>
      runActivity(async () => {
        // Only configured names may become the name of a folder.
        const { name } = getStudio(studios, entry.studio);
        return await log?.append({ ...entry, studio: name });
      }),
  };
}
