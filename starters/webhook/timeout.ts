/** Thrown by {@link withTimeout}: the work may still go on, so what it was asked for is unknown, not undone. */
class TimeoutError extends Error {
  override readonly name = 'TimeLimitError';
}

/** The result of `work`; rejects with {@link TimeoutError} after `limitMs` milliseconds. */
export async function withTimeout<Result>(limitMs: number, work: () => Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new TimeoutError(`no answer within ${limitMs} ms`));
    }, limitMs);
  });
  try {
    return await Promise.race([work(), limit]);
  } finally {
    clearTimeout(timer);
  }
}
