export { connectTemporal, openTemporal, TemporalUnreachableError, type TemporalConnection } from './connection';
export { removeOldPayloadFiles } from './payload-files';
