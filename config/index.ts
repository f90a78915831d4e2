export { LARGE_PAYLOAD_BYTES } from './schema/config-schema';
export { loadConfig } from './load/load-config';
export type { LoadConfigOptions } from './load/config-document';
export { workerCredentials, type CredentialGroup } from './load/credentials';
export { loadRecipes, type LoadedRecipes } from './load/load-recipes';
export { describeConfig } from './reference/describe';
export { ConfigError, type ConfigFault } from './load/config-error';
export { storagePart, type ExtpostConfig, type StudioConfig } from './load/storage';
