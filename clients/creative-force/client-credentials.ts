import { callJson, type HttpTools, type JsonCall } from '../http/call-json';
import { RememberedToken, renewalTime, type Token } from '../http/remembered-token';
import type { TokenSource } from './token';
import { asCredentialsRefused, readGrant } from './token-answer';

/**
 * The bearer token of one studio by client credentials (docs/reference/creative-force.md#token-request): kept in
 * memory, renewed 60 s before its end (or at half of a shorter life) by one request, however many callers wait for it.
 */
export class ClientCredentialsToken implements TokenSource {
  readonly renews = true;
  readonly #settings: { readonly tokenUrl: string; readonly clientId: string; readonly clientSecret: string };
  readonly #http: HttpTools;
  readonly #memory: RememberedToken;

  constructor(settings: { tokenUrl: string; clientId: string; clientSecret: string }, http: HttpTools) {
    this.#settings = settings;
    this.#http = http;
    this.#memory = new RememberedToken(() => this.#request(), http.now);
  }

  get(signal?: AbortSignal): Promise<string> {
    return this.#memory.get(signal);
  }

  drop(value: string): void {
    this.#memory.drop(value);
  }

  adviceWhenRefused(): string {
    return 'A fresh token was refused too: check that the studio’s registered app is still active.';
  }

  async #request(): Promise<Token> {
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
      throw asCredentialsRefused(error);
    });
    const { accessToken, expiresIn } = readGrant(json, call);
    return { value: accessToken, renewAt: renewalTime(this.#http.now(), expiresIn) };
  }
}
