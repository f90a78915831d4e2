import type { Dispatcher } from 'undici';

import { type HttpOptions, type Timeouts, sharedDispatcher } from '../http/send-request';
import type { OAuthSettings } from './authentication';
import type { RequestLimit } from './concurrency/request-limit';

export interface CeltraSettings {
  /** E.g. `https://hub.celtra.io/api`; a slash at the end is allowed. */
  readonly baseUrl: string;
  readonly applicationId: string;
  readonly secretKey: string;
  /** Default `basic`; `oauth` exchanges id and key for a token (docs/reference/celtra.md#oauth). */
  readonly authentication?: { readonly method: 'basic' } | ({ readonly method: 'oauth' } & OAuthSettings) | undefined;
  /** The zone of Celtra's time stamps; default UTC (docs/reference/celtra.md#timestamps). */
  readonly timeZone?: string | undefined;
  /** Allows `neq`, `in` and `nin` in filters (docs/reference/celtra.md#operators-of-types). */
  readonly undocumentedOperators?: boolean | undefined;
  /** Allowed words beyond the documented asset formats (docs/reference/celtra.md#formats-of-types). */
  readonly extraAssetFormats?: readonly string[] | undefined;
  /** Whether a filter on a folder includes its sub-folders (docs/reference/celtra.md#sub-folders). */
  readonly subFolders?: boolean | undefined;
  /** Where filters on an Output are sent; default `top level` (docs/reference/celtra.md#ignored-filters). */
  readonly outputFilters?: 'top level' | 'under designFile' | undefined;
  /** The word for a table with assets; default `paths` (docs/reference/celtra.md#archive-or-table). */
  readonly tableWithAssets?: 'paths' | 'assets' | undefined;
  /** Defaults 60 s, 30 s and 120 s; no total limit for a streamed response (docs/reference/celtra.md#limits). */
  readonly timeouts?: Partial<Timeouts> | undefined;
  /** Milliseconds to the first byte of an archive or a table, and between its bytes; default 10 minutes. */
  readonly fileTimeout?: number | undefined;
  /** For a whole JSON response, or one line of JSON Lines; default 64 MiB. */
  readonly maxBodyBytes?: number | undefined;
}

export interface CeltraDependencies {
  readonly dispatcher?: Dispatcher | undefined;
  /** Unix milliseconds. */
  readonly now?: (() => number) | undefined;
  /** Of all requests of the account; absent means that nothing limits how many are sent at the same time. */
  readonly limit?: RequestLimit | undefined;
}

export function celtraHttpOptions(
  { timeouts, maxBodyBytes }: CeltraSettings,
  dependencies: CeltraDependencies,
): HttpOptions {
  const totalMs = timeouts?.totalMs ?? 120_000;
  return {
    dispatcher: dependencies.dispatcher ?? sharedDispatcher(),
    timeouts: {
      headersMs: timeouts?.headersMs ?? Math.min(60_000, totalMs),
      bodyMs: timeouts?.bodyMs ?? Math.min(30_000, totalMs),
      totalMs,
    },
    maxBodyBytes: maxBodyBytes ?? 64 * 1024 * 1024,
    now: dependencies.now ?? Date.now,
  };
}

/** Nobody knows how long Celtra prepares a file (docs/reference/celtra.md#archives). */
export function celtraFileHttpOptions(settings: CeltraSettings, dependencies: CeltraDependencies): HttpOptions {
  const fileMs = settings.fileTimeout ?? 600_000;
  return {
    ...celtraHttpOptions(settings, dependencies),
    timeouts: { headersMs: fileMs, bodyMs: fileMs, totalMs: fileMs },
  };
}
