import { z } from 'zod';

import { parseJson } from '../../http/body';
import { loginError, type TokenSource } from './token-source';

/** The expiry in a JSON Web Token (RFC 7519 §4.1.4): seconds since 1970. */
const claims = z.object({ exp: z.number().positive().max(8.64e12) });

export interface PastedTokenSettings {
  readonly accessToken?: string | undefined;
  /** ISO 8601; wins over what the token says of itself. */
  readonly accessTokenExpires?: string | undefined;
}

/** When a pasted token ends, in Unix milliseconds: by the setting, or else by the token itself, if it says so. */
export function pastedTokenExpiry({ accessToken, accessTokenExpires }: PastedTokenSettings): number | undefined {
  if (accessTokenExpires !== undefined) return Date.parse(accessTokenExpires);
  const [, payload, signature] = (accessToken ?? '').split('.');
  if (payload === undefined || signature === undefined) return undefined;
  const parsed = claims.safeParse(parseJson(Buffer.from(payload, 'base64url').toString('utf8')));
  return parsed.success ? parsed.data.exp * 1_000 : undefined;
}

/** A pasted token, for a trial (docs/reference/creative-force.md#pasted-tokens); it cannot be renewed. */
export function pastedToken(settings: PastedTokenSettings, now: () => number): TokenSource {
  // A token pasted into a file ends with a line break.
  const value = settings.accessToken?.trim() ?? '';
  if (!/^[\x21-\x7e]+$/.test(value)) {
    throw new TypeError('creativeForce.accessToken is empty or holds characters that no access token has.');
  }
  const endsAt = pastedTokenExpiry(settings);
  const hasEnded = (): boolean => endsAt !== undefined && now() >= endsAt;
  const advice = (): string => {
    const end = endsAt === undefined ? '' : new Date(endsAt).toISOString();
    const state =
      endsAt === undefined
        ? 'When the pasted access token of this studio ends is unknown; it has probably ended.'
        : hasEnded()
          ? `The pasted access token of this studio ended at ${end}.`
          : `The pasted access token of this studio should be good until ${end}.`;
    return `${state} Paste a new one and restart, or set a grant that renews itself (docs/login.md).`;
  };
  return {
    isRenewable: false,
    async get(signal) {
      signal?.throwIfAborted();
      if (hasEnded()) throw loginError(advice(), 'unauthorized', 'access token');
      return Promise.resolve(value);
    },
    invalidate: () => undefined,
    adviceWhenRejected: advice,
  };
}
