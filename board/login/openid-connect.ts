import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  buildEndSessionUrl,
  calculatePKCECodeChallenge,
  ClientError,
  ClientSecretBasic,
  ClientSecretPost,
  type ClientAuth,
  type Configuration,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
  None,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
} from 'openid-client';

import type { Person } from './access';
import { boundedFetch } from './bounded-fetch';
import { type Claims, claimOf, claimValues, firstText } from './claims';

const TIMEOUT_SECONDS = 10;
/** A provider may replace its keys and endpoints. */
const DISCOVER_AGAIN_MS = 60 * 60_000;

export interface OpenIdConnectSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret?: string | undefined;
  readonly scope: string;
  readonly nameClaim: string;
  readonly groupsClaim: string;
}

/** What the redirect is checked against; kept in the session of the browser that began. */
export interface PendingLogin {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  /** The page that was asked for. */
  readonly to: string;
}

export type LoginAnswer =
  | { readonly outcome: 'known'; readonly person: Person }
  /** A sentence for the page that the person sees. */
  | { readonly outcome: 'failed'; readonly reason: string };

export interface OpenIdConnect {
  /** Where to send the browser, and what to keep until it comes back. */
  begin(to: string): Promise<{ readonly url: string; readonly pending: PendingLogin } | { readonly fault: string }>;
  /** `address`: the one the browser came back to, with its query. */
  finish(address: URL, pending: PendingLogin): Promise<LoginAnswer>;
  /** Where the session at the provider is ended, too; nothing where it has no such page. */
  endSessionUrl(): Promise<string | undefined>;
}

/** Log-in by OpenID Connect: code flow with PKCE, state and nonce. Nothing is asked of the provider before the first log-in. */
export function createOpenIdConnect(settings: OpenIdConnectSettings, publicUrl: string): OpenIdConnect {
  const redirectUri = `${publicUrl}/log-in/return`;
  const provider = rememberFor(DISCOVER_AGAIN_MS, () => discover(settings));
  return {
    begin: async (to) => {
      const pending = { state: randomState(), nonce: randomNonce(), verifier: randomPKCECodeVerifier(), to };
      try {
        const url = buildAuthorizationUrl(await provider(), {
          redirect_uri: redirectUri,
          scope: settings.scope,
          state: pending.state,
          nonce: pending.nonce,
          code_challenge: await calculatePKCECodeChallenge(pending.verifier),
          code_challenge_method: 'S256',
        });
        return { url: url.href, pending };
      } catch (error) {
        return { fault: faultOf(error) };
      }
    },
    finish: async (address, { state, nonce, verifier }) => {
      try {
        const configuration = await provider();
        // The address as the provider knows it, which a proxy in front of the board may have changed.
        const returned = new URL(redirectUri);
        returned.search = address.search;
        const tokens = await authorizationCodeGrant(configuration, returned, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        });
        const claims = tokens.claims();
        if (claims === undefined) return { outcome: 'failed', reason: 'the provider sent no ID token' };
        const all = await withUserInfo(configuration, claims, tokens.access_token, settings);
        return { outcome: 'known', person: personOf(all, claims.sub, settings) };
      } catch (error) {
        return { outcome: 'failed', reason: faultOf(error) };
      }
    },
    endSessionUrl: async () => {
      const configuration = await provider();
      if (configuration.serverMetadata().end_session_endpoint === undefined) return undefined;
      return buildEndSessionUrl(configuration, { post_logout_redirect_uri: `${publicUrl}/log-in` }).href;
    },
  };
}

async function discover({ issuer, clientId, clientSecret }: OpenIdConnectSettings): Promise<Configuration> {
  const address = new URL(issuer);
  const configuration = await discovery(address, clientId, undefined, authenticationWith(clientSecret), {
    timeout: TIMEOUT_SECONDS,
    [customFetch]: boundedFetch,
    // The configuration admits plain http for this computer only.
    execute: address.protocol === 'http:' ? [allowInsecureRequests] : [],
  });
  // The signature of the ID token is checked, too, and not only whom it came from.
  if (configuration.serverMetadata().jwks_uri !== undefined) enableNonRepudiationChecks(configuration);
  return configuration;
}

/** In the form the provider names; the standard's default is the Basic header. */
function authenticationWith(secret: string | undefined): ClientAuth {
  if (secret === undefined) return None();
  return (server, client, body, headers) => {
    const supported = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    const isByHeader = supported.includes('client_secret_basic') || !supported.includes('client_secret_post');
    (isByHeader ? ClientSecretBasic(secret) : ClientSecretPost(secret))(server, client, body, headers);
  };
}

/** Some providers keep the ID token short and say name and groups at the userinfo endpoint. */
async function withUserInfo(
  configuration: Configuration,
  claims: Claims & { readonly sub: string },
  accessToken: string,
  { nameClaim, groupsClaim }: OpenIdConnectSettings,
): Promise<Claims> {
  const isComplete = [nameClaim, groupsClaim].every((name) => claimOf(claims, name) !== undefined);
  if (isComplete || configuration.serverMetadata().userinfo_endpoint === undefined) return claims;
  // What is signed counts more.
  return { ...(await fetchUserInfo(configuration, accessToken, claims.sub)), ...claims };
}

function personOf(claims: Claims, subject: string, { nameClaim, groupsClaim }: OpenIdConnectSettings): Person {
  // An address that nobody has checked could be another person's.
  const names = [nameClaim, 'email', 'preferred_username', 'upn'].filter(
    (name) => name !== 'email' || claims['email_verified'] !== false,
  );
  return { identity: firstText(claims, names) ?? subject, groups: claimValues(claims, groupsClaim) };
}

/** Why it failed, without what the provider was sent. */
function faultOf(error: unknown): string {
  if (!(error instanceof Error)) return 'for an unknown reason';
  if (error instanceof ClientError && error.code !== undefined) return `${error.message} (${error.code})`;
  const { error: code, error_description: description } = error as { error?: unknown; error_description?: unknown };
  if (typeof code === 'string') {
    return typeof description === 'string' ? `the provider says ${code}: ${description}` : `the provider says ${code}`;
  }
  return error.message;
}

/** Asks once, and again after `ms` or a failure. */
function rememberFor<Value>(ms: number, ask: () => Promise<Value>): () => Promise<Value> {
  let latest: { readonly value: Promise<Value>; readonly at: number } | undefined;
  return async () => {
    if (latest === undefined || Date.now() - latest.at >= ms) latest = { value: ask(), at: Date.now() };
    const asked = latest;
    try {
      return await asked.value;
    } catch (error) {
      if (latest === asked) latest = undefined;
      throw error;
    }
  };
}
