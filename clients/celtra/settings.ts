import type { Dispatcher } from 'undici';

import { sharedDispatcher } from '../http/dispatcher';
import type { HttpOptions } from '../http/send-request';
import type { CeltraAuthentication, OAuthSettings } from './authentication';

export interface CeltraSettings {
  /** E.g. `https://hub.celtra.io/api`; a slash at the end is allowed. */
  readonly baseUrl: string;
  readonly applicationId: string;
  readonly secretKey: string;
  /**
   * Default `basic`. With `oauth` the application's id and key are exchanged for a token
   * (docs/reference/celtra.md#oauth).
   */
  readonly authentication?: { readonly method: 'basic' } | ({ readonly method: 'oauth' } & OAuthSettings) | undefined;
  /** The zone in which Celtra writes and reads time stamps; default UTC (docs/reference/celtra.md#timestamps). */
  readonly timeZone?: string | undefined;
  /**
   * Whether filters may use `neq`, `in` and `nin`, which only Celtra's types know; default no
   * (docs/reference/celtra.md#operators-of-types).
   */
  readonly undocumentedOperators?: boolean | undefined;
  /**
   * Words of asset formats beyond those of the help pages that may be sent; default none
   * (docs/reference/celtra.md#formats-of-types).
   */
  readonly extraAssetFormats?: readonly string[] | undefined;
  /**
   * Whether a filter on a folder may bring outputs of other folders, its sub-folders; default no
   * (docs/reference/celtra.md#sub-folders).
   */
  readonly subFolders?: boolean | undefined;
  /**
   * Where filters on an Output's own fields are sent; default `top level` (docs/reference/celtra.md#ignored-filters).
   */
  readonly outputFilters?: 'top level' | 'under designFile' | undefined;
  /** The word for a table with its assets beside it; default `paths` (docs/reference/celtra.md#archive-or-table). */
  readonly tableWithAssets?: 'paths' | 'assets' | undefined;
  /**
   * Milliseconds; defaults 60 s to the first byte, 30 s between bytes, 120 s in all (docs/reference/celtra.md#limits).
   * An answer that is read as it comes has no limit in all.
   */
  readonly timeouts?:
    | {
        readonly headersMs?: number | undefined;
        readonly bodyMs?: number | undefined;
        readonly totalMs?: number | undefined;
      }
    | undefined;
  /** Milliseconds to the first byte of an archive or a table, and between its bytes; default 10 minutes. */
  readonly fileTimeout?: number | undefined;
  /** Of a JSON answer as a whole, and of one of its lines; default 64 MiB. */
  readonly maxBodyBytes?: number | undefined;
}

export interface CeltraDependencies {
  readonly dispatcher?: Dispatcher | undefined;
  /** Unix milliseconds. */
  readonly now?: (() => number) | undefined;
  /** Instead of the one that the settings name. */
  readonly authentication?: CeltraAuthentication | undefined;
}

/** What calls for outputs need. */
export function celtraHttpOptions({ timeouts, maxBodyBytes }: CeltraSettings, tools: CeltraDependencies): HttpOptions {
  const totalMs = timeouts?.totalMs ?? 120_000;
  return {
    dispatcher: tools.dispatcher ?? sharedDispatcher(),
    timeouts: {
      headersMs: timeouts?.headersMs ?? Math.min(60_000, totalMs),
      bodyMs: timeouts?.bodyMs ?? Math.min(30_000, totalMs),
      totalMs,
    },
    maxBodyBytes: maxBodyBytes ?? 64 * 1024 * 1024,
    now: tools.now ?? Date.now,
  };
}

/**
 * What calls for archives and tables need: nobody knows how long Celtra prepares them
 * (docs/reference/celtra.md#archives).
 */
export function celtraFileHttpOptions(settings: CeltraSettings, tools: CeltraDependencies): HttpOptions {
  const fileMs = settings.fileTimeout ?? 600_000;
  return {
    ...celtraHttpOptions(settings, tools),
    timeouts: { headersMs: fileMs, bodyMs: fileMs, totalMs: fileMs },
  };
}
