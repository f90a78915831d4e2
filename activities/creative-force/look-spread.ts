/** Chooses when the next look is: its delay, made longer where the time is taken. Milliseconds. */
export type LookSpread = (studio: string, delayMs: number) => number;

/**
 * Spreads looks over time, so that there are at most `perSecond` for each studio. For what can come in any number: otherwise they would
 * wait for the gateway's budget in the places of activities that others need.
 */
export function spreadLooks(perSecond: number, now = Date.now): LookSpread {
  const widthMs = 1_000 / perSecond;
  /** The taken parts of time, by their number since 1970; one look in each. */
  const takenOf = new Map<string, Set<number>>();
  return (studio, delayMs) => {
    const at = now();
    const taken = takenOf.get(studio) ?? new Set();
    takenOf.set(studio, taken);
    for (const part of taken) if ((part + 1) * widthMs < at) taken.delete(part);
    let part = Math.floor((at + delayMs) / widthMs);
    while (taken.has(part)) part += 1;
    taken.add(part);
    return Math.max(delayMs, Math.ceil(part * widthMs - at));
  };
}
