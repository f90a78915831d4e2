import { existsSync } from 'node:fs';

import { loadConfig, type ExtpostConfig } from '../../config';
import { connectTemporal, type TemporalConnection } from '../../temporal';

/** Where `--config` points when nobody says otherwise (cli/shared/options.ts). */
const DEFAULT_CONFIG = 'extpost.yaml';
/** As the configuration has it when it says nothing (config/schema/config-schema.ts). */
const defaultPayloads = { folder: '.extpost/payloads', above: 262_144 };

/** Temporal, and the configuration where there is one. */
export interface TemporalContext {
  readonly temporal: TemporalConnection;
  readonly config: ExtpostConfig | undefined;
}

/**
 * Does something with Temporal and closes it again. Without an `extpost.yaml` here and without `--config`, what the
 * environment says of Temporal is enough: so the commands work beside `npm start`.
 */
export async function withTemporalConnection<T>(
  path: string,
  work: (opened: TemporalContext) => Promise<T>,
): Promise<T> {
  const isWithout = path === DEFAULT_CONFIG && !existsSync(path);
  const config = isWithout ? undefined : await loadConfig({ path, environment: process.env });
  const settings = config?.temporal ?? { largePayloads: defaultPayloads };
  const temporal = await connectTemporal({ ...settings, environment: process.env });
  try {
    return await work({ temporal, config });
  } finally {
    await temporal.close();
  }
}
