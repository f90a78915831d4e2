import { untilAborted } from '../../http/until-aborted';

/** Timers of several tasks that end together end within this time; beside the waits between polls it is nothing. */
const GATHER_MS = 25;

export interface CombinedQuestion {
  /** Everything that is asked, but for the ids: only equal ones are combined. */
  readonly about: string;
  readonly ids: readonly string[];
  /** How many ids one request may name. */
  readonly atMost: number;
}

interface Batch<Item> {
  readonly ids: Set<string>;
  /** It is not sent yet, so further ids may be added. */
  isOpen: boolean;
  /** It is answered, or has failed. */
  isOver: boolean;
  /** All that have joined it. */
  joined: number;
  /** Those that still wait. */
  callers: number;
  readonly result: Promise<readonly Item[]>;
  readonly stop: AbortController;
}

/**
 * Callers that ask about the same for other ids share one request when they fall together: within a moment, or while the request
 * waits for its turn. Each gets the items of its own ids, which it may not change.
 */
export class CombinedRequests<Item> {
  readonly #batches = new Map<string, Batch<Item>>();

  /** `failsAlone`: an error that one caller's ids may have caused for all; then each caller asks alone. */
  constructor(
    private readonly idOf: (item: Item) => string,
    private readonly failsAlone: (error: unknown) => boolean,
  ) {}

  /**
   * `send` is called once for all, and calls `ids` when it is its turn; `stop` is aborted when all callers have been. Throws what
   * `send` throws, or the caller's own signal's reason.
   */
  async get(
    question: CombinedQuestion,
    signal: AbortSignal | undefined,
    send: (ids: () => readonly string[], stop: AbortSignal) => Promise<readonly Item[]>,
  ): Promise<Item[]> {
    signal?.throwIfAborted();
    const batch = this.#join(question) ?? this.#begin(question, send);
    batch.joined += 1;
    batch.callers += 1;
    const own = new Set(question.ids);
    try {
      return (await untilAborted(batch.result, signal)).filter((item) => own.has(this.idOf(item)));
    } catch (error) {
      signal?.throwIfAborted();
      if (batch.joined === 1 || !this.failsAlone(error)) throw error;
      return [...(await send(() => question.ids, signal ?? new AbortController().signal))];
    } finally {
      batch.callers -= 1;
      if (batch.callers === 0 && !batch.isOver) {
        this.#forget(question.about, batch);
        batch.stop.abort();
      }
    }
  }

  /** The batch that asks about the same, if it can take the ids, or names them already. */
  #join({ about, ids, atMost }: CombinedQuestion): Batch<Item> | undefined {
    const batch = this.#batches.get(about);
    if (batch === undefined) return undefined;
    const added = ids.filter((id) => !batch.ids.has(id));
    if (added.length > 0 && (!batch.isOpen || batch.ids.size + added.length > atMost)) return undefined;
    for (const id of added) batch.ids.add(id);
    return batch;
  }

  #begin(
    { about, ids }: CombinedQuestion,
    send: (ids: () => readonly string[], stop: AbortSignal) => Promise<readonly Item[]>,
  ): Batch<Item> {
    const stop = new AbortController();
    const close = (): readonly string[] => {
      batch.isOpen = false;
      return [...batch.ids];
    };
    const ask = async (): Promise<readonly Item[]> => {
      await new Promise((resolve) => setTimeout(resolve, GATHER_MS));
      stop.signal.throwIfAborted();
      return await send(close, stop.signal);
    };
    const result = ask().finally(() => {
      batch.isOver = true;
      this.#forget(about, batch);
    });
    // When all callers are gone, nobody else takes its rejection.
    result.catch(() => undefined);
    const batch: Batch<Item> = { ids: new Set(ids), isOpen: true, isOver: false, joined: 0, callers: 0, result, stop };
    this.#batches.set(about, batch);
    return batch;
  }

  #forget(about: string, batch: Batch<Item>): void {
    if (this.#batches.get(about) === batch) this.#batches.delete(about);
  }
}
