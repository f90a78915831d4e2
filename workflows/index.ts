export { externalPostTask } from './external-post-task/external-post-task';
export { lateAuditEntry } from './late-audit-entry/late-audit-entry';
export { listingSweep } from './listing-sweep/listing-sweep';
export { notificationGroup } from './notification-group/notification-group';
