import { randomBytes } from 'node:crypto';

import { celtraDefaults, type CeltraOptions } from './celtra/options';

/** The studios of the sandbox. */
export type StudioName = 'acme' | 'nordlicht';

/** The gateway's endpoints by name, as a studio ticks them in a role (creative-force.md §3); one tick is for both flavours. */
export type GatewayEndpoint =
  | 'listTasks'
  | 'getTask'
  | 'getAnnotations'
  | 'startTask'
  | 'submitAssets'
  | 'bulkGetAssets'
  | 'bulkGetFiles'
  | 'bulkGetSpecs'
  | 'getPresignedUrl'
  | 'getJob'
  | 'getProduct'
  | 'getProject'
  | 'getDeliverable';

/** What a vendor is handed by one studio. */
export interface SandboxCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
  /** `postProductionVendorId` */
  readonly vendorId: string;
  readonly webhookSecret: string;
  readonly celtraApplicationId: string;
  readonly celtraSecretKey: string;
}

/** Everything that can be set. Durations are milliseconds unless the name says otherwise. */
export interface SandboxOptions {
  readonly host?: '127.0.0.1' | undefined;
  /** 0 or absent: any free port. */
  readonly ports?:
    Partial<Record<'control' | 'creativeForce' | 'celtra' | 'celtraFiles' | 'store', number>> | undefined;
  /** Ids and choices follow from it. Default: random, so that every day has tasks nobody has seen. */
  readonly seed?: string | undefined;
  /** Fixes what a vendor is handed, for set-ups that must know it before the sandbox starts. */
  readonly credentials?: Partial<Record<StudioName, Partial<SandboxCredentials>>> | undefined;
  readonly day?: Partial<DayOptions> | undefined;
  readonly creativeForce?: Partial<CreativeForceOptions> | undefined;
  readonly celtra?: Partial<CeltraOptions> | undefined;
  readonly webhooks?: Partial<WebhookOptions> | undefined;
  readonly webhookUrls?: Partial<Record<StudioName, string>> | undefined;
  /** Pictures of accepted submissions are written here. */
  readonly deliveredFolder?: string | undefined;
}

export interface DayOptions {
  readonly tasks: number;
  /** Over what time the tasks become ready. */
  readonly spreadMs: number;
  /** From an accepted submission to the step being Done. */
  readonly verdictAfterMs: number;
  /** How long a ready task may stay undone before it counts as lost. */
  readonly giveUpAfterMs: number;
  readonly lostWebhooks: number;
  readonly duplicateWebhooks: number;
  /** Tasks that lack a creative, so that nobody can deliver them. */
  readonly undeliverable: number;
}

export interface CreativeForceOptions {
  readonly tokenLifetimeSeconds: number;
  readonly requestsPerSecond: number;
  /** Sent as `Retry-After` with a 429; absent: no header (creative-force.md §4, unknown). */
  readonly retryAfterSeconds: number | undefined;
  /** From the PUT of the bytes to the asset being known (creative-force.md §11.1). */
  readonly assetKnownAfterMs: number;
  readonly presignedLifetimeMs: number;
  /** Also answer the guide's spelling `/expost/tasks` (creative-force.md §6). */
  readonly acceptMisspeltListing: boolean;
  /** Endpoints that a studio forgot to tick in the role of the vendor's app. */
  readonly withheld: Partial<Record<StudioName, readonly GatewayEndpoint[]>>;
}

export interface WebhookOptions {
  /** Waits between attempts; the last one repeats. */
  readonly retryDelaysMs: readonly number[];
  readonly attempts: number;
  readonly timeoutMs: number;
}

/** The options with every default filled in. */
export interface Settings {
  readonly host: string;
  readonly seed: string;
  readonly day: DayOptions;
  readonly creativeForce: CreativeForceOptions;
  readonly celtra: CeltraOptions;
  readonly webhooks: WebhookOptions;
  readonly deliveredFolder: string | undefined;
}

export function settingsOf(options: SandboxOptions): Settings {
  const tasks = options.day?.tasks ?? 20;
  // A small day has no room for mishaps unless they are asked for.
  const mishaps = tasks >= 6;
  return {
    host: options.host ?? '127.0.0.1',
    seed: options.seed ?? randomBytes(12).toString('hex'),
    day: {
      spreadMs: 30_000,
      verdictAfterMs: 2_500,
      giveUpAfterMs: 300_000,
      lostWebhooks: mishaps ? 2 : 0,
      duplicateWebhooks: mishaps ? 1 : 0,
      undeliverable: mishaps ? 1 : 0,
      ...options.day,
      tasks,
    },
    creativeForce: {
      tokenLifetimeSeconds: 3_600,
      requestsPerSecond: 20,
      retryAfterSeconds: undefined,
      assetKnownAfterMs: 1_000,
      presignedLifetimeMs: 15 * 60_000,
      acceptMisspeltListing: false,
      withheld: {},
      ...options.creativeForce,
    },
    celtra: { ...celtraDefaults, ...options.celtra },
    webhooks: {
      retryDelaysMs: [1_000, 2_000, 4_000, 8_000, 15_000],
      attempts: 20,
      timeoutMs: 10_000,
      ...options.webhooks,
    },
    deliveredFolder: options.deliveredFolder,
  };
}
