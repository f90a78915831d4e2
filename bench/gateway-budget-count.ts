import type { SandboxEvent } from './day';

/** Gateway requests of a day, as the sandbox counted them. */
export interface GatewayCount {
  /** Requests by endpoint, most frequent first. */
  readonly byEndpoint: Readonly<Record<string, number>>;
  /** Requests per task, without tokens, listing and specs, which tasks share. */
  readonly perTask: number;
  /** The most requests of any one task. */
  readonly mostOfOneTask: number;
  readonly violations: number;
  readonly tooMany: number;
  /** The most responses in any one second, by the sandbox's clock. */
  readonly busiestSecond: number;
  /**
   * Requests per second from the first request of a task until 30 tasks were left to submit: before it there is nothing to do, after that
   * too little for a full rate.
   */
  readonly rate: number;
  /** The same for every ten seconds of that time. */
  readonly rates: readonly number[];
  /** The longest time without any request within that time. */
  readonly longestGap: Gap;
}

interface Gap {
  readonly ms: number;
  /** Milliseconds from the first request of a task to the request after which nothing came. */
  readonly afterMs: number;
}

/** Shared by tasks: tokens last an hour, specs are cached, the listing belongs to the sweep. */
const SHARED = new Set(['token', 'listTasks', 'bulkGetSpecs']);

/** Counts the requests in the sandbox's event log. */
export function countGateway(events: readonly SandboxEvent[], tasks: number): GatewayCount {
  const requests = events.filter(({ kind }) => kind === 'gateway');
  const byEndpoint = countBy(requests, ({ endpoint }) => endpoint ?? 'unknown');
  const ofTasks = requests.filter(({ endpoint = '' }) => !SHARED.has(endpoint));
  const byTask = Object.values(
    countBy(
      ofTasks.filter(({ taskId }) => taskId !== undefined),
      ({ taskId = '' }) => taskId,
    ),
  );
  const onGateway = requests.filter(({ endpoint }) => endpoint !== 'token').map(({ at }) => at);
  const [firstOfTask] = ofTasks;
  return {
    byEndpoint,
    perTask: ofTasks.length / tasks,
    mostOfOneTask: Math.max(0, ...byTask),
    violations: events.filter(({ kind }) => kind === 'violation').length,
    tooMany: requests.filter(({ status }) => status === 429).length,
    busiestSecond: busiest(onGateway, 1_000),
    ...fullLoad(
      events,
      onGateway.filter((at) => at >= (firstOfTask?.at ?? 0)),
      tasks,
    ),
  };
}

const LEFT_OVER = 30;
const STEP_MS = 10_000;

/** The rate while more than 30 tasks wait. */
function fullLoad(
  events: readonly SandboxEvent[],
  requests: readonly number[],
  tasks: number,
): Pick<GatewayCount, 'rate' | 'rates' | 'longestGap'> {
  const submitted = events.filter(({ kind, accepted }) => kind === 'submit' && accepted === true).map(({ at }) => at);
  const [first = 0] = requests;
  const until = submitted[Math.max(0, tasks - LEFT_OVER - 1)] ?? requests.at(-1) ?? first;
  const within = requests.filter((at) => at <= until);
  const longestGap = within.reduce<Gap>(
    (longest, at, index) => {
      const before = within[index - 1] ?? at;
      return at - before > longest.ms ? { ms: at - before, afterMs: before - first } : longest;
    },
    { ms: 0, afterMs: 0 },
  );
  const rates = Array.from({ length: Math.floor((until - first) / STEP_MS) }, (_, step) => {
    const from = first + step * STEP_MS;
    return within.filter((at) => at >= from && at < from + STEP_MS).length / (STEP_MS / 1_000);
  });
  return { rate: within.length / Math.max(0.001, (until - first) / 1_000), rates, longestGap };
}

function countBy<T>(items: readonly T[], keyOf: (item: T) => string): Record<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([, one], [, other]) => other - one));
}

/** The most of these sorted times in any window. */
function busiest(moments: readonly number[], windowMs: number): number {
  let first = 0;
  let most = 0;
  moments.forEach((moment, index) => {
    while ((moments[first] ?? moment) <= moment - windowMs) first += 1;
    most = Math.max(most, index - first + 1);
  });
  return most;
}
