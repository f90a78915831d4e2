/** Thrown by {@link withinTime}: the work may still go on, so what it was asked for is unknown, not undone. */
class TimeLimitError extends Error {
  override readonly name = 'TimeLimitError';
}

/** The result of `work`, or a {@link TimeLimitError} after `limitMs` milliseconds. */
export async function withinTime<Result>(limitMs: number, work: () => Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new TimeLimitError(`no answer within ${limitMs} ms`));
    }, limitMs);
  });
  try {
    return await Promise.race([work(), limit]);
  } finally {
    clearTimeout(timer);
  }
}
