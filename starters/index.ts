export { openHeaderRecorder } from './delivery-headers';
export { howItCame } from './how-it-came';
export { redirectAddress } from './login-redirect';
export { createReceiverMetrics } from './metrics';
export { startMetricsServer } from './metrics-server';
export { clearPayloadFiles } from './payload-files';
export { openSignaturePins } from './signature-pins';
export { countingSweeps } from './sweep-metrics';
export { ensureSweepSchedule, removeSweepSchedule } from './sweep-schedule';
export { watchSweeps, type SweepWatch } from './sweep-watch';
export { createTaskStarter, type TaskStarter } from './task-starter';
export {
  connectTemporal,
  openTemporal,
  TemporalUnreachableError,
  type TemporalConnection,
} from './temporal-connection';
export { createWebhookReceiver } from './webhook-receiver';
