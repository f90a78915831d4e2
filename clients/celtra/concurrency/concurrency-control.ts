/**
 * How many requests may be under way at the same time: additive increase, multiplicative decrease. Celtra publishes no
 * limit (docs/reference/celtra.md#limits), so it is found by trying.
 */
export interface ConcurrencyControl {
  /** At least 1; its whole part counts. */
  readonly limit: number;
  /** How many were under way when Celtra had too much last; `Infinity` while that is not known. */
  readonly ceiling: number;
  /** Answers until one more request is tried near the ceiling. */
  readonly probeAfter: number;
  /** Monotonic milliseconds. */
  readonly decreasedAt: number;
  /** The usual latency when Celtra has little to do, in milliseconds; absent until it is known. */
  readonly baselineMs?: number | undefined;
  /** Latencies since the last comparison with the baseline, in milliseconds. */
  readonly latenciesMs: readonly number[];
}

/** Two at a time burden nobody. */
const FIRST_LIMIT = 2;
const DECREASE = 0.8;
/** One refusal in so many requests, near a ceiling that is known; each further one doubles it. */
const FIRST_PROBE_AFTER = 40;
const LONGEST_PROBE_AFTER = 320;
/** So many latencies are compared at once, because single ones vary by a factor of three. */
const COMPARED_LATENCIES = 20;
/** The first ones, while few requests are under way, give the baseline. */
const BASELINE_LATENCIES = 6;
const SLOWER_BY = 2;
/** A smaller difference, in milliseconds, is not Celtra's. */
const SLOWER_BY_MS = 250;
/** What counts as usual follows a Celtra that has become slower for another reason. */
const BASELINE_DRIFT = 1.02;

export function initialControl(max: number): ConcurrencyControl {
  return {
    limit: Math.min(FIRST_LIMIT, max),
    ceiling: Infinity,
    probeAfter: FIRST_PROBE_AFTER,
    decreasedAt: -Infinity,
    latenciesMs: [],
  };
}

/** A request that is over. Times are monotonic milliseconds; `inFlight` counts this request, too. */
export interface EndedRequest {
  readonly sentAt: number;
  readonly endedAt: number;
  readonly inFlight: number;
}

/** After a usual answer. An unused limit does not grow, because nothing shows that Celtra would bear more. */
export function afterAnswer(before: ConcurrencyControl, request: EndedRequest, max: number): ConcurrencyControl {
  const { control, isSlower } = compareLatency(before, request.endedAt - request.sentAt);
  if (isSlower) return afterOverload(control, request);
  const { limit, ceiling, probeAfter } = control;
  if (request.inFlight < Math.floor(limit)) return control;
  const isNearCeiling = limit + 1 >= ceiling;
  const higher = Math.min(max, limit + 1 / (isNearCeiling ? probeAfter : limit));
  const isPassed = higher >= ceiling + 1;
  return {
    ...control,
    limit: higher,
    ...(isPassed && { ceiling: Infinity, probeAfter: FIRST_PROBE_AFTER }),
  };
}

/** After a sign that Celtra has too much. What was sent before the last decrease tells nothing new. */
export function afterOverload(before: ConcurrencyControl, { sentAt, endedAt, inFlight }: EndedRequest) {
  if (sentAt < before.decreasedAt) return before;
  const level = Math.min(before.limit, inFlight);
  // What goes wrong even one at a time is an outage or slow for another reason, which says nothing of how many Celtra takes.
  const isOutage = level < 2;
  const isFirst = before.ceiling === Infinity;
  return {
    ...before,
    limit: Math.max(1, level * DECREASE),
    ceiling: isOutage ? Infinity : Math.floor(level),
    probeAfter: isOutage || isFirst ? FIRST_PROBE_AFTER : Math.min(LONGEST_PROBE_AFTER, before.probeAfter * 2),
    decreasedAt: endedAt,
    latenciesMs: [],
    ...(isOutage && { baselineMs: undefined }),
  };
}

function compareLatency(
  before: ConcurrencyControl,
  latencyMs: number,
): { readonly control: ConcurrencyControl; readonly isSlower: boolean } {
  const latenciesMs = [...before.latenciesMs, latencyMs];
  const wanted = before.baselineMs === undefined ? BASELINE_LATENCIES : COMPARED_LATENCIES;
  if (latenciesMs.length < wanted) return { control: { ...before, latenciesMs }, isSlower: false };
  const median = [...latenciesMs].sort((a, b) => a - b)[wanted / 2] ?? latencyMs;
  const { baselineMs = median } = before;
  return {
    control: { ...before, latenciesMs: [], baselineMs: Math.min(median, baselineMs * BASELINE_DRIFT) },
    isSlower: median > Math.max(SLOWER_BY * baselineMs, baselineMs + SLOWER_BY_MS),
  };
}
