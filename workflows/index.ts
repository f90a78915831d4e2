export { externalPostTask } from './external-post-task/external-post-task';
export { listingSweep } from './listing-sweep/listing-sweep';
export { notificationGroup } from './notification-group/notification-group';
