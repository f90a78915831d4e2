import { connectTemporal, openTemporal } from '../../temporal/connection';
import type { TemporalOptions } from '../../temporal/connection';

// Nobody's own Temporal configuration may speak into these tests.
const noFile = { TEMPORAL_CONFIG_FILE: '/nonexistent/temporal.toml' };
// Port 1 of the loopback answers nobody.
const nowhere = '127.0.0.1:1';

async function opened(options: Omit<TemporalOptions, 'environment'>, environment: Record<string, string> = {}) {
  const temporal = openTemporal({ ...options, environment: { ...noFile, ...environment } });
  await temporal.close();
  return temporal;
}

describe('where Temporal is looked for', () => {
  it('is the local server and the default namespace when nothing is said', async () => {
    expect(await opened({})).toMatchObject({ address: '127.0.0.1:7233', namespace: 'default' });
  });

  it('is what the environment says', async () => {
    const environment = { TEMPORAL_ADDRESS: 'temporal.example:7233', TEMPORAL_NAMESPACE: 'studio-work' };
    expect(await opened({}, environment)).toMatchObject({ address: 'temporal.example:7233', namespace: 'studio-work' });
  });

  it('is what extpost.yaml says before what the environment says', async () => {
    const environment = { TEMPORAL_ADDRESS: 'temporal.example:7233', TEMPORAL_NAMESPACE: 'studio-work' };
    expect(await opened({ address: nowhere, namespace: 'ours' }, environment)).toMatchObject({
      address: nowhere,
      namespace: 'ours',
    });
  });

  it('is not changed by an empty variable', async () => {
    expect(await opened({}, { TEMPORAL_ADDRESS: '', TEMPORAL_NAMESPACE: '' })).toMatchObject({
      address: '127.0.0.1:7233',
      namespace: 'default',
    });
  });

  it('is refused when it names a profile that does not exist', () => {
    expect(() => openTemporal({ profile: 'unheard-of', environment: noFile })).toThrow(/unheard-of/);
  });
});

describe('a connection that is closed', () => {
  it('fails a call that it would have repeated, and the process goes on', async () => {
    const temporal = openTemporal({ address: nowhere, environment: noFile });
    const call = temporal.client.workflowService.describeNamespace({ namespace: 'default' });
    const ended = call.then(() => 'answered', String);
    await temporal.close();
    expect(await ended).toMatch(/UNAVAILABLE|was closed/);
  });

  it('refuses a further call', async () => {
    const temporal = await opened({ address: nowhere });
    const call = temporal.client.workflowService.describeNamespace({ namespace: 'default' });
    await expect(call).rejects.toThrow('was closed');
  });
});

describe('a Temporal that does not answer', () => {
  it('is not reachable, and that is all', async () => {
    const temporal = openTemporal({ address: nowhere, environment: noFile });
    expect(await temporal.isReachable(50)).toBe(false);
    await temporal.close();
  });

  it('is named with its address and what to do', async () => {
    await expect(connectTemporal({ address: nowhere, environment: noFile }, 50)).rejects.toThrow(
      /does not answer at 127\.0\.0\.1:1 for namespace "default".*TEMPORAL_ADDRESS/s,
    );
  });
});
