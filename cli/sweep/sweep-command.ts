import { randomUUID } from 'node:crypto';

import { Command } from 'commander';

import { loadConfig } from '../../config';
import type { SweepResult } from '../../domain/sweep/sweep';
import { connectTemporal } from '../../temporal';
import { LISTING_SWEEP, type ListingSweepInput } from '../../workflows/listing-sweep/messages';
import { searchAttributes } from '../../workflows/search-attributes';
import { taskQueues } from '../../workflows/task-queues';
import { CommandError, exitCodes } from '../exit-codes';
import { configOption } from '../shared/options';

interface SweepOptions {
  readonly config: string;
  readonly studio?: string;
}

export function sweepCommand(): Command {
  return new Command('sweep')
    .description('ask the listing of open tasks now and start what is missing (a worker must be running)')
    .addOption(configOption())
    .option('-s, --studio <name>', 'only this studio; else all that have a vendorId')
    .action(async ({ config: path, studio: only }: SweepOptions) => {
      const config = await loadConfig({ path, environment: process.env });
      const studios = Object.keys(config.studios).filter(
        (name) => config.studios[name]?.creativeForce.vendorId !== undefined && (only === undefined || name === only),
      );
      if (studios.length === 0) {
        const which = only === undefined ? 'No studio has' : `There is no studio "${only}" with`;
        throw new CommandError(
          `${which} a vendorId in ${path}, and the listing cannot be asked without one.`,
          exitCodes.wrongUse,
        );
      }
      const temporal = await connectTemporal({ ...config.temporal, environment: process.env });
      try {
        for (const studio of studios) console.log(`${studio}: ${await sweepNow(temporal.client, studio)}`);
      } finally {
        await temporal.close();
      }
    });
}

type Client = Awaited<ReturnType<typeof connectTemporal>>['client'];

async function sweepNow(client: Client, studio: string): Promise<string> {
  const args: [ListingSweepInput] = [{ studio }];
  const result = (await client.workflow.execute(LISTING_SWEEP, {
    workflowId: `extpost-sweep-by-hand/${studio}/${randomUUID()}`,
    taskQueue: taskQueues.main,
    args,
    typedSearchAttributes: [{ key: searchAttributes.studio, value: studio }],
    staticSummary: `Listing sweep of ${studio}, by hand`,
  })) as SweepResult;
  if (result.warning !== undefined) return result.warning.sentence;
  const { listed, started, found = [], signalled, unlisted = [], unread } = result;
  return [
    `${listed} open tasks, ${started.length} started, ${signalled.length} notified of a rejection`,
    ...(found.length > 0 ? [`no webhook had brought ${found.join(', ')}`] : []),
    ...(unlisted.length > 0 ? [`no longer listed and signalled to check: ${unlisted.join(', ')}`] : []),
    ...(unread === undefined ? [] : [`${unread.count} rows not understood (${unread.faults.join('; ')})`]),
  ]
    .join('; ')
    .concat('.');
}
