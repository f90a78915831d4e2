export { createLogger, installRuntime } from './logging';
export { startMonitoringServer } from './metrics/monitoring-server';
export { createWorkerMetrics } from './metrics/worker-metrics';
export { queueNames, type QueueName } from './composition/workers';
export { runWorkers } from './run-workers';
export { creativeForceSettings, sealingSecret } from './composition/studios';
