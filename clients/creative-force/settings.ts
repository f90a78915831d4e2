import type { Dispatcher } from 'undici';

import { sharedDispatcher } from '../http/dispatcher';
import type { HttpTools } from '../http/call-json';
import type { RequestBudget } from '../request-budget';
import type { Md5Format } from './md5';

export interface CreativeForceSettings {
  /** Ends in `/v1`; a slash at the end is allowed. */
  readonly baseUrl: string;
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The path segment of the task calls, default `extpost` (creative-force.md §6). */
  readonly pathSegment?: string | undefined;
  /** Default 2, "image asset upload" (creative-force.md §16 row 6). */
  readonly physicalFileTypeId?: number | undefined;
  /** Default `guid` (creative-force.md §16 row 7). */
  readonly md5Format?: Md5Format | undefined;
  /** Default `wrapped`: `{ "assetIds": [...] }`; else a bare array (assumed-wire.md, "Bulk reads"). */
  readonly bulkRequest?: 'wrapped' | 'bare' | undefined;
  /** Names for property GUIDs: the name is added as a second key beside the GUID. */
  readonly propertyNames?: Readonly<Record<string, string>> | undefined;
  /** Milliseconds; defaults 20 s to the first byte, 20 s between bytes, 60 s in all. */
  readonly timeouts?: { headersMs?: number | undefined; bodyMs?: number | undefined; totalMs?: number | undefined };
  /** Default 16 MiB. */
  readonly maxBodyBytes?: number | undefined;
}

export interface CreativeForceTools {
  /** One per process, shared by all studios: the gateway counts per address (creative-force.md §4). */
  readonly budget: RequestBudget;
  readonly dispatcher?: Dispatcher | undefined;
  /** Unix milliseconds. */
  readonly now?: (() => number) | undefined;
}

/** What every call of this client needs. */
export function httpToolsOf(settings: CreativeForceSettings, tools: CreativeForceTools): HttpTools {
  return {
    dispatcher: tools.dispatcher ?? sharedDispatcher(),
    timeouts: {
      headersMs: settings.timeouts?.headersMs ?? 20_000,
      bodyMs: settings.timeouts?.bodyMs ?? 20_000,
      totalMs: settings.timeouts?.totalMs ?? 60_000,
    },
    maxBodyBytes: settings.maxBodyBytes ?? 16 * 1024 * 1024,
    now: tools.now ?? Date.now,
  };
}
