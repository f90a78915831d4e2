import { untilAborted } from './until-aborted';

export interface AccessToken {
  readonly value: string;
  /** When to stop using it; Unix milliseconds. */
  readonly renewAt: number;
}

const RENEW_EARLY_MS = 60_000;
/** Documented life of a token (docs/reference/creative-force.md#token-request). */
const DEFAULT_LIFETIME_SECONDS = 3_600;

/** A token that is said to live longer is renewed then nevertheless. */
const LONGEST_LIFETIME_SECONDS = 86_400;

/** 60 s before the end of a token, or after half of a shorter life; Unix milliseconds. */
export function renewalTime(now: number, lifetimeSeconds = DEFAULT_LIFETIME_SECONDS): number {
  const lifetimeMs = Math.min(lifetimeSeconds, LONGEST_LIFETIME_SECONDS) * 1_000;
  return now + lifetimeMs - Math.min(RENEW_EARLY_MS, lifetimeMs / 2);
}

/** Keeps a token and renews it by one request, however many callers wait for it. */
export class TokenCache {
  #token: AccessToken | undefined;
  #pending: Promise<AccessToken> | undefined;

  constructor(
    private readonly request: () => Promise<AccessToken>,
    private readonly now: () => number,
  ) {}

  async get(signal?: AbortSignal): Promise<string> {
    signal?.throwIfAborted();
    if (this.#token !== undefined && this.now() < this.#token.renewAt) return this.#token.value;
    this.#pending ??= this.#renew().finally(() => {
      this.#pending = undefined;
    });
    return (await untilAborted(this.#pending, signal)).value;
  }

  invalidate(value: string): void {
    if (this.#token?.value === value) this.#token = undefined;
  }

  async #renew(): Promise<AccessToken> {
    this.#token = await this.request();
    return this.#token;
  }
}
