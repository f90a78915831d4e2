import { z } from 'zod';

import { RemoteCallError, type RemoteSystem } from '../remote-call-error';
import { size } from '../wire-values';
import { contractError, unreadableError } from './call-error';
import { callJson } from './call-json';
import type { HttpCall, HttpOptions } from './send-request';

const LONGEST_REFRESH_TOKEN = 10_000;

/** Each field is judged by itself, so that no other one costs the refresh token, which may be valid once. */
const tokenResponse = z.object({
  // Other characters would not survive in a header.
  access_token: z
    .string()
    .regex(/^[\x21-\x7e]+$/)
    .optional()
    .catch(undefined),
  refresh_token: z.string().trim().min(1).max(LONGEST_REFRESH_TOKEN).optional().catch(undefined),
  token_type: z.unknown().optional(),
  // A life of 0 or less, or one that cannot be read, is not stated.
  expires_in: size.catch(undefined),
});

export interface AccessGrant {
  readonly accessToken: string;
  readonly tokenType: unknown;
  /** Seconds, more than 0. */
  readonly expiresIn?: number | undefined;
}

/** What a token endpoint gave. The refresh token is to be kept first, whatever is wrong with the access token. */
export interface TokenResponse {
  readonly refreshToken?: string | undefined;
  readonly access: AccessGrant | { readonly fault: RemoteCallError };
}

/** Parses a token response. Errors have no excerpt, because a token response of any shape is a secret. */
export function parseTokenResponse(json: unknown, call: HttpCall): TokenResponse {
  if (json === undefined) throw unreadableError(call, 'answered with an empty body');
  const fault = contractError(call, 'answered without an access_token that can be used');
  const parsed = tokenResponse.safeParse(json);
  if (!parsed.success) throw fault;
  const { access_token: accessToken, refresh_token: refreshToken, token_type, expires_in: expiresIn } = parsed.data;
  const access = accessToken === undefined ? { fault } : { accessToken, tokenType: token_type ?? undefined, expiresIn };
  return { refreshToken, access };
}

/** The access token of a response. Throws its fault when it has none. */
export function requireAccess({ access }: TokenResponse): AccessGrant {
  if ('fault' in access) throw access.fault;
  return access;
}

/** A call of a token or revocation endpoint, without its form. */
export function oauthCall(system: RemoteSystem, address: string, secrets: readonly string[]): HttpCall {
  const url = new URL(address);
  return {
    system,
    endpoint: `POST ${url.pathname}`,
    method: 'POST',
    url,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    effect: 'read',
    secrets,
  };
}

/** Where an application's id and secret are sent: in the form (default), or in a Basic header (RFC 6749 §2.3.1). */
export type CredentialsIn = 'form' | 'header';

export interface ClientCredentialsRequest {
  readonly system: RemoteSystem;
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope?: string | undefined;
  readonly audience?: string | undefined;
  readonly credentialsIn?: CredentialsIn | undefined;
}

/** Asks for an access token by client credentials (RFC 6749 §4.4). */
export async function requestAccessToken(
  { system, tokenUrl, clientId, clientSecret, scope, audience, credentialsIn = 'form' }: ClientCredentialsRequest,
  http: HttpOptions,
): Promise<{ readonly access: AccessGrant; readonly call: HttpCall }> {
  const basic = basicCredentials({ clientId, clientSecret });
  const base = oauthCall(system, tokenUrl, [basic, clientSecret]);
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    ...(credentialsIn === 'form' && { client_id: clientId, client_secret: clientSecret }),
    ...(scope !== undefined && { scope }),
    ...(audience !== undefined && { audience }),
  });
  const call: HttpCall = {
    ...base,
    headers: { ...base.headers, ...(credentialsIn === 'header' && { authorization: `Basic ${basic}` }) },
    body: form.toString(),
  };
  const { json } = await callJson(call, http);
  return { access: requireAccess(parseTokenResponse(json, call)), call };
}

/** Turns a refusal by a token endpoint into an `unauthorized` error; `message` gets the status and code in words. */
export function credentialsError(error: unknown, message: (refusal: string) => string): unknown {
  if (!(error instanceof RemoteCallError)) return error;
  if (!['refused', 'unauthorized', 'forbidden'].includes(error.kind)) return error;
  const { status, code } = error;
  const refusal = `${status ?? 'no status'}${code === undefined ? '' : `, ${code}`}`;
  return error.with({ kind: 'unauthorized', message: message(refusal), mayHaveActed: false });
}

/** What follows `Basic` in a header. */
export function basicCredentials({ clientId, clientSecret }: { clientId: string; clientSecret: string }): string {
  return base64(`${formEncoded(clientId)}:${formEncoded(clientSecret)}`);
}

export function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}

/** RFC 6749 §2.3.1 wants both parts of the header encoded like a form. */
function formEncoded(text: string): string {
  return new URLSearchParams({ s: text }).toString().slice(2);
}
