export { openHeaderRecorder } from './webhook/delivery-headers';
export { readTrigger } from './tasks/start-metadata';
export { redirectAddress } from './webhook/login-redirect';
export { createReceiverMetrics } from './webhook/receiver-metrics';
export { withSweepMetrics } from './sweep/sweep-metrics';
export { ensureSweepSchedule, removeSweepSchedule } from './sweep/sweep-schedule';
export { monitorSweeps, type SweepMonitor } from './sweep/sweep-monitor';
export { createTaskStarter, type TaskStarter } from './tasks/task-starter';
export { createWebhookReceiver } from './webhook/webhook-receiver';
