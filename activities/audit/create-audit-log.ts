import { createStore, type StoreSettings } from '../../clients';
import type { AuditLog } from './audit-log';
import { createBucketAudit } from './bucket-audit';
import { createFolderAudit } from './folder-audit';

export function createAuditLog(settings: StoreSettings): AuditLog {
  const { folder } = settings;
  return folder === undefined ? createBucketAudit(createStore(settings)) : createFolderAudit(folder);
}
