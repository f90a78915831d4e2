export { loadConfig, type LoadConfigOptions } from './load';
export { loadRecipes, type RecipeBook } from './read-recipes';
export { describeConfig } from './describe';
export { ConfigError, type ConfigFault } from './fault';
export { configJsonSchema } from './json-schema';
export type { ExtpostConfig, StudioConfig } from './config-schema';
