interface Waiting {
  readonly permits: number;
  readonly rank: number;
  readonly grant: () => void;
}

/**
 * A weighted semaphore: limits how many permits (files, or their bytes) are held at once. The lowest rank goes first; of one rank
 * whoever came first.
 */
export class Semaphore {
  private held = 0;
  private readonly queue: Waiting[] = [];

  /** A request for more permits than the limit gets all of them. */
  constructor(private readonly limit: number) {}

  /** Runs `work` while holding permits. Throws the signal's reason when it is aborted while waiting. */
  async withPermits<T>(requested: number, signal: AbortSignal, work: () => Promise<T>, rank = 0): Promise<T> {
    const permits = Math.min(requested, this.limit);
    await this.acquire(permits, rank, signal);
    try {
      return await work();
    } finally {
      this.held -= permits;
      this.grantNext();
    }
  }

  private async acquire(permits: number, rank: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const onAbort = (): void => {
        this.queue.splice(this.queue.indexOf(waiting), 1);
        reject(signal.reason as Error);
        // The next in the queue may need fewer permits.
        this.grantNext();
      };
      const waiting: Waiting = {
        permits,
        rank,
        grant: () => {
          signal.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      signal.addEventListener('abort', onAbort, { once: true });
      const later = this.queue.findIndex((one) => one.rank > rank);
      this.queue.splice(later < 0 ? this.queue.length : later, 0, waiting);
      this.grantNext();
    });
  }

  private grantNext(): void {
    for (let [next] = this.queue; next !== undefined && this.held + next.permits <= this.limit; [next] = this.queue) {
      this.queue.shift();
      this.held += next.permits;
      next.grant();
    }
  }
}
