import { existsSync } from 'node:fs';

import { loadConfig, type ExtpostConfig } from '../../config';
import { connectTemporal, type TemporalConnection } from '../../starters';

/** Where `--config` points when nobody says otherwise (cli/options.ts). */
const USUAL_CONFIG = 'extpost.yaml';
/** As the configuration has it when it says nothing (config/config-schema.ts). */
const usualPayloads = { folder: '.extpost/payloads', above: 262_144 };

/** Temporal, and the configuration where there is one. */
export interface OpenedTemporal {
  readonly temporal: TemporalConnection;
  readonly config: ExtpostConfig | undefined;
}

/**
 * Does something with Temporal and closes it again. Without an `extpost.yaml` here and without `--config`, what the
 * environment says of Temporal is enough: so the commands work beside `npm start`.
 */
export async function withTemporal<T>(path: string, work: (opened: OpenedTemporal) => Promise<T>): Promise<T> {
  const isWithout = path === USUAL_CONFIG && !existsSync(path);
  const config = isWithout ? undefined : await loadConfig({ path, environment: process.env });
  const settings = config?.temporal ?? { largePayloads: usualPayloads };
  const temporal = await connectTemporal({ ...settings, environment: process.env });
  try {
    return await work({ temporal, config });
  } finally {
    await temporal.close();
  }
}
