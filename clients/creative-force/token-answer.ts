import { z } from 'zod';

import { contractError, type JsonCall } from '../http/call-json';
import { RemoteCallError } from '../remote-call-error';
import { number } from '../wire';

/** Anything else would not survive in a header. */
const visible = z.string().regex(/^[\x21-\x7e]+$/);

const tokenAnswer = z.object({ access_token: visible, refresh_token: visible.nullish(), expires_in: number });

/** What a token endpoint grants; seconds. */
export interface Grant {
  readonly accessToken: string;
  readonly refreshToken?: string | undefined;
  readonly expiresIn?: number | undefined;
}

/** Reads a token answer. The error is without an excerpt: a token answer is a secret, whatever shape it has. */
export function readGrant(json: unknown, call: JsonCall): Grant {
  const parsed = tokenAnswer.safeParse(json);
  if (!parsed.success) throw contractError(call, 'answered without an access_token that can be used');
  const { access_token: accessToken, refresh_token: refreshToken, expires_in: expiresIn } = parsed.data;
  return { accessToken, refreshToken: refreshToken ?? undefined, expiresIn };
}

/**
 * The token endpoint says 400 `invalid_client` for wrong credentials (docs/reference/creative-force.md#token-request).
 */
export function asCredentialsRefused(error: unknown): unknown {
  if (!(error instanceof RemoteCallError)) return error;
  if (!['refused', 'unauthorized', 'forbidden'].includes(error.kind)) return error;
  const { status, code } = error;
  return unauthorizedAs(
    error,
    `Creative Force refused the studio's credentials (${status ?? 'no status'}${code === undefined ? '' : `, ${code}`}). ` +
      'Check clientId and clientSecret against the studio’s registered app.',
  );
}

/** The same refusal as an `unauthorized` one, in other words. */
export function unauthorizedAs(error: RemoteCallError, message: string): RemoteCallError {
  const { system, endpoint, status, code, requestId, excerpt } = error;
  const facts = { system, endpoint, status, code, requestId, excerpt };
  return new RemoteCallError(message, { ...facts, kind: 'unauthorized', mayHaveActed: false });
}
