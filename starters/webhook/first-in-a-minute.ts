const ONE_MINUTE_MS = 60_000;

/** Says of each kind of event whether it is the first within a minute: so often what strangers cause is logged. */
export function firstInAMinute(): (kind: string) => boolean {
  const lastFirst = new Map<string, number>();
  return (kind) => {
    const now = performance.now();
    const isFirst = now - (lastFirst.get(kind) ?? -Infinity) >= ONE_MINUTE_MS;
    if (isFirst) lastFirst.set(kind, now);
    return isFirst;
  };
}
