export interface RequestPermit {
  /** Called just before the request is written to its socket: from then on it counts. False: it must not be sent any more. */
  send(): boolean;
  /** Called when the request is over; an unsent request returns its place at once. */
  release(): void;
}

/** Whose turn it is among those that wait. */
export interface RequestTurn {
  /** Lower goes first. */
  readonly level: number;
  /** On one level lanes are served in turn. */
  readonly lane: string;
}

const USUAL_TURN: RequestTurn = { level: 3, lane: '' };

/** Observes waiting requests. Must not throw. */
export interface BudgetObserver {
  waiting(count: number): void;
  granted(waitedMs: number): void;
}

/** A little more than a second, because the network shortens gaps (docs/reference/assumptions.md#request-window). */
export const REQUEST_WINDOW_MS = 1_050;

export interface RequestBudgetOptions {
  /** Requests per window; default 15 of the 20 allowed (docs/reference/creative-force.md#rate-limit). */
  readonly limit?: number | undefined;
  /** Default {@link REQUEST_WINDOW_MS}. */
  readonly windowMs?: number | undefined;
  /** Monotonic milliseconds. */
  readonly now?: (() => number) | undefined;
  readonly observer?: BudgetObserver | undefined;
  /** The turn of a request that begins to wait now; absent means that the first to come is the first to go. */
  readonly turn?: (() => RequestTurn | undefined) | undefined;
}

/** The `code` of the error for a request that this process may not send, because another one holds the gateway lease. */
export const NOT_ALLOWED = 'REQUESTS_NOT_ALLOWED';

const CLOSED = -Infinity;

export function notAllowed(): Error {
  return Object.assign(new Error('The budget is closed.'), { code: NOT_ALLOWED });
}

interface Window {
  readonly limit: number;
  readonly ms: number;
}

interface Waiting {
  readonly turn: RequestTurn;
  readonly grant: () => void;
  readonly refuse: (reason: Error) => void;
}

/** Requests that come together may arrive apart, so the window is used in so many parts. */
const PARTS = 3;

/**
 * At most `limit` requests in any `windowMs`, counted when written to a socket, so that no wait can bunch them; and at most a third
 * of them in any third of it, so that a network that delays some of them by up to 400 ms does not bring too many into one second.
 */
export class RequestBudget {
  readonly #windows: readonly Window[];
  readonly #now: () => number;
  readonly #observer: BudgetObserver | undefined;
  readonly #sentAt: number[] = [];
  readonly #turn: () => RequestTurn | undefined;
  /** In the order of their arrival. */
  readonly #waiting = new Set<Waiting>();
  /** The lanes that had a turn, the latest last. */
  readonly #served = new Set<string>();
  /** Granted permits whose request is not sent yet; each counts, because it may be sent at any moment. */
  #unsent = 0;
  #allowedUntil = Infinity;
  #timer: NodeJS.Timeout | undefined;

  constructor({
    limit = 15,
    windowMs = REQUEST_WINDOW_MS,
    now = () => performance.now(),
    observer,
    turn = () => undefined,
  }: RequestBudgetOptions = {}) {
    if (!Number.isInteger(limit) || limit < 1)
      throw new RangeError(`A budget needs at least one request, not ${limit}`);
    this.#windows = [
      { limit, ms: windowMs },
      { limit: Math.ceil(limit / PARTS), ms: windowMs / PARTS },
    ];
    this.#now = now;
    this.#observer = observer;
    this.#turn = turn;
  }

  /** Requests are sent only before this time, in the milliseconds of `now`; later ones wait. Without a call there is no end. */
  allowUntil(time: number): void {
    this.#allowedUntil = time;
    this.#admit();
  }

  /** Refuses those that wait and those that come, until {@link allowUntil} is called again. */
  close(): void {
    this.#allowedUntil = CLOSED;
    for (const { refuse } of this.#waiting) refuse(notAllowed());
  }

  /** Rejects with the signal's reason when it is aborted while waiting, and while the budget is closed. */
  async acquire(signal?: AbortSignal): Promise<RequestPermit> {
    signal?.throwIfAborted();
    if (this.#allowedUntil === CLOSED) throw notAllowed();
    const since = this.#now();
    await new Promise<void>((resolve, reject) => {
      const abandon = () => {
        refuse(signal?.reason as Error);
      };
      const refuse = (reason: Error) => {
        signal?.removeEventListener('abort', abandon);
        this.#waiting.delete(waiting);
        this.#observer?.waiting(this.#waiting.size);
        reject(reason);
      };
      const grant = () => {
        signal?.removeEventListener('abort', abandon);
        this.#observer?.granted(this.#now() - since);
        resolve();
      };
      signal?.addEventListener('abort', abandon, { once: true });
      const waiting: Waiting = { turn: this.#turn() ?? USUAL_TURN, grant, refuse };
      this.#waiting.add(waiting);
      this.#admit();
      this.#observer?.waiting(this.#waiting.size);
    });
    return this.#createPermit();
  }

  #createPermit(): RequestPermit {
    let held = true;
    const release = () => {
      if (!held) return;
      held = false;
      this.#unsent -= 1;
      this.#admit();
    };
    return {
      send: () => {
        const now = this.#now();
        const isAllowed = now < this.#allowedUntil;
        if (isAllowed) this.#sentAt.push(now);
        release();
        return isAllowed;
      },
      release,
    };
  }

  #admit(): void {
    const now = this.#now();
    if (now >= this.#allowedUntil) return;
    const longest = Math.max(...this.#windows.map(({ ms }) => ms));
    while ((this.#sentAt[0] ?? Infinity) <= now - longest) this.#sentAt.shift();
    while (this.#freeAt(now) <= now) {
      const next = this.#next();
      if (next === undefined) break;
      this.#waiting.delete(next);
      this.#served.delete(next.turn.lane);
      this.#served.add(next.turn.lane);
      this.#unsent += 1;
      next.grant();
      this.#observer?.waiting(this.#waiting.size);
    }
    this.#scheduleAdmission();
  }

  /** Of the lowest level, and there of the lane that has waited longest for a turn, the first. */
  #next(): Waiting | undefined {
    const served = [...this.#served];
    const places = new Map(served.map((lane, place) => [lane, place]));
    const placeOf = ({ turn }: Waiting): number => places.get(turn.lane) ?? -1;
    let best: Waiting | undefined;
    for (const one of this.#waiting) {
      const isBetter =
        best === undefined ||
        one.turn.level < best.turn.level ||
        (one.turn.level === best.turn.level && placeOf(one) < placeOf(best));
      if (isBetter) best = one;
    }
    return best;
  }

  /** When every window has room for one more; `Infinity` as long as that depends on unsent requests alone. */
  #freeAt(now: number): number {
    const times = this.#windows.map(({ limit, ms }) => {
      // The request so many before the next one must have left the window.
      const before = limit - this.#unsent;
      if (before <= 0) return Infinity;
      const sentAt = this.#sentAt.at(-before);
      return sentAt === undefined ? now : sentAt + ms;
    });
    return Math.max(...times);
  }

  #scheduleAdmission(): void {
    if (this.#timer !== undefined || this.#waiting.size === 0) return;
    const now = this.#now();
    const freeAt = this.#freeAt(now);
    if (freeAt === Infinity) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        this.#admit();
      },
      Math.max(1, Math.ceil(freeAt - now)),
    );
  }
}
