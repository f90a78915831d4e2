/** Runs actions later; stopping cancels all that are pending. */
export interface Scheduler {
  after(delayMs: number, action: () => void): void;
  stop(): void;
}

export function createScheduler(): Scheduler {
  const waiting = new Set<NodeJS.Timeout>();
  let stopped = false;
  return {
    after(delayMs, action) {
      if (stopped) return;
      const timer = setTimeout(
        () => {
          waiting.delete(timer);
          action();
        },
        Math.max(0, delayMs),
      );
      waiting.add(timer);
    },
    stop() {
      stopped = true;
      for (const timer of waiting) clearTimeout(timer);
      waiting.clear();
    },
  };
}
