import { Command } from 'commander';

import { portNumber } from '../options';
import { searchAttributeTypes } from '../search-attribute-types';
import { runTemporalServer } from '../temporal-server';

interface TemporalOptions {
  readonly temporalPort: number;
  readonly uiPort: number;
}

/** `extpost temporal`: runs just the Temporal dev server. */
export function temporalCommand(): Command {
  return new Command('temporal')
    .description('run just the Temporal dev server, with its Web UI; gets it first when it is not here')
    .option('--temporal-port <port>', 'where workers and clients connect', portNumber, 7233)
    .option('--ui-port <port>', 'where the Web UI is served', portNumber, 8233)
    .action(async ({ temporalPort, uiPort }: TemporalOptions) => {
      process.exitCode = await runTemporalServer({
        port: temporalPort,
        uiPort,
        environment: process.env,
        searchAttributes: searchAttributeTypes,
        report: (line) => {
          console.log(line);
        },
        isTTY: process.stderr.isTTY,
      });
    });
}
