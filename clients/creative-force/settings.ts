import type { Dispatcher } from 'undici';

import { sharedDispatcher } from '../http/dispatcher';
import type { HttpOptions } from '../http/call-json';
import type { RequestBudget } from '../http/request-budget';
import type { Md5Format } from './wire/md5';

/** `pasted token` is for a trial only (docs/reference/creative-force.md#pasted-tokens). */
export type GrantType = 'client credentials' | 'authorization code' | 'pasted token';

/** All that a login by authorization code needs. */
export interface LoginSettings {
  /** Stands in messages, in file names and in what the files are sealed for. */
  readonly studio: string;
  readonly tokenUrl: string;
  readonly authorizeUrl: string;
  readonly revocationUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Scopes with spaces between. */
  readonly loginScope: string;
  /** Folder for the sealed files; shared by all processes of this host. */
  readonly tokenFolder: string;
  /** 32 bytes in Base64 or hex, or a passphrase. */
  readonly tokenKey: string;
}

export interface CreativeForceSettings {
  /** Ends in `/v1`; a slash at the end is allowed. */
  readonly baseUrl: string;
  readonly tokenUrl: string;
  /** How tokens are come by; default `client credentials` (docs/reference/creative-force.md#token-request). */
  readonly grant?: GrantType | undefined;
  /** Needed by every grant but `pasted token`. */
  readonly clientId?: string | undefined;
  readonly clientSecret?: string | undefined;
  /** This and the next five are needed by the grant `authorization code`; see {@link LoginSettings}. */
  readonly studio?: string | undefined;
  readonly authorizeUrl?: string | undefined;
  readonly revocationUrl?: string | undefined;
  readonly loginScope?: string | undefined;
  readonly tokenFolder?: string | undefined;
  readonly tokenKey?: string | undefined;
  /** Needed by the grant `pasted token`. */
  readonly accessToken?: string | undefined;
  /** ISO 8601; absent means what the token says of itself. */
  readonly accessTokenExpires?: string | undefined;
  /** The path segment of the task calls, default `extpost` (docs/reference/creative-force.md#listing-path). */
  readonly pathSegment?: string | undefined;
  /**
   * That of the listing alone, whose spelling nobody confirms (docs/reference/creative-force.md#listing-path); default
   * `pathSegment`.
   */
  readonly listingSegment?: string | undefined;
  /** Default 2, "image asset upload" (docs/reference/creative-force.md#file-type). */
  readonly physicalFileTypeId?: number | undefined;
  /** Default `guid` (docs/reference/creative-force.md#md5). */
  readonly md5Format?: Md5Format | undefined;
  /** Default `wrapped`: `{ "assetIds": [...] }`; else a bare array (docs/reference/assumptions.md#bulk-reads). */
  readonly bulkRequest?: 'wrapped' | 'bare' | undefined;
  /** Names for property GUIDs: the name is added as a second key beside the GUID. */
  readonly propertyNames?: Readonly<Record<string, string>> | undefined;
  /** Milliseconds; defaults 20 s to the first byte, 20 s between bytes, 60 s in all. */
  readonly timeouts?: { headersMs?: number | undefined; bodyMs?: number | undefined; totalMs?: number | undefined };
  /** Default 16 MiB. */
  readonly maxBodyBytes?: number | undefined;
}

export interface CreativeForceDependencies {
  /**
   * One per process, shared by all studios: the gateway counts per address
   * (docs/reference/creative-force.md#rate-limit).
   */
  readonly budget: RequestBudget;
  readonly dispatcher?: Dispatcher | undefined;
  /** Unix milliseconds. */
  readonly now?: (() => number) | undefined;
}

/** Id and secret of the studio's registered app. The configuration has checked that they are there. */
export function requireClientCredentials({ clientId, clientSecret }: CreativeForceSettings): {
  clientId: string;
  clientSecret: string;
} {
  if (clientId === undefined || clientSecret === undefined) {
    throw new TypeError('creativeForce.clientId and creativeForce.clientSecret are needed for this grant.');
  }
  return { clientId, clientSecret };
}

/** What a login by authorization code needs. The configuration has checked that it is there. */
export function requireLoginSettings(settings: CreativeForceSettings): LoginSettings {
  const { studio, tokenUrl, authorizeUrl, revocationUrl, loginScope, tokenFolder, tokenKey } = settings;
  const isWhole =
    studio !== undefined &&
    authorizeUrl !== undefined &&
    revocationUrl !== undefined &&
    loginScope !== undefined &&
    tokenFolder !== undefined &&
    tokenKey !== undefined;
  if (!isWhole)
    throw new TypeError('The grant "authorization code" needs the settings of a login, tokenKey among them.');
  const login = { studio, tokenUrl, authorizeUrl, revocationUrl, loginScope, tokenFolder, tokenKey };
  return { ...login, ...requireClientCredentials(settings) };
}

/** What every call of this client needs. */
export function creativeForceHttpOptions(
  settings: Pick<CreativeForceSettings, 'timeouts' | 'maxBodyBytes'>,
  tools: Omit<CreativeForceDependencies, 'budget'>,
): HttpOptions {
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
