export { createWorkerMetrics } from './metrics/worker-metrics';
export { queueNames, type QueueName } from './composition/workers';
export { runWorkers } from './run-workers';
export { installRuntime } from './runtime';
