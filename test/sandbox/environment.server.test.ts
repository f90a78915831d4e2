import { portsFrom } from '../../demo/sandbox/sandbox-command';
import { loadConfig } from '../../config';
import { sandboxEnvironment, startSandbox, type Sandbox } from '../../sandbox';
import { projectPath } from '../containers/compose-file';

describe('what the sandbox hands to the example configuration', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox({ seed: 'environment', day: { tasks: 1 } });
  });
  afterAll(async () => {
    await sandbox.stop();
  });

  it('is all that examples/sandbox/extpost.yaml asks for', async () => {
    const environment = { ...sandboxEnvironment(sandbox), EXTPOST_FOLDER: '.extpost' };
    const config = await loadConfig({ path: projectPath('examples/sandbox/extpost.yaml'), environment });
    expect(Object.keys(config.studios).sort()).toEqual(sandbox.studios.map(({ name }) => name).sort());
    expect(config.studios['acme']?.creativeForce.baseUrl).toBe(sandbox.creativeForceUrl);
  });
});

describe('the ports of the sandbox', () => {
  it('follow one another', () => {
    expect(Object.values(portsFrom(8900)).sort()).toEqual([8900, 8901, 8902, 8903, 8904]);
  });

  it('are any free ones when the first is 0', () => {
    expect(new Set(Object.values(portsFrom(0)))).toEqual(new Set([0]));
  });
});
