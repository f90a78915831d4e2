import { type HttpOptions, httpOptions, type HttpDependencies, type HttpSettings } from '../http/send-request';
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
  readonly timeouts?: HttpSettings['timeouts'];
  /** Milliseconds to the first byte of an archive or a table, and between its bytes; default 10 minutes. */
  readonly fileTimeout?: number | undefined;
  /** For a whole JSON response, or one line of JSON Lines; default 64 MiB. */
  readonly maxBodyBytes?: number | undefined;
}

export interface CeltraDependencies extends HttpDependencies {
  /** Of all requests of the account; absent means that nothing limits how many are sent at the same time. */
  readonly limit?: RequestLimit | undefined;
}

export function celtraHttpOptions(
  settings: Pick<CeltraSettings, 'timeouts' | 'maxBodyBytes'>,
  dependencies: HttpDependencies,
): HttpOptions {
  const defaults = { headersMs: 60_000, bodyMs: 30_000, totalMs: 120_000, maxBodyBytes: 64 * 1024 * 1024 };
  return httpOptions(settings, dependencies, defaults);
}

/** Nobody knows how long Celtra prepares a file (docs/reference/celtra.md#archives). */
export function celtraFileHttpOptions(settings: CeltraSettings, dependencies: HttpDependencies): HttpOptions {
  const fileMs = settings.fileTimeout ?? 600_000;
  return {
    ...celtraHttpOptions(settings, dependencies),
    timeouts: { headersMs: fileMs, bodyMs: fileMs, totalMs: fileMs },
  };
}
