import { RemoteCallError } from '../../remote-call-error';
import { afterAnswer, afterOverload, initialControl, type ConcurrencyControl } from './concurrency-control';

/** Observes the requests of an account. Must not throw. */
export interface RequestLimitObserver {
  changed(state: { readonly limit: number; readonly inFlight: number; readonly waiting: number }): void;
  /** `overloaded`: refused because of too many requests, or not answered in time. */
  ended(result: 'answered' | 'overloaded' | 'failed'): void;
}

export interface RequestLimitOptions {
  /** Requests at the same time, however well Celtra bears them. */
  readonly max: number;
  /** Milliseconds until a request that waits is given up, so that it holds up nothing else; default 20 s. */
  readonly maxWaitMs?: number | undefined;
  /** Monotonic milliseconds. */
  readonly now?: (() => number) | undefined;
  readonly observer?: RequestLimitObserver | undefined;
}

/** When a request that was given up is worth another try. */
const TRY_AGAIN_MS = 5_000;

const timeoutCodes: ReadonlySet<string | number | undefined> = new Set([
  'TIME_LIMIT',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
]);

/** As many requests at the same time as Celtra takes from one account; the others wait in order of arrival. */
export class RequestLimit {
  readonly #options: RequestLimitOptions;
  readonly #now: () => number;
  readonly #waiting = new Set<() => void>();
  #control: ConcurrencyControl;
  #inFlight = 0;
  #pausedUntil = -Infinity;
  #pause: NodeJS.Timeout | undefined;

  constructor(options: RequestLimitOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#control = initialControl(options.max);
    this.#report();
  }

  /** Sends when it is this request's turn. Throws what `send` throws, RemoteCallError without a turn, or the signal's reason. */
  async run<T>(send: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    await this.#turn(signal);
    const sentAt = this.#now();
    try {
      const answer = await send();
      this.#control = afterAnswer(this.#control, this.#ended(sentAt), this.#options.max);
      this.#options.observer?.ended('answered');
      return answer;
    } catch (error) {
      const isOverload = showsOverload(error);
      if (isOverload) this.#slowDown(sentAt, error.retryAfterMs ?? 0);
      this.#options.observer?.ended(isOverload ? 'overloaded' : 'failed');
      throw error;
    } finally {
      this.#inFlight -= 1;
      this.#admit();
    }
  }

  #ended(sentAt: number) {
    return { sentAt, endedAt: this.#now(), inFlight: this.#inFlight };
  }

  #slowDown(sentAt: number, retryAfterMs: number): void {
    this.#control = afterOverload(this.#control, this.#ended(sentAt));
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#now() + retryAfterMs);
  }

  async #turn(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const end = (settle: () => void): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        this.#waiting.delete(grant);
        settle();
      };
      const grant = (): void => {
        end(resolve);
      };
      const giveUp = (reason: Error): void => {
        end(() => {
          reject(reason);
        });
        this.#report();
      };
      const onAbort = (): void => {
        giveUp(signal?.reason as Error);
      };
      const timer = setTimeout(() => {
        giveUp(this.#noTurn());
      }, this.#options.maxWaitMs ?? 20_000);
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiting.add(grant);
      this.#admit();
    });
  }

  #admit(): void {
    const waitMs = this.#pausedUntil - this.#now();
    if (waitMs > 0) {
      this.#pause ??= setTimeout(() => {
        this.#pause = undefined;
        this.#admit();
      }, Math.ceil(waitMs));
      this.#pause.unref();
    } else {
      for (const grant of this.#waiting) {
        if (this.#inFlight >= Math.floor(this.#control.limit)) break;
        this.#inFlight += 1;
        grant();
      }
    }
    this.#report();
  }

  #report(): void {
    const limit = Math.floor(this.#control.limit);
    this.#options.observer?.changed({ limit, inFlight: this.#inFlight, waiting: this.#waiting.size });
  }

  #noTurn(): RemoteCallError {
    const waitMs = Math.max(TRY_AGAIN_MS, Math.round(this.#pausedUntil - this.#now()));
    const isPaused = this.#pausedUntil > this.#now();
    const why = isPaused
      ? 'it accepts no request of this account for a while (Retry-After)'
      : `other requests of this account were first, and it takes ${Math.floor(this.#control.limit)} at a time now`;
    const message = `The request to Celtra was not sent yet: ${why}. It is sent in ${Math.round(waitMs / 1000)} seconds.`;
    return new RemoteCallError(message, {
      system: 'Celtra',
      endpoint: 'POST /export',
      kind: 'throttled',
      code: NO_TURN,
      retryAfterMs: waitMs,
      mayHaveActed: false,
    });
  }
}

/** The code of a request that was not sent, because others were first. */
export const NO_TURN = 'NO_TURN';

function showsOverload(error: unknown): error is RemoteCallError {
  if (!(error instanceof RemoteCallError)) return false;
  return error.kind === 'throttled' || [503, 504].includes(error.status ?? 0) || timeoutCodes.has(error.code);
}
