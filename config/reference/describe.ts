import { stringify } from 'yaml';
import { z } from 'zod';

import type { ExtpostConfig } from '../load/storage';
import { configSchema } from '../schema/config-schema';
import type { SettingPath } from '../load/config-error';
import { settingAt } from './settings';

const MASK = '••••';

/** The effective configuration as YAML, defaults included and secrets masked. Ends with a newline. */
export function describeConfig(config: ExtpostConfig): string {
  const written: unknown = z.encode(configSchema, config);
  const secrets = secretsWithin(written, []);
  return stringify(masked(written, [], secrets), { lineWidth: 0 });
}

function secretsWithin(value: unknown, path: SettingPath): string[] {
  if (typeof value === 'string') return settingAt(path)?.secret === true ? [value] : [];
  return entriesOf(value).flatMap(([key, inner]) => secretsWithin(inner, [...path, key]));
}

/** A secret that also occurs in another value, such as a name, is masked there too. */
function masked(value: unknown, path: SettingPath, secrets: readonly string[]): unknown {
  if (typeof value === 'string') {
    if (settingAt(path)?.secret === true) return MASK;
    return secrets.reduce((text, secret) => text.replaceAll(secret, MASK), value);
  }
  if (Array.isArray(value)) return value.map((inner, index) => masked(inner, [...path, index], secrets));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(entriesOf(value).map(([key, inner]) => [key, masked(inner, [...path, key], secrets)]));
}

function entriesOf(value: unknown): [string | number, unknown][] {
  if (Array.isArray(value)) return value.map((inner: unknown, index) => [index, inner]);
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}
