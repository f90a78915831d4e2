import {
  allowInsecureRequests,
  authorizationCodeGrantRequest,
  AuthorizationResponseError,
  ClientSecretPost,
  customFetch,
  processAuthorizationCodeResponse,
  processRefreshTokenResponse,
  processRevocationResponse,
  refreshTokenGrantRequest,
  revocationRequest,
  validateAuthResponse,
  type AuthorizationServer,
  type Client,
  type CustomFetchOptions,
  type TokenEndpointResponse,
} from 'oauth4webapi';

import { callJson, contractError, type HttpOptions, type JsonCall } from '../../http/call-json';
import { parseErrorBody } from '../../http/error-body';
import { RemoteCallError } from '../../remote-call-error';
import type { LoginSettings } from '../settings';
import { credentialsError, parseTokenResponse, unauthorizedError, type TokenResponse } from './token-response';

/**
 * The authority of Creative Force, for the grant by authorization code with PKCE and its refresh tokens. oauth4webapi
 * builds requests and checks answers; they travel by our own HTTP, so that time-outs, redaction and errors are those of
 * every other call. Everything throws {@link RemoteCallError}.
 */
export class OAuthClient {
  readonly #settings: LoginSettings;
  readonly #http: HttpOptions;
  readonly #client: Client;
  readonly #server: AuthorizationServer;

