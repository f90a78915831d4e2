import { callJson, type HttpOptions, type JsonCall } from '../../http/call-json';
import { TokenCache, renewalTime, type AccessToken } from '../../http/token-cache';
import type { TokenSource } from './token-source';
import { credentialsError, parseTokenResponse } from './token-response';

/**
 * The bearer token of one studio by client credentials (docs/reference/creative-force.md#token-request): kept in
 * memory, renewed 60 s before its end (or at half of a shorter life) by one request, however many callers wait for it.
 */
export class ClientCredentialsToken implements TokenSource {
  readonly isRenewable = true;
  readonly #settings: { readonly tokenUrl: string; readonly clientId: string; readonly clientSecret: string };
  readonly #http: HttpOptions;
  readonly #memory: TokenCache;

  constructor(settings: { tokenUrl: string; clientId: string; clientSecret: string }, http: HttpOptions) {
    this.#settings = settings;
    this.#http = http;
    this.#memory = new TokenCache(() => this.#request(), http.now);
  }

  get(signal?: AbortSignal): Promise<string> {
    return this.#memory.get(signal);
  }

  invalidate(value: string): void {
    this.#memory.invalidate(value);
  }

  adviceWhenRejected(): string {
    return 'A fresh token was refused too: check that the studio’s registered app is still active.';
  }

  async #request(): Promise<AccessToken> {
    const { clientId, clientSecret, tokenUrl } = this.#settings;
    const url = new URL(tokenUrl);
    const call: JsonCall = {
      system: 'Creative Force',
      endpoint: `POST ${url.pathname}`,
      method: 'POST',
      url,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: clientSecret,
        scope: 'cfgateway',
      }).toString(),
      effect: 'read',
      secrets: [clientSecret],
    };
    const { json } = await callJson(call, this.#http).catch((error: unknown) => {
      throw credentialsError(error);
    });
    const { accessToken, expiresIn } = parseTokenResponse(json, call);
    return { value: accessToken, renewAt: renewalTime(this.#http.now(), expiresIn) };
  }
}
