import type { CredentialsIn } from '../http/oauth-token';
import type { RequestBudget } from '../http/request-budget';
import { type HttpOptions, httpOptions, type HttpDependencies, type HttpSettings } from '../http/send-request';
import type { PathSettings } from './paths';
import type { UploadEncoding } from './wire/delivery';
import type { RejectedStatuses } from './wire/fields';
import type { PropertyNames } from './wire/properties';

/** `pasted token` is for a trial only (docs/reference/creative-force.md#pasted-tokens). */
export type GrantType = 'client credentials' | 'authorization code' | 'pasted token';

export interface LoginSettings {
  /** Used in messages and file names, and as part of what the files are sealed for. */
  readonly studio: string;
  readonly tokenUrl: string;
  readonly authorizeUrl: string;
  readonly revocationUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly credentialsIn?: CredentialsIn | undefined;
  /** Scopes with spaces between. */
  readonly loginScope: string;
  /** Folder for the sealed files; shared by all processes of this host. */
  readonly tokenFolder: string;
  /** 32 bytes in Base64 or hex, or a passphrase. */
  readonly tokenKey: string;
}

/** The settings of a login are needed by the grant `authorization code`; id and secret by all but `pasted token`. */
export interface CreativeForceSettings extends Optional<Omit<LoginSettings, 'tokenUrl'>>, PathSettings, UploadEncoding {
  /** Ends in `/v1`; a slash at the end is allowed. */
  readonly baseUrl: string;
  readonly tokenUrl: string;
  /** Default `client credentials` (docs/reference/creative-force.md#token-request). */
  readonly grant?: GrantType | undefined;
  readonly accessToken?: string | undefined;
  /** ISO 8601; default: what the token says of itself. */
  readonly accessTokenExpires?: string | undefined;
  /** Default `wrapped`: `{ "assetIds": [...] }`; else a bare array (docs/reference/assumptions.md#bulk-reads). */
  readonly bulkRequest?: 'wrapped' | 'bare' | undefined;
  /** Names for property GUIDs: the name is added as a second key beside the GUID. */
  readonly propertyNames?: PropertyNames | undefined;
  /** The studio's own statuses that mean rejected (docs/reference/assumptions.md#status-numbers). */
  readonly rejectedStatuses?: RejectedStatuses | undefined;
  /** Milliseconds; defaults 20 s to the first byte, 20 s between bytes, 60 s in all. */
  readonly timeouts?: HttpSettings['timeouts'];
  readonly maxBodyBytes?: number | undefined;
}

type Optional<T> = { readonly [Key in keyof T]?: T[Key] | undefined };

export interface CreativeForceDependencies extends HttpDependencies {
  /** One per process, for all studios (docs/reference/creative-force.md#rate-limit). */
  readonly budget: Pick<RequestBudget, 'acquire'>;
}

/** Id and secret of the studio's registered app. Throws when one is missing, which the configuration has ruled out. */
export function requireClientCredentials({ clientId, clientSecret }: CreativeForceSettings): {
  clientId: string;
  clientSecret: string;
} {
  if (clientId === undefined || clientSecret === undefined) {
    throw new TypeError('creativeForce.clientId and creativeForce.clientSecret are needed for this grant.');
  }
  return { clientId, clientSecret };
}

export function requireLoginSettings(settings: CreativeForceSettings): LoginSettings {
  if (!hasLoginSettings(settings)) {
    throw new TypeError('The grant "authorization code" needs the settings of a login, tokenKey among them.');
  }
  return settings;
}

function hasLoginSettings(settings: CreativeForceSettings): settings is CreativeForceSettings & LoginSettings {
  const { studio, authorizeUrl, revocationUrl, clientId, clientSecret, loginScope, tokenFolder, tokenKey } = settings;
  const needed = [studio, authorizeUrl, revocationUrl, clientId, clientSecret, loginScope, tokenFolder, tokenKey];
  return !needed.includes(undefined);
}

export function creativeForceHttpOptions(settings: HttpSettings, dependencies: HttpDependencies): HttpOptions {
  const defaults = { headersMs: 20_000, bodyMs: 20_000, totalMs: 60_000, maxBodyBytes: 16 * 1024 * 1024 };
  return httpOptions(settings, dependencies, defaults);
}