  constructor(settings: LoginSettings, http: HttpOptions) {
    this.#settings = settings;
    this.#http = http;
    this.#client = { client_id: settings.clientId };
    this.#server = {
      issuer: new URL(settings.authorizeUrl).origin,
      authorization_endpoint: settings.authorizeUrl,
      token_endpoint: settings.tokenUrl,
      revocation_endpoint: settings.revocationUrl,
    };
  }

  /** The address that a person opens to log in. */
  authorizationUrl(request: { state: string; challenge: string; redirectUri: string }): string {
    const address = new URL(this.#settings.authorizeUrl);
    const query = {
      response_type: 'code',
      client_id: this.#settings.clientId,
      redirect_uri: request.redirectUri,
      scope: this.#settings.loginScope,
      state: request.state,
      code_challenge: request.challenge,
      code_challenge_method: 'S256',
    };
    for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value);
    return address.href;
  }

  /** Turns the query of the redirect into tokens. `state` is the one that was sent. */
  async exchangeCode(
    query: URLSearchParams,
    sent: { state: string; verifier: string; redirectUri: string },
  ): Promise<TokenResponse> {
    const secrets = [sent.verifier, sent.state, query.get('code') ?? ''];
    const call = this.#call(this.#settings.tokenUrl, secrets);
    const parameters = this.#readRedirect(query, sent.state, call);
    return this.#granted(call, async (fetch) => {
      const response = await authorizationCodeGrantRequest(
        this.#server,
        this.#client,
        ClientSecretPost(this.#settings.clientSecret),
        parameters,
        sent.redirectUri,
        sent.verifier,
        this.#options(fetch, this.#settings.tokenUrl),
      );
      return processAuthorizationCodeResponse(this.#server, this.#client, response);
    });
  }

  /** Asks for a fresh access token; the answer may carry a refresh token that replaces the one sent. */
  async refresh(refreshToken: string): Promise<TokenResponse> {
    const call = this.#call(this.#settings.tokenUrl, [refreshToken]);
    return this.#granted(call, async (fetch) => {
      const response = await refreshTokenGrantRequest(
        this.#server,
        this.#client,
        ClientSecretPost(this.#settings.clientSecret),
        refreshToken,
        this.#options(fetch, this.#settings.tokenUrl),
      );
      return processRefreshTokenResponse(this.#server, this.#client, response);
    });
  }

  /** Revokes a refresh token; one that is not known counts as revoked (RFC 7009 §2.2). */
  async revoke(refreshToken: string): Promise<void> {
    const { revocationUrl, clientSecret } = this.#settings;
    const call = this.#call(revocationUrl, [refreshToken]);
    await this.#guarded(call, async () => {
      const response = await revocationRequest(
        this.#server,
        this.#client,
        ClientSecretPost(clientSecret),
        refreshToken,
        {
          ...this.#options(async (sent) => {
            await callJson({ ...call, body: sent }, this.#http);
            return new Response(null, { status: 200 });
          }, revocationUrl),
          additionalParameters: { token_type_hint: 'refresh_token' },
        },
      );
      await processRevocationResponse(response);
    });
  }

  #readRedirect(query: URLSearchParams, state: string, call: JsonCall): URLSearchParams {
    const issuer = query.get('iss');
    // Its path is not known to us (no public metadata), so its origin has to do (RFC 9207 §2.4).
    const isOurs = issuer !== null && URL.canParse(issuer) && new URL(issuer).origin === this.#server.issuer;
    try {
      return validateAuthResponse({ ...this.#server, ...(isOurs && { issuer }) }, this.#client, query, state);
    } catch (error) {
      const said =
        error instanceof AuthorizationResponseError
          ? `refused the login: ${sanitizeText(error.error, call)}${error.error_description === undefined ? '' : ` (${sanitizeText(error.error_description, call)})`}`
          : 'sent a redirect that is not the answer to this login';
      throw new RemoteCallError(`Creative Force ${said}. Begin again with "extpost login ${this.#settings.studio}".`, {
        system: 'Creative Force',
        endpoint: 'login',
        kind: 'unauthorized',
        mayHaveActed: false,
      });
    }
  }

  async #granted(
    call: JsonCall,
    ask: (fetch: (body: string) => Promise<Response>) => Promise<TokenEndpointResponse>,
  ): Promise<TokenResponse> {
    let grant: TokenResponse | undefined;
    await this.#guarded(call, async () => {
      await ask(async (body) => {
        const { json } = await callJson({ ...call, body }, this.#http);
        grant = parseTokenResponse(json, call);
        return Response.json(toConformantResponse(json, grant));
      });
    });
    if (grant === undefined) throw contractError(call, 'gave no token');
    return grant;
  }

  /** Lets only our own error out, with what to do about it. */
  async #guarded(call: JsonCall, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      // The library's own words carry the answer, and with it the tokens.
      if (!(error instanceof RemoteCallError)) throw contractError(call, 'answered in a way that OAuth does not know');
      if (error.code !== 'invalid_grant') throw credentialsError(error);
      throw unauthorizedError(
        error,
        `Creative Force no longer accepts the login of studio ${this.#settings.studio} (invalid_grant). ` +
          `Log in again: extpost login ${this.#settings.studio}.`,
      );
    }
  }

  #call(address: string, secrets: readonly string[]): JsonCall {
    const url = new URL(address);
    return {
      system: 'Creative Force',
      endpoint: `POST ${url.pathname}`,
      method: 'POST',
      url,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      effect: 'read',
      secrets: [this.#settings.clientSecret, ...secrets],
    };
  }

  #options(send: (body: string) => Promise<Response>, address: string) {
    return {
      // The configuration admits plain http for this computer only.
      [allowInsecureRequests]: new URL(address).protocol === 'http:',
      [customFetch]: (_: string, { body }: CustomFetchOptions<'POST', URLSearchParams>) => send(body.toString()),
    };
  }
}

/**
 * The answer as the standard wants it. A refresh token counts once, so a login must not be lost over a formality: a missing
 * `token_type`, a number written as text, an id token that nobody asked for and whose issuer we could not check.
 */
function toConformantResponse(json: unknown, { accessToken, refreshToken, expiresIn }: TokenResponse): object {
  const printed = typeof json === 'object' && json !== null && 'token_type' in json ? json.token_type : undefined;
  return {
    access_token: accessToken,
    token_type: printed ?? 'Bearer',
    ...(refreshToken !== undefined && { refresh_token: refreshToken }),
    ...(expiresIn !== undefined && expiresIn > 0 && { expires_in: expiresIn }),
  };
}

/** Words from the redirect's query, which anybody could have written: one short line without secrets. */
function sanitizeText(words: string, { secrets }: JsonCall): string {
  const line = words.replace(/[^\p{L}\p{N}\p{P}\p{Zs}]/gu, ' ');
  return parseErrorBody(JSON.stringify(line), secrets).message ?? '';
}
