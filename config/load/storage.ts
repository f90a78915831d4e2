import path from 'node:path';

import type { StoreSetting } from '../schema/storage-schema';
import type { WrittenConfig } from '../schema/config-schema';

const DEFAULT_FOLDER = '.extpost';
/** How many sweeps in a row may be missing before an alarm, unless `sweep.alarmAfter` says otherwise. */
const ALARM_AFTER_SWEEPS = 6;

/** What lies in the storage. */
export type StoragePart = 'audit' | 'payloads' | 'inputs' | 'pictures' | 'plans' | 'uploads';

type WrittenStudio = WrittenConfig['studios'][string];

/** A studio of the validated configuration. Contains secrets. */
export type StudioConfig = Omit<WrittenStudio, 'inputs'> & {
  readonly inputs?: Stored<NonNullable<WrittenStudio['inputs']>, 'saveTo'> | undefined;
};

/** The validated configuration: defaults and places filled in, durations in milliseconds. Contains secrets. */
export type ExtpostConfig = Omit<WrittenConfig, 'audit' | 'temporal' | 'studios' | 'sweep'> & {
  readonly audit: Stored<WrittenConfig['audit'], 'store'>;
  readonly temporal: Omit<WrittenConfig['temporal'], 'largePayloads'> & {
    readonly largePayloads: Stored<WrittenConfig['temporal']['largePayloads'], 'store'>;
  };
  readonly studios: Readonly<Record<string, StudioConfig>>;
  readonly sweep: { readonly every: number; readonly alarmAfter: number };
};

type Stored<Settings, Name extends keyof Settings> = Omit<Settings, Name> & Readonly<Record<Name, StoreSetting>>;

/** The configuration with all that follows from other settings: places that it does not name, and when a missing sweep is an alarm. */
export function withDerivedSettings(written: WrittenConfig): ExtpostConfig {
  const { audit, temporal, storage, studios, sweep } = written;
  const { largePayloads } = temporal;
  const placed = Object.entries(studios).map(([name, { inputs, ...studio }]): [string, StudioConfig] => [
    name,
    { ...studio, ...(inputs && { inputs: { ...inputs, saveTo: inputs.saveTo ?? storagePart(storage, 'inputs') } }) },
  ]);
  return {
    ...written,
    audit: { ...audit, store: audit.store ?? storagePart(storage, 'audit') },
    temporal: {
      ...temporal,
      largePayloads: { ...largePayloads, store: largePayloads.store ?? storagePart(storage, 'payloads') },
    },
    studios: Object.fromEntries(placed),
    sweep: { ...sweep, alarmAfter: sweep.alarmAfter ?? ALARM_AFTER_SWEEPS * sweep.every },
  };
}

/** Where a part of the storage lies: a folder in its folder, or keys with its name in its bucket. */
export function storagePart({ folder = DEFAULT_FOLDER, s3 }: StoreSetting, part: StoragePart): StoreSetting {
  if (s3 === undefined) return { folder: path.join(folder, part) };
  return { s3: { ...s3, prefix: s3.prefix === undefined ? part : `${s3.prefix}/${part}` } };
}
