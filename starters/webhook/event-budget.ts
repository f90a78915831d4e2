import { performance } from 'node:perf_hooks';

export interface EventBudgetLimits {
  /** Events of one studio that may come at once, after a pause. */
  readonly burst: number;
  /** Events of one studio in the long run. */
  readonly perSecond: number;
}

interface Bucket {
  readonly tokens: number;
  readonly at: number;
}

/**
 * One token bucket for each studio: a flood of one studio's events leaves those of the others untouched. `now`: milliseconds of a clock that never
 * goes back.
 */
export function createEventBudget({ burst, perSecond }: EventBudgetLimits, now = () => performance.now()) {
  const buckets = new Map<string, Bucket>();
  return {
    /** Takes a place for an event: 0 when there is one, else the milliseconds until there will be. */
    take: (studio: string): number => {
      const at = now();
      const last = buckets.get(studio) ?? { tokens: burst, at };
      const tokens = Math.min(burst, last.tokens + ((at - last.at) / 1000) * perSecond);
      const hasToken = tokens >= 1;
      buckets.set(studio, { tokens: hasToken ? tokens - 1 : tokens, at });
      return hasToken ? 0 : Math.ceil(((1 - tokens) / perSecond) * 1000);
    },
  };
}

export type EventBudget = ReturnType<typeof createEventBudget>;
