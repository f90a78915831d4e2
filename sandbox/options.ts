import { randomBytes } from 'node:crypto';

import { celtraDefaults, type CeltraOptions } from './celtra/options';
import type { FaultRequest } from './creative-force/fault-options';
import { creativeForceDefaults, type CreativeForceOptions } from './creative-force/options';
import { webhookDefaults, type WebhookOptions } from './creative-force/webhook-options';
import { dayDefaults, type DayOptions } from './day/options';
import { latencyDefaults, type LatencyOptions } from './latency';
import { storeDefaults, type StoreOptions } from './object-store/options';
import type { StudioName } from './studio-name';

export type { StudioName } from './studio-name';

/** The credentials and ids that a studio gives to its vendor. */
export interface SandboxCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
  /** `postProductionVendorId` */
  readonly vendorId: string;
  readonly webhookSecret: string;
  readonly celtraApplicationId: string;
  readonly celtraSecretKey: string;
}

type ListenerName = 'control' | 'creativeForce' | 'celtra' | 'celtraFiles' | 'store';

/** Everything that can be set. Durations are milliseconds unless the name says otherwise. */
export interface SandboxOptions {
  readonly host?: '127.0.0.1' | undefined;
  /** 0 or absent: any free port. */
  readonly ports?: Partial<Record<ListenerName, number>> | undefined;
  /** Determines ids and random choices. Default: random, so that every day is new. */
  readonly seed?: string | undefined;
  /** Fixed credentials, for configurations that must know them before the sandbox starts. */
  readonly credentials?: Partial<Record<StudioName, Partial<SandboxCredentials>>> | undefined;
  readonly day?: Partial<DayOptions> | undefined;
  readonly creativeForce?: Partial<CreativeForceOptions> | undefined;
  readonly celtra?: Partial<CeltraOptions> | undefined;
  readonly webhooks?: Partial<WebhookOptions> | undefined;
  readonly store?: Partial<StoreOptions> | undefined;
  readonly latency?: Partial<LatencyOptions> | undefined;
  /** Armed from the start. */
  readonly faults?: readonly FaultRequest[] | undefined;
  readonly webhookUrls?: Partial<Record<StudioName, string>> | undefined;
  /** Pictures of accepted submissions are written here. */
  readonly deliveredFolder?: string | undefined;
}

/** The options with defaults. The control service changes the section objects in place. */
export interface Settings {
  readonly host: string;
  readonly seed: string;
  readonly day: DayOptions;
  readonly creativeForce: CreativeForceOptions;
  readonly celtra: CeltraOptions;
  readonly webhooks: WebhookOptions;
  readonly store: StoreOptions;
  readonly latency: LatencyOptions;
  readonly deliveredFolder: string | undefined;
}

export function settingsOf(options: SandboxOptions): Settings {
  return {
    host: options.host ?? '127.0.0.1',
    seed: options.seed ?? randomBytes(12).toString('hex'),
    day: { ...dayDefaults(options.day?.tasks ?? 20, options.day?.defects), ...options.day },
    creativeForce: { ...creativeForceDefaults, ...options.creativeForce },
    celtra: { ...celtraDefaults, ...options.celtra },
    webhooks: { ...webhookDefaults, ...options.webhooks },
    store: { ...storeDefaults, ...options.store },
    latency: { ...latencyDefaults, ...options.latency },
    deliveredFolder: options.deliveredFolder,
  };
}
