import { Command, Option } from 'commander';

import { loadConfig } from '../../config';
import { pluralise } from '../../domain/shared/text';
import type { SweepResult } from '../../domain/sweep/sweep';
import { chooseEgress } from '../../domain/task/egress';
import { CommandError, usageError } from '../exit-codes';
import { configOption, durationArgument } from '../shared/options';
import { printable, printableLines } from '../shared/terminal-text';
import { awaitTemporal } from '../shared/with-temporal';
import { sweepNow } from './sweep-now';

interface SweepOptions {
  readonly config: string;
  readonly studio?: string;
  /** Milliseconds. */
  readonly wait: number;
}

export function sweepCommand(): Command {
  return new Command('sweep')
    .description('read the listing of open tasks now and start missing tasks; a worker must be running')
    .addOption(configOption())
    .option('-s, --studio <name>', 'only this studio; else all that have a vendorId')
    .addOption(
      new Option('--wait <time>', 'how long to wait for the listing of each studio, such as 30s or 5m')
        .argParser(durationArgument)
        .default(120_000, '2m'),
    )
    .action(async ({ config: path, studio: only, wait }: SweepOptions) => {
      const config = await loadConfig({ path, needs: ['temporal'] });
      const studios = Object.keys(config.studios).filter(
        (name) => config.studios[name]?.creativeForce.vendorId !== undefined && (only === undefined || name === only),
      );
      if (studios.length === 0) {
        const which = only === undefined ? 'No studio has' : `There is no studio "${only}" with`;
        throw usageError(`${which} a vendorId in ${path}, and the listing cannot be read without one.`);
      }
      const temporal = await awaitTemporal(config.temporal);
      try {
        for (const studio of studios) {
          try {
            const egress = chooseEgress(studio, config.worker.egresses);
            const result = await sweepNow(temporal.client, { studio, egress, withinMs: wait });
            console.log(printable(`${studio}: ${sweepText(result)}`));
          } catch (error) {
            // The listings of the other studios may be readable.
            if (!(error instanceof CommandError)) throw error;
            console.error(printableLines(error.message));
            process.exitCode = error.exitCode;
          }
        }
      } finally {
        await temporal.close();
      }
    });
}

function sweepText({ warning, listed, started, found = [], signalled, unlisted = [], unread }: SweepResult): string {
  if (warning !== undefined) return warning.sentence;
  return [
    `${pluralise(listed, 'open task')}, ${started.length} started, ${signalled.length} notified of a rejection`,
    ...(found.length > 0 ? [`found without a webhook: ${found.join(', ')}`] : []),
    ...(unlisted.length > 0 ? [`no longer listed, so told to check: ${unlisted.join(', ')}`] : []),
    ...(unread === undefined ? [] : [`${pluralise(unread.count, 'row')} not understood (${unread.faults.join('; ')})`]),
  ]
    .join('; ')
    .concat('.');
}
