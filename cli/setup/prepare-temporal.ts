import type { ExtpostConfig } from '../../config';
import { ensureSweepSchedule, removeSweepSchedule } from '../../starters';
import { type TemporalConnection } from '../../temporal';
import { ensureNamespace } from './ensure-namespace';
import { ensureSearchAttributes, searchAttributeTypes } from './search-attributes';

/** Makes sure that everything stands in Temporal that workers and people rely on; safe to repeat. Returns what to tell. */
export async function prepareTemporal(temporal: TemporalConnection, config: ExtpostConfig): Promise<string[]> {
  const { client, connection, namespace } = temporal;
  await ensureNamespace(connection, namespace);
  await ensureSearchAttributes(connection, namespace);
  const told = [`Namespace ${namespace} has the search attributes ${Object.keys(searchAttributeTypes).join(', ')}.`];
  for (const [studio, { creativeForce }] of Object.entries(config.studios)) {
    if (creativeForce.vendorId === undefined) {
      await removeSweepSchedule(client, studio);
      told.push(`${studio} has no vendorId, so its listing is not swept: a lost webhook would stay lost.`);
    } else {
      await ensureSweepSchedule(client, { studio, everyMs: config.sweep.every });
      told.push(`${studio} is swept every ${config.sweep.every / 1000} s.`);
    }
  }
  return told;
}
