import { z } from 'zod';

import { contractError, type JsonCall } from '../../http/call-json';
import { RemoteCallError } from '../../remote-call-error';
import { number } from '../../wire-values';

/** Anything else would not survive in a header. */
const visible = z.string().regex(/^[\x21-\x7e]+$/);

const tokenAnswer = z.object({ access_token: visible, refresh_token: visible.nullish(), expires_in: number });

/** What a token endpoint grants; seconds. */
export interface TokenResponse {
  readonly accessToken: string;
  readonly refreshToken?: string | undefined;
  readonly expiresIn?: number | undefined;
}

/** Reads a token answer. The error is without an excerpt: a token answer is a secret, whatever shape it has. */
export function parseTokenResponse(json: unknown, call: JsonCall): TokenResponse {
  const parsed = tokenAnswer.safeParse(json);
  if (!parsed.success) throw contractError(call, 'answered without an access_token that can be used');
  const { access_token: accessToken, refresh_token: refreshToken, expires_in: expiresIn } = parsed.data;
  return { accessToken, refreshToken: refreshToken ?? undefined, expiresIn };
}

/**
 * The token endpoint says 400 `invalid_client` for wrong credentials (docs/reference/creative-force.md#token-request).
 */
export function credentialsError(error: unknown): unknown {
  if (!(error instanceof RemoteCallError)) return error;
  if (!['refused', 'unauthorized', 'forbidden'].includes(error.kind)) return error;
  const { status, code } = error;
  return unauthorizedError(
    error,
    `Creative Force refused the studio's credentials (${status ?? 'no status'}${code === undefined ? '' : `, ${code}`}). ` +
      'Check clientId and clientSecret against the studio’s registered app.',
  );
}

/** The same refusal as an `unauthorized` one, in other words. */
export function unauthorizedError(error: RemoteCallError, message: string): RemoteCallError {
  const { system, endpoint, status, code, requestId, excerpt } = error;
  const facts = { system, endpoint, status, code, requestId, excerpt };
  return new RemoteCallError(message, { ...facts, kind: 'unauthorized', mayHaveActed: false });
}
