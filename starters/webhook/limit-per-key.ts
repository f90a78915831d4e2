/** Lets so many pieces of work of one key go on at a time; further ones wait in the order of their arrival. */
export function limitPerKey(limit: number) {
  const running = new Map<string, number>();
  const waiting = new Map<string, (() => void)[]>();

  return async <Result>(key: string, work: () => Promise<Result>): Promise<Result> => {
    const count = running.get(key) ?? 0;
    if (count < limit) running.set(key, count + 1);
    else {
      await new Promise<void>((resolve) => {
        waiting.set(key, [...(waiting.get(key) ?? []), resolve]);
      });
    }
    try {
      return await work();
    } finally {
      const [next, ...others] = waiting.get(key) ?? [];
      if (next === undefined) running.set(key, (running.get(key) ?? 1) - 1);
      else {
        waiting.set(key, others);
        next();
      }
    }
  };
}
