/** Permission for one request. Tell it when the request goes on the wire, and release it when the request is over. */
export interface RequestPermit {
  /** Called at the moment the request is written to its socket: from here on it counts for one window. */
  sent(): void;
  /** Called when the request is over; a request that was never written gives its place back at once. */
  release(): void;
}

/** Who wants to know how long requests wait. Must not throw. */
export interface BudgetObserver {
  /** So many requests wait for a place now. */
  waiting(count: number): void;
  /** A place was granted after so many milliseconds. */
  granted(waitedMs: number): void;
}

export interface RequestBudgetOptions {
  /**
   * Requests in any window; default 15 of the 20 that Creative Force allows
   * (docs/reference/creative-force.md#rate-limit).
   */
  readonly limit?: number | undefined;
  /** Milliseconds; default 1,050, because the network squeezes gaps (docs/reference/assumptions.md#request-window). */
  readonly windowMs?: number | undefined;
  /** A clock in milliseconds that never runs backwards. */
  readonly now?: (() => number) | undefined;
  readonly observer?: BudgetObserver | undefined;
}

/**
 * A ceiling on requests to the gateway: never more than `limit` in any window of `windowMs`, counted where a request is
 * written to the socket. Waiting for a connection does not shift requests into one another, a blocked event loop cannot
 * release two windows at once, and an aborted wait costs nothing. First come, first served.
 */
export class RequestBudget {
  readonly #limit: number;
  readonly #windowMs: number;
  readonly #now: () => number;
  readonly #observer: BudgetObserver | undefined;
  /** When the requests of the current window were written, oldest first. */
  readonly #sentAt: number[] = [];
  readonly #waiting = new Set<() => void>();
  /** Granted slots whose request is not on the wire yet: each may fire at any moment, so each counts. */
  #unsent = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor({ limit = 15, windowMs = 1_050, now = () => performance.now(), observer }: RequestBudgetOptions = {}) {
    if (!Number.isInteger(limit) || limit < 1)
      throw new RangeError(`A budget needs at least one request, not ${limit}`);
    this.#limit = limit;
    this.#windowMs = windowMs;
    this.#now = now;
    this.#observer = observer;
  }

  /** Waits for a place. Rejects with the signal's reason when it is aborted meanwhile. */
  async acquire(signal?: AbortSignal): Promise<RequestPermit> {
    signal?.throwIfAborted();
    const since = this.#now();
    await new Promise<void>((resolve, reject) => {
      const abandon = () => {
        this.#waiting.delete(grant);
        this.#observer?.waiting(this.#waiting.size);
        reject(signal?.reason as Error);
      };
      const grant = () => {
        signal?.removeEventListener('abort', abandon);
        this.#observer?.granted(this.#now() - since);
        resolve();
      };
      signal?.addEventListener('abort', abandon, { once: true });
      this.#waiting.add(grant);
      this.#admit();
      this.#observer?.waiting(this.#waiting.size);
    });
    return this.#slot();
  }

  #slot(): RequestPermit {
    let held = true;
    const giveUp = () => {
      if (!held) return;
      held = false;
      this.#unsent -= 1;
      this.#admit();
    };
    return {
      sent: () => {
        this.#sentAt.push(this.#now());
        giveUp();
      },
      release: giveUp,
    };
  }

  #admit(): void {
    const windowStart = this.#now() - this.#windowMs;
    while ((this.#sentAt[0] ?? Infinity) <= windowStart) this.#sentAt.shift();
    for (const grant of this.#waiting) {
      if (this.#unsent + this.#sentAt.length >= this.#limit) break;
      this.#waiting.delete(grant);
      this.#unsent += 1;
      grant();
      this.#observer?.waiting(this.#waiting.size);
    }
    this.#wakeLater();
  }

  #wakeLater(): void {
    const oldest = this.#sentAt[0];
    if (this.#timer !== undefined || this.#waiting.size === 0 || oldest === undefined) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        this.#admit();
      },
      Math.max(1, Math.ceil(oldest + this.#windowMs - this.#now())),
    );
  }
}
