export { configuredTemporal } from './configured-temporal';
export { findTemporalServer, NoTemporalServerError } from './find-temporal-server';
export { startTemporalServer, type RunningTemporalServer } from './start-temporal-server';
