export { openHeaderRecorder } from './delivery-headers';
export { openSignaturePins } from './signature-pins';
export { ensureSweepSchedule, removeSweepSchedule } from './sweep-schedule';
export { createTaskStarter, type TaskStarter } from './task-starter';
export {
  connectTemporal,
  openTemporal,
  TemporalUnreachableError,
  type TemporalConnection,
} from './temporal-connection';
export { createWebhookReceiver } from './webhook-receiver';
