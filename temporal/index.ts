export { connectTemporal, openTemporal, TemporalUnreachableError, type TemporalConnection } from './connection';
export { errorText, grpcCodes, grpcErrorOf, passingCodes } from './grpc-error';
export { createDataConverter } from './data-converter';
export { createPayloadReader, type PayloadReader } from './readable-history';
export type { Traces } from './traces';
export { removeOldFiles } from './payload-store';
export { readable } from './readable-history';
export { activePollers, type Poller, POLLS_WITHIN_MS, readTaskQueue, type TaskQueueState } from './task-queue-state';
