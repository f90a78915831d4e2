interface Waiting {
  readonly bytes: number;
  readonly go: () => void;
}

/** Lets only so many bytes be under way at the same time; who asked first goes first. */
export class ByteBudget {
  private taken = 0;
  private readonly queue: Waiting[] = [];

  /** `limit`: bytes. What is larger than that goes alone. */
  constructor(private readonly limit: number) {}

  /** Waits for room and does the work in it. Throws the signal's reason when it is aborted while waiting. */
  async within<T>(bytes: number, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const share = Math.min(bytes, this.limit);
    await this.enter(share, signal);
    try {
      return await work();
    } finally {
      this.taken -= share;
      this.letIn();
    }
  }

  private async enter(bytes: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const onAbort = (): void => {
        this.queue.splice(this.queue.indexOf(waiting), 1);
        reject(signal.reason as Error);
        // Whoever stood behind may fit now.
        this.letIn();
      };
      const waiting: Waiting = {
        bytes,
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
    for (let [next] = this.queue; next !== undefined && this.taken + next.bytes <= this.limit; [next] = this.queue) {
      this.queue.shift();
      this.taken += next.bytes;
      next.go();
    }
  }
}
