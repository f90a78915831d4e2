import { Command } from 'commander';

import { parsePort } from '../shared/options';
import { searchAttributeTypes } from '../setup/search-attribute-types';
import { runTemporalServer } from '.';

interface TemporalOptions {
  readonly temporalPort: number;
  readonly uiPort: number;
}

/** `extpost temporal`: runs just the Temporal dev server. */
export function temporalCommand(): Command {
  return new Command('temporal')
    .description('run just the Temporal dev server, with its Web UI; gets it first when it is not here')
    .option('--temporal-port <port>', 'where workers and clients connect', parsePort, 7233)
    .option('--ui-port <port>', 'where the Web UI is served', parsePort, 8233)
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
