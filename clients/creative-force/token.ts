import { z } from 'zod';

import { callJson, contractError, type HttpTools, type JsonCall } from '../http/call-json';
import { RemoteCallError } from '../remote-call-error';
import { number } from '../wire';
import type { CreativeForceSettings } from './settings';

const RENEW_EARLY_MS = 60_000;
/** "1 hour" (creative-force.md §2), for an answer that does not say. */
const DEFAULT_LIFETIME_SECONDS = 3_600;

const tokenAnswer = z.object({
  // Anything else would not survive in a header.
  access_token: z.string().regex(/^[\x21-\x7e]+$/),
  expires_in: number,
});

interface Token {
  readonly value: string;
  /** Unix milliseconds. */
  readonly renewAt: number;
}

/**
 * The bearer token of one studio by client credentials (creative-force.md §2): kept in memory, renewed 60 s before its
 * end (or at half of a shorter life) by one request, however many callers wait for it.
 */
export class TokenSource {
  readonly #settings: CreativeForceSettings;
  readonly #http: HttpTools;
  #token: Token | undefined;
  #pending: Promise<Token> | undefined;

  constructor(settings: CreativeForceSettings, http: HttpTools) {
    this.#settings = settings;
    this.#http = http;
  }

  /** A valid token. An aborted caller stops waiting; the request goes on for the others. */
  async get(signal?: AbortSignal): Promise<string> {
    signal?.throwIfAborted();
    if (this.#token !== undefined && this.#http.now() < this.#token.renewAt) return this.#token.value;
    this.#pending ??= this.#request().finally(() => {
      this.#pending = undefined;
    });
    return (await untilAborted(this.#pending, signal)).value;
  }

  /** Forgets a token that was refused, unless another caller has renewed it already. */
  drop(value: string): void {
    if (this.#token?.value === value) this.#token = undefined;
  }

  async #request(): Promise<Token> {
    const { clientId, clientSecret, tokenUrl } = this.#settings;
    const url = new URL(tokenUrl);
    const call: JsonCall = {
      system: 'Creative Force',
      endpoint: `POST ${url.pathname}`,
      method: 'POST',
      url,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: clientSecret,
        scope: 'cfgateway',
      }).toString(),
      effect: 'read',
      secrets: [clientSecret],
    };
    const { json } = await callJson(call, this.#http).catch((error: unknown) => {
      throw asCredentialsRefused(error);
    });
    const parsed = tokenAnswer.safeParse(json);
    // Without an excerpt: a token answer is a secret, whatever shape it has.
    if (!parsed.success) throw contractError(call, 'answered without an access_token that can be used');
    const lifetimeMs = (parsed.data.expires_in ?? DEFAULT_LIFETIME_SECONDS) * 1_000;
    const token = {
      value: parsed.data.access_token,
      renewAt: this.#http.now() + lifetimeMs - Math.min(RENEW_EARLY_MS, lifetimeMs / 2),
    };
    this.#token = token;
    return token;
  }
}

/** The token endpoint says 400 `invalid_client` for wrong credentials (creative-force.md §2). */
function asCredentialsRefused(error: unknown): unknown {
  if (!(error instanceof RemoteCallError)) return error;
  if (!['refused', 'unauthorized', 'forbidden'].includes(error.kind)) return error;
  const { system, endpoint, status, code, requestId, excerpt } = error;
  return new RemoteCallError(
    `Creative Force refused the studio's credentials (${status ?? 'no status'}${code === undefined ? '' : `, ${code}`}). ` +
      'Check clientId and clientSecret against the studio’s registered app.',
    { system, endpoint, kind: 'unauthorized', status, code, requestId, excerpt, mayHaveActed: false },
  );
}

async function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return await work;
  let onAbort: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => {
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
