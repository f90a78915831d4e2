import { z } from 'zod';

import { TokenCache, renewalTime, type AccessToken } from '../http/token-cache';
import { callJson, contractError, type HttpOptions, type JsonCall } from '../http/call-json';
import { RemoteCallError } from '../remote-call-error';
import { number } from '../wire-values';

/** One value of the `Authorization` header, and what of it may be in no error. */
export interface Credential {
  readonly header: string;
  readonly secrets: readonly string[];
}

/** How a studio shows Celtra who it is (docs/reference/celtra.md#oauth). */
export interface CeltraAuthentication {
  /** What the next call sends. Throws RemoteCallError when there is none to be had, or the signal's reason. */
  credential(signal?: AbortSignal): Promise<Credential>;
  /** Told that Celtra answered 401 to this one; true when asking once more with another could help. */
  rejected(credential: Credential): boolean;
}

/**
 * Where and how the token is had. Celtra publishes none of it (docs/reference/celtra.md#oauth), so all of it is told by
 * its support.
 */
export interface OAuthSettings {
  readonly tokenUrl: string;
  readonly scope?: string | undefined;
  readonly audience?: string | undefined;
  /** Where the application's id and key stand: in the form, or in a Basic header (RFC 6749 §2.3.1). Default `form`. */
  readonly credentialsIn?: 'form' | 'header' | undefined;
}

interface Application {
  readonly applicationId: string;
  readonly secretKey: string;
}

/** HTTP Basic: base64 of `id:secret`, whatever the older pages print (docs/reference/celtra.md#authentication). */
export function basicAuthentication({ applicationId, secretKey }: Application): CeltraAuthentication {
  const encoded = base64(`${applicationId}:${secretKey}`);
  const credential = { header: `Basic ${encoded}`, secrets: [encoded, secretKey] };
  return {
    credential: () => Promise.resolve(credential),
    // It never changes, so a second try would be answered the same.
    rejected: () => false,
  };
}

const tokenAnswer = z.object({
  // Anything else would not survive in a header.
  access_token: z.string().regex(/^[\x21-\x7e]+$/),
  token_type: z.string().nullish(),
  expires_in: number,
});

/** For an answer that does not say how long it lasts: short, because a token that is asked for early costs little. */
const DEFAULT_LIFETIME_SECONDS = 300;

/**
 * A bearer token by client credentials (RFC 6749 §4.4): kept in memory and renewed early by one request for all who
 * wait; on 401 it is dropped, and one new one is tried.
 */
export function oauthAuthentication(
  application: Application,
  settings: OAuthSettings,
  http: HttpOptions,
): CeltraAuthentication {
  const memory = new TokenCache(() => requestToken(application, settings, http), http.now);
  return {
    async credential(signal) {
      const token = await memory.get(signal);
      return { header: `Bearer ${token}`, secrets: [token, application.secretKey] };
    },
    rejected({ header }) {
      memory.invalidate(header.slice('Bearer '.length));
      return true;
    },
  };
}

async function requestToken(
  { applicationId, secretKey }: Application,
  { tokenUrl, scope, audience, credentialsIn = 'form' }: OAuthSettings,
  http: HttpOptions,
): Promise<AccessToken> {
  const url = new URL(tokenUrl);
  const basic = base64(`${formEncoded(applicationId)}:${formEncoded(secretKey)}`);
  const call: JsonCall = {
    system: 'Celtra',
    endpoint: `POST ${url.pathname}`,
    method: 'POST',
    url,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      ...(credentialsIn === 'header' && { authorization: `Basic ${basic}` }),
    },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      ...(credentialsIn === 'form' && { client_id: applicationId, client_secret: secretKey }),
      ...(scope !== undefined && { scope }),
      ...(audience !== undefined && { audience }),
    }).toString(),
    effect: 'read',
    secrets: [basic, secretKey],
  };
  const { json } = await callJson(call, http).catch((error: unknown) => {
    throw tokenRequestError(error);
  });
  const parsed = tokenAnswer.safeParse(json);
  // Without an excerpt: a token answer is a secret, whatever shape it has.
  if (!parsed.success) throw contractError(call, 'answered without an access_token that can be used');
  const { access_token: value, token_type: type, expires_in: seconds } = parsed.data;
  if (type !== undefined && type !== null && type.toLowerCase() !== 'bearer') {
    throw contractError(call, 'answered with a token that is not a bearer token');
  }
  return { value, renewAt: renewalTime(http.now(), Math.max(0, seconds ?? DEFAULT_LIFETIME_SECONDS)) };
}

/** A token server says 400 `invalid_client` or 401 for wrong credentials (RFC 6749 §5.2). */
function tokenRequestError(error: unknown): unknown {
  if (!(error instanceof RemoteCallError)) return error;
  if (!['refused', 'unauthorized', 'forbidden'].includes(error.kind)) return error;
  const { system, endpoint, status, code, requestId, excerpt } = error;
  return new RemoteCallError(
    `Celtra's token address refused the application (${status ?? 'no status'}${code === undefined ? '' : `, ${code}`}). ` +
      'Check applicationId, secretKey and authentication (tokenUrl, scope) against what Celtra has told you.',
    { system, endpoint, kind: 'unauthorized', status, code, requestId, excerpt, mayHaveActed: false },
  );
}

/** RFC 6749 §2.3.1 wants both parts of the header encoded like a form. */
function formEncoded(text: string): string {
  return new URLSearchParams({ s: text }).toString().slice(2);
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
