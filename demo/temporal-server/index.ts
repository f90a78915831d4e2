export { configuredAddress } from './configured-address';
export { findTemporalServer } from './find-temporal-server';
export { startTemporalServer, type RunningTemporalServer } from './start-temporal-server';
