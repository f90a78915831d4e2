import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { prepareTemporal } from '../../cli/setup/setup-command';
import { loadConfig } from '../../config';
import { openTemporal } from '../../temporal';
import { extpostCommand, launch } from '../launch';

export interface ReceiverAlone {
  readonly port: number;
  readonly secret: string;
  /** The address of a studio's webhooks. */
  readonly webhook: string;
  stop(): Promise<void>;
}

/** A receiver as a process, with its usual limits, before a Temporal server on which no worker runs. */
export async function startReceiverAlone(own: {
  readonly folder: string;
  readonly address: string;
}): Promise<ReceiverAlone> {
  const secret = randomBytes(24).toString('hex');
  const file = path.join(own.folder, 'receiver', 'extpost.yaml');
  await mkdir(path.dirname(file), { recursive: true });
  const credentials = { clientId: 'bench', clientSecret: '${BENCH_SECRET}', webhookSecrets: ['${BENCH_SECRET}'] };
  const studio = {
    creativeForce: credentials,
    celtra: { applicationId: 'bench', secretKey: '${BENCH_SECRET}' },
    recipes: [],
  };
  // JSON is YAML.
  await writeFile(
    file,
    JSON.stringify({
      temporal: { address: own.address, namespace: 'default' },
      logging: { level: 'warn' },
      studios: { acme: studio },
    }),
  );
  const environment = { ...process.env, BENCH_SECRET: secret, EXTPOST_CONFIG: file, TEMPORAL_ADDRESS: '' };
  const config = await loadConfig({ path: file, environment });
  const temporal = openTemporal({ ...config.temporal, environment });
  await prepareTemporal(temporal, config);
  await temporal.close();
  const part = await launch(extpostCommand, ['receiver', '--host', '127.0.0.1', '--port', '0'], environment);
  const { address } = part.ready as { address: string };
  return {
    port: Number(new URL(address).port),
    secret,
    webhook: `${address}/webhooks/creative-force/acme`,
    stop: () => part.stop(),
  };
}
