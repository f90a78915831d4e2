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
  const config = isWithout ? undefined : await loadConfig({ path, needs: ['temporal', 'storage', ...needs] });
  const settings = config?.temporal ?? { largePayloads: defaultPayloads };
  const temporal = await awaitTemporal(settings);
  try {
    return await work({ temporal, config });
  } finally {
    await temporal.close();
  }
}

/** Connects, and says meanwhile what is waited for. Throws TemporalUnreachableError. */
export function awaitTemporal(...options: Parameters<typeof connectTemporal>): Promise<TemporalConnection> {
  return sayWhileWaiting('Temporal to respond', () => connectTemporal(...options));
}
