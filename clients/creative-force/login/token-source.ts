import type { HttpOptions } from '../../http/call-json';
import { ClientCredentialsToken } from './client-credentials';
import { LoginToken } from './login-token';
import { PastedToken } from './pasted-token';
import { requireClientCredentials, requireLoginSettings, type CreativeForceSettings } from '../settings';

/**
 * Where the bearer token of one studio comes from; one of three grants
 * (docs/reference/creative-force.md#pasted-tokens).
 */
export interface TokenSource {
  /** A token to send. An aborted caller stops waiting; a request that is under way goes on for the others. */
  get(signal?: AbortSignal): Promise<string>;
  /** Forgets a token that was refused, unless another caller has renewed it already. */
  invalidate(value: string): void;
  /** Whether a fresh token can be had by asking, so that a refused one is worth a second try. */
  readonly isRenewable: boolean;
  /** What a person can do when the gateway refuses a fresh token; a sentence. */
  readonly adviceWhenRejected: () => string;
}

/**
 * The token source that a studio's settings ask for. `http` must have no budget: the token endpoint is another host.
 */
export function createTokenSource(settings: CreativeForceSettings, http: HttpOptions): TokenSource {
  switch (settings.grant ?? 'client credentials') {
    case 'client credentials':
      return new ClientCredentialsToken({ ...requireClientCredentials(settings), tokenUrl: settings.tokenUrl }, http);
    case 'authorization code':
      return new LoginToken(requireLoginSettings(settings), http);
    case 'pasted token':
      return new PastedToken(settings, http.now);
  }
}
