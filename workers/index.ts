export { createLogger, installRuntime } from './logging';
export { queueNames, runWorkers, type QueueName } from './run-workers';
