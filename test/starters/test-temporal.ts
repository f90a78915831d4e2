import { randomUUID } from 'node:crypto';

import { connectTemporal } from '../../temporal/connection';
import type { TemporalConnection } from '../../temporal/connection';

/** The address of the Temporal server that jest started for this run. */
export function testTemporalAddress(): string {
  const address = process.env['EXTPOST_TEST_TEMPORAL_ADDRESS'];
  if (address === undefined)
    throw new Error('Set EXTPOST_TEST_TEMPORAL_ADDRESS to the address of a Temporal dev server.');
  return address;
}

/** A connection to that server, in its namespace `default`, untouched by anyone's own Temporal settings. */
export function connectToTestTemporal(): Promise<TemporalConnection> {
  const environment = { TEMPORAL_CONFIG_FILE: '/nonexistent/temporal.toml' };
  return connectTemporal({ address: testTemporalAddress(), namespace: 'default', environment });
}

/** A studio name that no other test uses. */
export function uniqueStudio(): string {
  return `studio-${randomUUID().slice(0, 8)}`;
}

/** Looks again until `look` finds something, for at most a minute. */
export async function eventually<Found>(look: () => Promise<Found | undefined>): Promise<Found> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error('It did not happen within a minute.');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
