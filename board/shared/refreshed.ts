export interface RefreshLimits {
  /** How old a value may be; milliseconds. */
  readonly freshMs: number;
  /** How old it may be while a newer one is read; milliseconds. */
  readonly staleMs: number;
}

/**
 * A value that is read again once it is older than `freshMs`. All who ask at the same time share one reading, and nobody waits for it while
 * the last value is younger than `staleMs`. A failed reading is thrown to whoever waits, and forgotten.
 */
export function refreshed<T>(
  read: () => Promise<T>,
  { freshMs, staleMs }: RefreshLimits,
  now: () => number = Date.now,
): () => Promise<T> {
  let last: { readonly value: T; readonly at: number } | undefined;
  let reading: Promise<T> | undefined;
  const refresh = (): Promise<T> => {
    reading ??= read()
      .then((value) => {
        last = { value, at: now() };
        return value;
      })
      .finally(() => {
        reading = undefined;
      });
    return reading;
  };
  return async () => {
    const age = last === undefined ? Infinity : now() - last.at;
    if (last !== undefined && age <= freshMs) return last.value;
    if (last === undefined || age > staleMs) return refresh();
    refresh().catch(() => undefined);
    return last.value;
  };
}

/** The value if it comes within so many milliseconds; otherwise nothing, while it is read on for the next who ask. */
export async function ifSoon<T>(withinMs: number, value: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, withinMs, undefined);
  });
  try {
    return await Promise.race([value, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
