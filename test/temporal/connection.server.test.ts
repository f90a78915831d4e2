import { connectTemporal, openTemporal } from '../../temporal/connection';
import { connectToTestTemporal, testTemporalAddress } from '../starters/test-temporal';

const environment = { TEMPORAL_CONFIG_FILE: '/nonexistent/temporal.toml' };

describe('a connection to a Temporal server', () => {
  it('is reachable', async () => {
    const temporal = await connectToTestTemporal();
    expect(await temporal.isReachable()).toBe(true);
    await temporal.close();
  });

  it('may be opened first and used later', async () => {
    const temporal = openTemporal({ environment: { ...environment, TEMPORAL_ADDRESS: testTemporalAddress() } });
    expect(await temporal.isReachable()).toBe(true);
    await temporal.close();
  });

  it('is refused when its namespace does not exist', async () => {
    const options = { address: testTemporalAddress(), namespace: 'unheard-of', environment };
    await expect(connectTemporal(options)).rejects.toThrow(/for namespace "unheard-of".*not found/s);
  });
});
