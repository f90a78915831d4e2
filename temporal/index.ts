export { connectTemporal, openTemporal, TemporalUnreachableError, type TemporalConnection } from './connection';
export { errorText, grpcCodes, grpcErrorOf } from './grpc-error';
export { removeOldPayloadFiles } from './payload-files';
