export { dailySummary } from './daily-summary/daily-summary';
export { externalPostTask } from './external-post-task/external-post-task';
export { gatewayLease } from './gateway-lease/gateway-lease';
export { lateAuditEntry } from './late-audit-entry/late-audit-entry';
export { listingSweep } from './listing-sweep/listing-sweep';
export { notificationGroup } from './notification-group/notification-group';
