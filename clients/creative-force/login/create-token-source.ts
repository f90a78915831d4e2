import { credentialsError, requestAccessToken, type ClientCredentialsRequest } from '../../http/oauth-token';
import type { HttpOptions } from '../../http/send-request';
import { TokenCache, renewalTime } from '../../http/token-cache';
import { requireClientCredentials, requireLoginSettings, type CreativeForceSettings } from '../settings';
import { LoginToken } from './login-token';
import { pastedToken } from './pasted-token';
import { credentialsRefusedMessage, type TokenSource } from './token-source';

/** The token source that a studio's settings ask for. `http` must have no budget: the token endpoint is another host. */
export function createTokenSource(settings: CreativeForceSettings, http: HttpOptions): TokenSource {
  switch (settings.grant ?? 'client credentials') {
    case 'client credentials':
      return clientCredentialsToken(
        {
          ...requireClientCredentials(settings),
          tokenUrl: settings.tokenUrl,
          credentialsIn: settings.credentialsIn,
        },
        http,
      );
    case 'authorization code':
      return new LoginToken(requireLoginSettings(settings), http);
    case 'pasted token':
      return pastedToken(settings, http.now);
  }
}

/** A bearer token by client credentials (docs/reference/creative-force.md#token-request), kept in memory. */
function clientCredentialsToken(
  settings: Pick<ClientCredentialsRequest, 'tokenUrl' | 'clientId' | 'clientSecret' | 'credentialsIn'>,
  http: HttpOptions,
): TokenSource {
  const cache = new TokenCache(async () => {
    const request = { system: 'Creative Force', scope: 'cfgateway', ...settings } as const;
    const { access } = await requestAccessToken(request, http).catch((error: unknown) => {
      throw credentialsError(error, credentialsRefusedMessage);
    });
    return { value: access.accessToken, renewAt: renewalTime(http.now(), access.expiresIn) };
  }, http.now);
  return {
    isRenewable: true,
    get: (signal) => cache.get(signal),
    invalidate: (value) => {
      cache.invalidate(value);
    },
    adviceWhenRejected: () => 'A fresh token was refused too: check that the studio’s registered app is still active.',
  };
}
