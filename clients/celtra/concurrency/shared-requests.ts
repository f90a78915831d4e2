import { untilAborted } from '../../http/until-aborted';

interface PendingRequest<T> {
  readonly result: Promise<T>;
  readonly stop: AbortController;
  callers: number;
}

/** Callers that want the same at the same time share one request. None of them may change what it returns. */
export class SharedRequests<T> {
  readonly #pending = new Map<string, PendingRequest<T>>();

  /** `send` is aborted only when all its callers have been. Throws what it throws, or the caller's own signal's reason. */
  async get(key: string, signal: AbortSignal | undefined, send: (stop: AbortSignal) => Promise<T>): Promise<T> {
    signal?.throwIfAborted();
    const request = this.#pending.get(key) ?? this.#begin(key, send);
    request.callers += 1;
    try {
      return await untilAborted(request.result, signal);
    } finally {
      request.callers -= 1;
      if (request.callers === 0 && this.#pending.get(key) === request) {
        this.#pending.delete(key);
        request.stop.abort();
      }
    }
  }

  #begin(key: string, send: (stop: AbortSignal) => Promise<T>): PendingRequest<T> {
    const stop = new AbortController();
    const result = send(stop.signal).finally(() => {
      if (this.#pending.get(key) === request) this.#pending.delete(key);
    });
    // When all callers are gone, nobody else takes its rejection.
    result.catch(() => undefined);
    const request: PendingRequest<T> = { result, stop, callers: 0 };
    this.#pending.set(key, request);
    return request;
  }
}
