import { z } from 'zod';

import { RemoteCallError, type RemoteSystem } from '../remote-call-error';
import { number } from '../wire-values';
import { contractError, unreadableError } from './call-error';
import { callJson } from './call-json';
import type { HttpCall, HttpOptions } from './send-request';

/** Other characters would not survive in a header. */
const visible = z.string().regex(/^[\x21-\x7e]+$/);

const tokenResponse = z.object({
  access_token: visible,
  refresh_token: visible.nullish(),
  token_type: z.unknown().optional(),
  expires_in: number,
});

export interface TokenResponse {
  readonly accessToken: string;
  readonly refreshToken?: string | undefined;
  readonly tokenType: unknown;
  /** Seconds. */
  readonly expiresIn?: number | undefined;
}

/** Parses a token response. The error has no excerpt, because a token response of any shape is a secret. */
export function parseTokenResponse(json: unknown, call: HttpCall): TokenResponse {
  if (json === undefined) throw unreadableError(call, 'answered with an empty body');
  const parsed = tokenResponse.safeParse(json);
  if (!parsed.success) throw contractError(call, 'answered without an access_token that can be used');
  const { data } = parsed;
  return {
    accessToken: data.access_token,
    refreshToken: data.refresh_token ?? undefined,
    tokenType: data.token_type ?? undefined,
    expiresIn: data.expires_in,
  };
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

export interface ClientCredentialsRequest {
  readonly system: RemoteSystem;
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope?: string | undefined;
  readonly audience?: string | undefined;
  /** Where the credentials are sent: in the form, or in a Basic header (RFC 6749 §2.3.1). Default `form`. */
  readonly credentialsIn?: 'form' | 'header' | undefined;
}

/** Asks for an access token by client credentials (RFC 6749 §4.4). */
export async function requestAccessToken(
  { system, tokenUrl, clientId, clientSecret, scope, audience, credentialsIn = 'form' }: ClientCredentialsRequest,
  http: HttpOptions,
): Promise<{ readonly response: TokenResponse; readonly call: HttpCall }> {
  const basic = base64(`${formEncoded(clientId)}:${formEncoded(clientSecret)}`);
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
  return { response: parseTokenResponse(json, call), call };
}

/** Turns a refusal by a token endpoint into an `unauthorized` error; `message` gets the status and code in words. */
export function credentialsError(error: unknown, message: (refusal: string) => string): unknown {
  if (!(error instanceof RemoteCallError)) return error;
  if (!['refused', 'unauthorized', 'forbidden'].includes(error.kind)) return error;
  const { status, code } = error;
  const refusal = `${status ?? 'no status'}${code === undefined ? '' : `, ${code}`}`;
  return error.with({ kind: 'unauthorized', message: message(refusal), mayHaveActed: false });
}

export function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}

/** RFC 6749 §2.3.1 wants both parts of the header encoded like a form. */
function formEncoded(text: string): string {
  return new URLSearchParams({ s: text }).toString().slice(2);
}
