export { connectTemporal, openTemporal, TemporalUnreachableError, type TemporalConnection } from './connection';
export { errorText, grpcCodes, grpcErrorOf } from './grpc-error';
export { payloadKeyId } from './payload-encryption';
export { openTraces, type Traces } from './traces';
export { removeOldPayloadFiles } from './payload-files';
export { readable } from './readable-history';
