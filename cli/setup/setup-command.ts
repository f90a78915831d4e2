import { Command } from 'commander';

import { pluralise } from '../../domain/shared/text';
import { describeConfig, type ExtpostConfig, loadConfig, type StudioConfig } from '../../config';
import { chooseEgress } from '../../domain/task/egress';
import {
  ensureSummarySchedule,
  ensureSweepSchedule,
  removeSummarySchedule,
  removeSweepSchedule,
  schedulesOfOthers,
} from '../../starters';
import { openTemporal, type TemporalConnection } from '../../temporal';
import { configOption } from '../shared/options';
import { sayWhileWaiting } from '../shared/waiting';
import { ensureNamespace } from './ensure-namespace';
import { neededRetention, readRetention, retentionWarning } from './retention';
import { awaitSearchAttributes, ensureSearchAttributes, searchAttributeTypes } from './search-attributes';
import { untilReady } from './until-ready';

export function setupCommand(): Command {
  return new Command('setup')
    .description('prepare a Temporal cluster: namespace, search attributes, sweep schedules (safe to repeat)')
    .addOption(configOption())
    .action(async ({ config: path }: { config: string }) => {
      const config = await loadConfig({ path, needs: ['temporal'] });
      // The namespace may not be there yet, so only the server itself can be asked for.
      const temporal = openTemporal(config.temporal);
      try {
        const lines = await sayWhileWaiting(`Temporal at ${temporal.address} to be ready`, () =>
          prepareTemporal(temporal, config),
        );
        for (const line of lines) console.log(line);
      } finally {
        await temporal.close();
      }
    });
}

/** Creates what workers and people need in Temporal; safe to repeat. Returns lines that describe it. */
export async function prepareTemporal(temporal: TemporalConnection, config: ExtpostConfig): Promise<string[]> {
  const { client, connection, namespace } = temporal;
  const windows = Object.entries(config.studios).map(([name, { reviewWindow }]) => ({
    name,
    reviewWindowMs: reviewWindow,
  }));
  const longest = Math.max(0, ...windows.map(({ reviewWindowMs }) => reviewWindowMs));
  await ensureNamespace(connection, namespace, neededRetention(longest));
  await untilReady('The search attributes', () => ensureSearchAttributes(connection, namespace));
  await awaitSearchAttributes(connection, namespace);
  const lines = [`Namespace ${namespace} has the search attributes ${Object.keys(searchAttributeTypes).join(', ')}.`];
  for (const [studio, { creativeForce, notifications }] of Object.entries(config.studios)) {
    if (creativeForce.vendorId === undefined) {
      await untilReady(`The end of the sweep of ${studio}`, () => removeSweepSchedule(client, studio));
      lines.push(`${studio} has no vendorId, so its listing is not swept: a lost webhook would stay lost.`);
    } else {
      // Each server of a cluster has a cache of its own, and describing a schedule needs all of Temporal's services.
      await untilReady(`The sweep of ${studio}`, () =>
        ensureSweepSchedule(client, {
          studio,
          everyMs: config.sweep.every,
          egress: chooseEgress(studio, config.worker.egresses),
        }),
      );
      lines.push(`${studio} is swept every ${config.sweep.every / 1000} s.`);
    }
    lines.push(...(await prepareSummary(client, studio, notifications)));
  }
  const others = await untilReady('The list of schedules', () =>
    schedulesOfOthers(client, Object.keys(config.studios)),
  );
  lines.push(
    ...others.map(
      (id) =>
        `The schedule ${id} is of a studio that this configuration does not have. If no other configuration has it: temporal schedule delete --namespace ${namespace} --schedule-id ${id}`,
    ),
  );
  const retentionMs = await readRetention(connection, namespace);
  const warnings = windows.flatMap((studio) => retentionWarning(namespace, retentionMs, studio) ?? []);
  return [...lines, ...warnings.map((warning) => `Warning: ${warning}`)];
}

async function prepareSummary(
  client: TemporalConnection['client'],
  studio: string,
  notifications: StudioConfig['notifications'],
): Promise<string[]> {
  if (notifications?.dailySummary === undefined) {
    await untilReady(`The end of the daily summaries of ${studio}`, () => removeSummarySchedule(client, studio));
    return [];
  }
  const { dailySummary, timeZone } = notifications;
  await untilReady(`The daily summary of ${studio}`, () =>
    ensureSummarySchedule(client, { studio, ...dailySummary, timeZone }),
  );
  return [`${studio} gets a daily summary at ${dailySummary.at} (${timeZone}).`];
}

/** `OK` and what is in it, in a line for each studio. */
function configSummary(path: string, { studios }: ExtpostConfig): string {
  const lines = Object.entries(studios).map(([name, { recipes, creativeForce }]) => {
    const sweep = creativeForce.vendorId === undefined ? 'no vendorId, so its listing is not swept' : 'swept';
    return `  ${name}: ${pluralise(recipes.length, 'recipe')}, ${sweep}`;
  });
  return [`${path} is OK: ${pluralise(lines.length, 'studio')}.`, ...lines].join('\n');
}

export function configCommand(): Command {
  const check = new Command('check')
    .description('check the configuration')
    .addOption(configOption())
    .option('--print', 'also print everything that was understood, with defaults and masked secrets')
    .action(async ({ config: path, print }: { config: string; print?: true }) => {
      const config = await loadConfig({ path });
      console.log(configSummary(path, config));
      if (print === true) console.log(`\n${describeConfig(config)}`);
    });
  return new Command('config').description('check the configuration file').addCommand(check);
}
