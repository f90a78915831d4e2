export { loadConfig, type LoadConfigOptions } from './load/load-config';
export { loadRecipes, type LoadedRecipes } from './load/load-recipes';
export { describeConfig } from './reference/describe';
export { ConfigError, type ConfigFault } from './load/config-error';
export { configJsonSchema } from './reference/json-schema';
export type { ExtpostConfig, StudioConfig } from './schema/config-schema';
