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
  type ClientAuth,
  type CustomFetchOptions,
} from 'oauth4webapi';

import { contractError } from '../../http/call-error';
import { callJson } from '../../http/call-json';
import { parseErrorBody } from '../../http/error-body';
import {
  basicCredentials,
  credentialsError,
  oauthCall,
  parseTokenResponse,
  type AccessGrant,
  type TokenResponse,
} from '../../http/oauth-token';
import type { HttpCall, HttpOptions } from '../../http/send-request';
import { RemoteCallError } from '../../remote-call-error';
import type { LoginSettings } from '../settings';
import { credentialsRefusedMessage, loginError } from './token-source';

/** oauth4webapi builds and checks; our own HTTP code sends, with its errors and redaction. Throws RemoteCallError. */
export class OAuthClient {
  readonly #settings: LoginSettings;
  readonly #http: HttpOptions;
  readonly #client: Client;
  readonly #server: AuthorizationServer;
  readonly #authentication: ClientAuth;

  constructor(settings: LoginSettings, http: HttpOptions) {
    this.#settings = settings;
    this.#http = http;
    this.#client = { client_id: settings.clientId };
    this.#authentication =
      settings.credentialsIn === 'header' ? basicAuthentication(settings) : ClientSecretPost(settings.clientSecret);
    this.#server = {
      issuer: new URL(settings.authorizeUrl).origin,
      authorization_endpoint: settings.authorizeUrl,
      token_endpoint: settings.tokenUrl,
      revocation_endpoint: settings.revocationUrl,
    };
  }

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

  /** Exchanges the query of the redirect for tokens. `sent` is what the login was started with. */
  async exchangeCode(
    query: URLSearchParams,
    sent: { state: string; verifier: string; redirectUri: string },
  ): Promise<TokenResponse> {
    const { state, verifier, redirectUri } = sent;
    const secrets = [verifier, state, query.get('code') ?? ''];
    const parameters = this.#validateRedirect(query, state, secrets);
    return this.#requestTokens(secrets, async (options) => {
      const request = [this.#server, this.#client, this.#authentication, parameters, redirectUri] as const;
      const response = await authorizationCodeGrantRequest(...request, verifier, options);
      await processAuthorizationCodeResponse(this.#server, this.#client, response);
    });
  }

  /** Requests a fresh access token; the response may carry a refresh token that replaces the one sent. */
  async refresh(refreshToken: string): Promise<TokenResponse> {
    return this.#requestTokens([refreshToken], async (options) => {
      const request = [this.#server, this.#client, this.#authentication, refreshToken] as const;
      const response = await refreshTokenGrantRequest(...request, options);
      await processRefreshTokenResponse(this.#server, this.#client, response);
    });
  }

  /** Revokes a refresh token; an unknown one counts as revoked (RFC 7009 §2.2). */
  async revoke(refreshToken: string): Promise<void> {
    const call = this.#call(this.#settings.revocationUrl, [refreshToken]);
    const options = requestOptions(call, async (complete) => {
      await callJson(complete, this.#http);
      return new Response(null, { status: 200 });
    });
    await this.#withReadableErrors(call, async () => {
      const request = [this.#server, this.#client, this.#authentication, refreshToken] as const;
      const additionalParameters = { token_type_hint: 'refresh_token' };
      await processRevocationResponse(await revocationRequest(...request, { ...options, additionalParameters }));
    });
  }

  #validateRedirect(query: URLSearchParams, state: string, secrets: readonly string[]): URLSearchParams {
    const issuer = query.get('iss');
    // Only the origin of the issuer is known, because Creative Force publishes no metadata (RFC 9207 §2.4).
    const isOurs = issuer !== null && URL.canParse(issuer) && new URL(issuer).origin === this.#server.issuer;
    try {
      return validateAuthResponse({ ...this.#server, ...(isOurs && { issuer }) }, this.#client, query, state);
    } catch (error) {
      const reason =
        error instanceof AuthorizationResponseError
          ? `refused the login: ${describeRefusal(error, [this.#settings.clientSecret, ...secrets])}`
          : 'sent a redirect that is not the answer to this login';
      throw loginError(`Creative Force ${reason}. Begin again with "extpost login ${this.#settings.studio}".`);
    }
  }

  async #requestTokens(
    secrets: readonly string[],
    request: (options: ReturnType<typeof requestOptions>) => Promise<void>,
  ): Promise<TokenResponse> {
    const call = this.#call(this.#settings.tokenUrl, secrets);
    const received: TokenResponse[] = [];
    const options = requestOptions(call, async (complete) => {
      const { json } = await callJson(complete, this.#http);
      const response = parseTokenResponse(json, call);
      received.push(response);
      const { access, refreshToken } = response;
      if ('fault' in access) throw access.fault;
      return Response.json(toConformantResponse(access, refreshToken));
    });
    try {
      await this.#withReadableErrors(call, () => request(options));
    } catch (error) {
      const refreshToken = received[0]?.refreshToken;
      if (refreshToken === undefined || !(error instanceof RemoteCallError)) throw error;
      return { refreshToken, access: { fault: error } };
    }
    const [response] = received;
    if (response === undefined) throw contractError(call, 'gave no token');
    return response;
  }

  /** Replaces the library's errors, which carry the response and with it the tokens. */
  async #withReadableErrors(call: HttpCall, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof RemoteCallError)) throw contractError(call, 'answered in a way that OAuth does not know');
      const { studio } = this.#settings;
      const expired =
        `Creative Force no longer accepts the login of studio ${studio} (invalid_grant). ` +
        `Log in again: extpost login ${studio}.`;
      if (error.code === 'invalid_grant') throw error.with({ kind: 'unauthorized', message: expired });
      throw credentialsError(error, credentialsRefusedMessage);
    }
  }

  #call(address: string, secrets: readonly string[]): HttpCall {
    return oauthCall('Creative Force', address, [
      basicCredentials(this.#settings),
      this.#settings.clientSecret,
      ...secrets,
    ]);
  }
}

