/** Works on `count` items at a time. The first error starts no further item, and is thrown when the running ones end. */
export async function forEachInParallel<T>(
  count: number,
  items: Iterator<T> | AsyncIterator<T>,
  work: (item: T) => Promise<void>,
): Promise<void> {
  let hasFailed = false;
  const workNext = async (): Promise<void> => {
    try {
      for (;;) {
        const next = await items.next();
        if (next.done === true || hasFailed) return;
        await work(next.value);
      }
    } catch (error) {
      hasFailed = true;
      throw error;
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: count }, workNext));
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
