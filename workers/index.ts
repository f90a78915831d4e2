export { createLogger, installRuntime } from './logging';
export { createWorkerMetrics } from './metrics';
export { queueNames, runWorkers, type QueueName } from './run-workers';
export { creativeForceSettings, sealingSecret } from './studios';
