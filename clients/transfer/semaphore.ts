interface Waiting {
  readonly share: number;
  readonly go: () => void;
}

/** Lets only so much be under way at the same time, be it files or their bytes; who asked first goes first. */
export class Semaphore {
  private taken = 0;
  private readonly queue: Waiting[] = [];

  /** What wants more than the limit goes alone. */
  constructor(private readonly limit: number) {}

  /** Waits for room and does the work in it. Throws the signal's reason when it is aborted while waiting. */
  async withPermits<T>(wanted: number, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const share = Math.min(wanted, this.limit);
    await this.enter(share, signal);
    try {
      return await work();
    } finally {
      this.taken -= share;
      this.letIn();
    }
  }

  private async enter(share: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const onAbort = (): void => {
        this.queue.splice(this.queue.indexOf(waiting), 1);
        reject(signal.reason as Error);
        // Whoever stood behind may fit now.
        this.letIn();
      };
      const waiting: Waiting = {
        share,
        go: () => {
          signal.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.queue.push(waiting);
      this.letIn();
    });
  }

  private letIn(): void {
    for (let [next] = this.queue; next !== undefined && this.taken + next.share <= this.limit; [next] = this.queue) {
      this.queue.shift();
      this.taken += next.share;
      next.go();
    }
  }
}
