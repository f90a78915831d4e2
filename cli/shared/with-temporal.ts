import { existsSync } from 'node:fs';

import { LARGE_PAYLOAD_BYTES, loadConfig, storagePart, type CredentialGroup, type ExtpostConfig } from '../../config';
import { connectTemporal, type TemporalConnection } from '../../temporal';
import { DEFAULT_CONFIG } from './options';
import { sayWhileWaiting } from './waiting';

const defaultPayloads = { store: storagePart({}, 'payloads'), above: LARGE_PAYLOAD_BYTES };

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
