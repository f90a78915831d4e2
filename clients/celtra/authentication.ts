import { contractError } from '../http/call-error';
import { base64, credentialsError, requestAccessToken, type ClientCredentialsRequest } from '../http/oauth-token';
import type { HttpOptions } from '../http/send-request';
import { TokenCache, renewalTime, type AccessToken } from '../http/token-cache';

/** One value of the `Authorization` header, and its parts that must be in no error. */
export interface Credential {
  readonly header: string;
  readonly secrets: readonly string[];
}

/** How a studio authenticates with Celtra (docs/reference/celtra.md#oauth). */
export interface CeltraAuthentication {
  /** The credential of the next call. Throws RemoteCallError when none can be obtained, or the signal's reason. */
  credential(signal?: AbortSignal): Promise<Credential>;
  /** Called after Celtra answered 401; returns whether a second try with another credential can help. */
  rejected(credential: Credential): boolean;
}

/** How to get a token. Celtra publishes none of it (docs/reference/celtra.md#oauth); its support tells it. */
export type OAuthSettings = Pick<ClientCredentialsRequest, 'tokenUrl' | 'scope' | 'audience' | 'credentialsIn'>;

interface Application {
  readonly applicationId: string;
  readonly secretKey: string;
}

/** HTTP Basic with base64 of `id:secret`, which the older pages print otherwise (docs/reference/celtra.md#authentication). */
export function basicAuthentication({ applicationId, secretKey }: Application): CeltraAuthentication {
  const encoded = base64(`${applicationId}:${secretKey}`);
  const credential = { header: `Basic ${encoded}`, secrets: [encoded, secretKey] };
  return { credential: () => Promise.resolve(credential), rejected: () => false };
}

/** A short life for tokens that do not state theirs, because an early renewal costs little. */
const DEFAULT_LIFETIME_SECONDS = 300;

/** A bearer token by client credentials, kept in memory; after a 401 a new one is tried once. */
export function oauthAuthentication(
  application: Application,
  settings: OAuthSettings,
  http: HttpOptions,
): CeltraAuthentication {
  const cache = new TokenCache(() => requestToken(application, settings, http), http.now);
  return {
    async credential(signal) {
      const token = await cache.get(signal);
      return { header: `Bearer ${token}`, secrets: [token, application.secretKey] };
    },
    rejected({ header }) {
      cache.invalidate(header.slice('Bearer '.length));
      return true;
    },
  };
}

async function requestToken(
  { applicationId, secretKey }: Application,
  settings: OAuthSettings,
  http: HttpOptions,
): Promise<AccessToken> {
  const request = { system: 'Celtra', clientId: applicationId, clientSecret: secretKey, ...settings } as const;
  const { access, call } = await requestAccessToken(request, http).catch((error: unknown) => {
    throw credentialsError(
      error,
      (refusal) =>
        `Celtra's token address refused the application (${refusal}). ` +
        'Check applicationId, secretKey and authentication (tokenUrl, scope) against what Celtra gave you.',
    );
  });
  const { accessToken, tokenType, expiresIn = DEFAULT_LIFETIME_SECONDS } = access;
  if (tokenType !== undefined && (typeof tokenType !== 'string' || tokenType.toLowerCase() !== 'bearer')) {
    throw contractError(call, 'answered with a token that is not a bearer token');
  }
  return { value: accessToken, renewAt: renewalTime(http.now(), expiresIn) };
}
