import { z } from 'zod';

import { parseJson } from '../../http/body';
import { loginError, type TokenSource } from './token-source';

/** The expiry in a JSON Web Token (RFC 7519 §4.1.4): seconds since 1970. */
const claims = z.object({ exp: z.number().positive().max(8.64e12) });

export interface PastedTokenSettings {
  readonly accessToken?: string | undefined;
  /** When it ends, as the person who pasted it knows; ISO 8601. Wins over what the token says of itself. */
  readonly accessTokenExpires?: string | undefined;
}

/**
 * When a pasted token ends, in Unix milliseconds: from the setting, else from the token itself; nothing when neither
 * says.
 */
export function pastedTokenExpiry({ accessToken, accessTokenExpires }: PastedTokenSettings): number | undefined {
  if (accessTokenExpires !== undefined) return Date.parse(accessTokenExpires);
  const [, payload, signature] = (accessToken ?? '').split('.');
  if (payload === undefined || signature === undefined) return undefined;
  const parsed = claims.safeParse(parseJson(Buffer.from(payload, 'base64url').toString('utf8')));
  return parsed.success ? parsed.data.exp * 1_000 : undefined;
}

/**
 * A token that a person has pasted, for a trial (docs/reference/creative-force.md#pasted-tokens). Nothing renews it.
 */
export class PastedToken implements TokenSource {
  readonly isRenewable = false;
  readonly #value: string;
  readonly #endsAt: number | undefined;
  readonly #now: () => number;

  constructor(settings: PastedTokenSettings, now: () => number) {
    // A token pasted into a file ends with a line break.
    this.#value = settings.accessToken?.trim() ?? '';
    if (!/^[\x21-\x7e]+$/.test(this.#value)) {
      throw new TypeError('creativeForce.accessToken is empty or holds characters that no access token has.');
    }
    this.#endsAt = pastedTokenExpiry(settings);
    this.#now = now;
  }

  get(signal?: AbortSignal): Promise<string> {
    if (signal?.aborted === true) return Promise.reject(signal.reason as Error);
    if (this.#endsAt === undefined || this.#now() < this.#endsAt) return Promise.resolve(this.#value);
    return Promise.reject(loginError(this.adviceWhenRejected(), 'unauthorized', 'access token'));
  }

  invalidate(): void {
    // There is no other token.
  }

  adviceWhenRejected(): string {
    const end =
      this.#endsAt === undefined
        ? 'When the pasted access token of this studio ends is unknown; it has probably ended.'
        : this.#now() < this.#endsAt
          ? `The pasted access token of this studio should be good until ${new Date(this.#endsAt).toISOString()}.`
          : `The pasted access token of this studio ended at ${new Date(this.#endsAt).toISOString()}.`;
    return `${end} Paste a new one and restart, or set a grant that renews itself (docs/login.md).`;
  }
}
