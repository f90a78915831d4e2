export { createLogger, installRuntime } from './logging';
export { createWorkerMetrics } from './metrics/worker-metrics';
export { queueNames, runWorkers, type QueueName } from './run-workers';
export { creativeForceSettings, sealingSecret } from './composition/studios';
