import { Command } from 'commander';

import { loadConfig } from '../../config';
import { openTemporal } from '../../temporal';
import { configOption } from '../shared/options';
import { prepareTemporal } from './prepare-temporal';

/** `extpost setup`: prepares a Temporal cluster, once or again: namespace, search attributes, sweep schedules. */
export function setupCommand(): Command {
  return new Command('setup')
    .description('prepare a Temporal cluster: namespace, search attributes, sweep schedules (safe to repeat)')
    .addOption(configOption())
    .action(async ({ config: path }: { config: string }) => {
      const config = await loadConfig({ path, environment: process.env });
      // The namespace may not be there yet, so only the server itself can be asked for.
      const temporal = openTemporal({ ...config.temporal, environment: process.env });
      try {
        for (const line of await prepareTemporal(temporal, config)) console.log(line);
      } finally {
        await temporal.close();
      }
    });
}
