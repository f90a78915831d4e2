import { existsSync } from 'node:fs';

import { loadConfig, storagePart, type CredentialGroup, type ExtpostConfig } from '../../config';
import { connectTemporal, type TemporalConnection } from '../../temporal';
import { sayWhileWaiting } from './waiting';

/** The default of `--config` (cli/shared/options.ts). */
const DEFAULT_CONFIG = 'extpost.yaml';
/** The defaults of the configuration (config/schema/config-schema.ts). */
const defaultPayloads = { store: storagePart({}, 'payloads'), above: 262_144 };

/** Without an `extpost.yaml` and `--config` the environment is enough, so that commands work beside `npm start`. */
export async function withTemporalConnection<T>(
  path: string,
  work: (opened: { temporal: TemporalConnection; config: ExtpostConfig | undefined }) => Promise<T>,
  needs: readonly CredentialGroup[] = [],
): Promise<T> {
  const isWithout = path === DEFAULT_CONFIG && !existsSync(path);
  const config = isWithout
    ? undefined
    : await loadConfig({ path, environment: process.env, needs: ['temporal', 'storage', ...needs] });
  const settings = config?.temporal ?? { largePayloads: defaultPayloads };
  const temporal = await sayWhileWaiting('Temporal to respond', () =>
    connectTemporal({ ...settings, environment: process.env }),
  );
  try {
    return await work({ temporal, config });
  } finally {
    await temporal.close();
  }
}
