import { ensureNamespace } from '../../../cli/setup/ensure-namespace';
import { neededRetention, readRetention } from '../../../cli/setup/retention';
import { prepareTemporal } from '../../../cli/setup/setup-command';
import { ensureSweepSchedule } from '../../../starters';
import { openTemporal, type TemporalConnection } from '../../../temporal';
import { load, smallFile } from '../../config/example-files';
import { testTemporalAddress } from '../../starters/test-temporal';
import { eventually } from '../../support/temporal';

const DAY_MS = 86_400_000;
const opened: TemporalConnection[] = [];
const open = (namespace: string): TemporalConnection => {
  const environment = { TEMPORAL_CONFIG_FILE: '/nonexistent/temporal.toml' };
  const temporal = openTemporal({ address: testTemporalAddress(), namespace, environment });
  opened.push(temporal);
  return temporal;
};
afterAll(() => Promise.all(opened.map((temporal) => temporal.close())));

describe('extpost setup', () => {
  it('gives a new namespace a retention that is long enough for every studio', async () => {
    const temporal = open('setup-new');
    const lines = await prepareTemporal(temporal, await load(smallFile({ studio: '    reviewWindow: 20d' })));
    expect(await readRetention(temporal.connection, 'setup-new')).toBe(50 * DAY_MS);
    expect(lines.join('\n')).not.toContain('Warning');
  });

  it('names the sweep of a studio that the configuration no longer has, and leaves it', async () => {
    const temporal = open('setup-new');
    await ensureSweepSchedule(temporal.client, { studio: 'former', everyMs: 3_600_000 });
    const config = await load(smallFile());
    const sentence =
      /extpost-sweep\/former is of a studio that this configuration does not have.* --schedule-id extpost-sweep\/former$/m;
    await eventually(
      async () => (await prepareTemporal(temporal, config)).join('\n'),
      (lines) => sentence.test(lines),
    );
    const { scheduleId } = await temporal.client.schedule.getHandle('extpost-sweep/former').describe();
    expect(scheduleId).toBe('extpost-sweep/former');
  });

  it('warns of a namespace that keeps ended tasks for too short a time', async () => {
    const temporal = open('setup-short');
    await ensureNamespace(temporal.connection, 'setup-short', neededRetention(DAY_MS));
    const lines = await prepareTemporal(temporal, await load(smallFile({ studio: '    reviewWindow: 20d' })));
    expect(lines.filter((line) => line.startsWith('Warning'))).toEqual([
      expect.stringMatching(/keeps ended tasks for 31 days, and acme needs 50 days/),
    ]);
  });
});