/** Not the library's, which encodes more characters than a server that does not decode them could bear, such as `-`. */
function basicAuthentication(settings: LoginSettings): ClientAuth {
  return (_server, _client, _body, headers) => {
    headers.set('authorization', `Basic ${basicCredentials(settings)}`);
  };
}

/** `send` gets the call with the form and the credentials. */
function requestOptions(call: HttpCall, send: (complete: HttpCall) => Promise<Response>) {
  return {
    // The configuration allows plain http only for this computer.
    [allowInsecureRequests]: call.url.protocol === 'http:',
    [customFetch]: (_: string, { body, headers }: CustomFetchOptions<'POST', URLSearchParams>) => {
      const { authorization } = headers;
      return send({
        ...call,
        headers: { ...call.headers, ...(authorization !== undefined && { authorization }) },
        body: body.toString(),
      });
    },
  };
}

/** A refresh token is valid once, so a login must not be lost over a formality, such as a missing `token_type`. */
function toConformantResponse(
  { accessToken, tokenType, expiresIn }: AccessGrant,
  refreshToken: string | undefined,
): object {
  return {
    access_token: accessToken,
    token_type: tokenType ?? 'Bearer',
    ...(refreshToken !== undefined && { refresh_token: refreshToken }),
    ...(expiresIn !== undefined && { expires_in: expiresIn }),
  };
}

/** The redirect's own words in one short line without secrets; anybody could have written them. */
function describeRefusal(error: AuthorizationResponseError, secrets: readonly string[]): string {
  const clean = (text: string) =>
    parseErrorBody(JSON.stringify(text.replace(/[^\p{L}\p{N}\p{P}\p{Zs}]/gu, ' ')), secrets).message ?? '';
  const { error: code, error_description: description } = error;
  return description === undefined ? clean(code) : `${clean(code)} (${clean(description)})`;
}
