import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configuredTemporal } from '../../../demo/temporal-server';

let folder: string;
const withFile = (toml: string, more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => {
  const path = join(folder, 'temporal.toml');
  writeFileSync(path, toml);
  return { HOME: folder, TEMPORAL_CONFIG_FILE: path, ...more };
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'extpost-profile-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('configuredTemporal', () => {
  it('is nothing when nothing was set', () => {
    expect(configuredTemporal({ HOME: folder })).toBeUndefined();
  });

  it('is nothing when TEMPORAL_ADDRESS is empty', () => {
    expect(configuredTemporal({ HOME: folder, TEMPORAL_ADDRESS: '' })).toBeUndefined();
  });

  it('is what TEMPORAL_ADDRESS names', () => {
    expect(configuredTemporal({ HOME: folder, TEMPORAL_ADDRESS: 'temporal:7233' })).toEqual({
      address: 'temporal:7233',
      configuredBy: 'TEMPORAL_ADDRESS',
    });
  });

  it('is what the profile names', () => {
    const environment = withFile('[profile.staging]\naddress = "staging:7233"\n', { TEMPORAL_PROFILE: 'staging' });
    expect(configuredTemporal(environment)).toEqual({
      address: 'staging:7233',
      configuredBy: 'the Temporal profile "staging"',
    });
  });

  it('is nothing when the profile names no address', () => {
    expect(configuredTemporal(withFile('[profile.default]\nnamespace = "studio"\n'))).toBeUndefined();
  });

  it('says what to correct when the profile is not there', () => {
    const environment = withFile('[profile.default]\naddress = "a:1"\n', { TEMPORAL_PROFILE: 'staging' });
    expect(() => configuredTemporal(environment)).toThrow(
      /configuration file cannot be used: Profile 'staging' not found.*TEMPORAL_PROFILE/,
    );
  });
});
