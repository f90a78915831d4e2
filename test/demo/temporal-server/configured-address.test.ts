import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configuredAddress } from '../../../demo/temporal-server';

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

describe('configuredAddress', () => {
  it('is nothing when nothing was set', () => {
    expect(configuredAddress({ HOME: folder })).toBeUndefined();
  });

  it('is nothing when TEMPORAL_ADDRESS is empty', () => {
    expect(configuredAddress({ HOME: folder, TEMPORAL_ADDRESS: '' })).toBeUndefined();
  });

  it('is what TEMPORAL_ADDRESS names', () => {
    expect(configuredAddress({ HOME: folder, TEMPORAL_ADDRESS: 'temporal:7233' })).toBe('temporal:7233');
  });

  it('is what the profile names', () => {
    const environment = withFile('[profile.staging]\naddress = "staging:7233"\n', { TEMPORAL_PROFILE: 'staging' });
    expect(configuredAddress(environment)).toBe('staging:7233');
  });

  it('is nothing when the profile names no address', () => {
    expect(configuredAddress(withFile('[profile.default]\nnamespace = "studio"\n'))).toBeUndefined();
  });

  it('says what to correct when the profile is not there', () => {
    const environment = withFile('[profile.default]\naddress = "a:1"\n', { TEMPORAL_PROFILE: 'staging' });
    expect(() => configuredAddress(environment)).toThrow(
      /configuration file cannot be used: Profile 'staging' not found.*TEMPORAL_PROFILE/,
    );
  });
});
