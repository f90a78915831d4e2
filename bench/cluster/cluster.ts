import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import type { Ledger, SandboxPlace } from '../../sandbox';
import { leaseWorkflowId } from '../../workers/gateway-lease/keep-lease';
import { control, eventsOf, startProcesses, type RunningProcesses, type SandboxEvent } from '../day';
import { gatewayBudgetConfig } from '../gateway-budget-config';
import { countGateway } from '../gateway-budget-count';
import { launch, sandboxProcess } from '../launch';
import { percentile } from '../median';
import { processorSeconds } from '../processor-time';
import { printMachine, row, seconds } from '../realistic-report';
import { sendBurst, type BurstResult } from './burst';
import { megabytes } from './memory';
import { startCluster, type TemporalCluster } from './temporal-cluster';

const REQUESTS_PER_SECOND = 15;
/** The window in which the budget counts (clients/http/request-budget.ts). */
const WINDOW_MS = 1_050;
const CEILING = 20;
const REVIEW_WINDOW_MS = 20_000;
const TIMEOUT_MS = 30 * 60_000;
const BURST = { events: 1_000, perSecond: 200 };

/**
 * `cluster [tasks] [workers] [calm]`: a day on several workers and two receivers, on Temporal with PostgreSQL where it can be had. Unless
 * `calm`, the worker that sends the requests is killed for good, and PostgreSQL and Temporal are killed once each. Then a burst of webhooks.
 */
export async function cluster(args: readonly string[]): Promise<boolean> {
  const [tasks = 120, workers = 3] = args.filter((arg) => /^\d+$/.test(arg)).map(Number);
  const folder = await mkdtemp(path.join(tmpdir(), 'extpost-bench-'));
  const stops: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  try {
    const temporal = await startCluster(folder);
    stops.push(() => temporal.stop());
    console.log(`${temporal.kind}; ${workers} workers, 2 receivers, ${tasks} tasks`);
    const sandbox = await launch(sandboxProcess, [JSON.stringify(sandboxOptions(tasks))], process.env);
    stops.push(() => sandbox.stop());
    const place = sandbox.ready as SandboxPlace;
    const processes = await startProcesses(place, {
      folder: path.join(folder, 'day'),
      temporal: { address: temporal.address, namespace: 'default' },
      workers,
      receivers: 2,
      config: configFor,
    });
    stops.push(() => processes.stop());
    const run = { tasks, temporal, processes, place, kills: args.includes('calm') ? [] : [...KILLS] };
    const isGood = await measureDay(run);
    return (await measureBurst(run)) && isGood;
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

function sandboxOptions(tasks: number) {
  return {
    seed: 'cluster',
    day: { tasks, spreadMs: 5_000, verdictAfterMs: 500, giveUpAfterMs: TIMEOUT_MS, lostWebhooks: 0, defects: [] },
    creativeForce: { requestsPerSecond: CEILING, assetKnownAfterMs: 0 },
    celtra: { pictures: 'flat' },
  };
}

function configFor(place: SandboxPlace) {
  const config = gatewayBudgetConfig(place, {
    requestsPerSecond: REQUESTS_PER_SECOND,
    reviewWindow: `${REVIEW_WINDOW_MS / 1_000}s`,
  });
  // The burst is larger than what one studio is allowed otherwise.
  const receiver = { eventsOfStudio: { burst: BURST.events, perSecond: BURST.perSecond }, maxUnconfirmedTasks: 10_000 };
  return { ...config, receiver };
}

interface ClusterRun {
  readonly tasks: number;
  readonly temporal: TemporalCluster;
  readonly processes: RunningProcesses;
  readonly place: SandboxPlace;
  readonly kills: readonly Kill[];
}

interface Kill {
  /** The share of tasks that are done. */
  readonly at: number;
  readonly what: string;
  readonly kill: (run: ClusterRun) => Promise<void>;
}

const KILLS: readonly Kill[] = [
  { at: 0.25, what: 'the worker that sends the requests, for good', kill: killHolder },
  { at: 0.5, what: 'PostgreSQL', kill: async ({ temporal }) => temporal.postgres?.crash() },
  { at: 0.75, what: 'Temporal', kill: ({ temporal }) => temporal.crash() },
];

async function killHolder({ processes }: ClusterRun): Promise<void> {
  const { client } = processes.temporal;
  const { raw } = await client.workflow.getHandle(leaseWorkflowId()).describe();
  // The identity of a worker is `<process id>@<host>`.
  await processes.killWorker(parseInt(raw.pendingActivities?.[0]?.lastWorkerIdentity ?? '', 10));
}

async function measureDay(run: ClusterRun): Promise<boolean> {
  const { tasks, place, temporal } = run;
  const bytesBefore = await databaseBytes(temporal);
  await temporal.postgres?.query('select pg_stat_statements_reset()');
  const began = Date.now();
  await control(place, 'POST', '/day/begin');
  const { peaks, used, statementsBefore } = await watchDay(run, began);
  const endedAt = Date.now();
  const statements = await statementsSoFar(temporal);
  // The last look at the last task comes at the end of its review window.
  await pause(REVIEW_WINDOW_MS + 5_000);
  const events = await eventsOf(place);
  const { summary, line } = (await control(place, 'GET', '/ledger?final=1')) as Ledger;
  const count = countGateway(events, tasks);
  const waits = readyToSubmitted(events);
  console.log(`\n${line}`);
  printMachine();
  row('Temporal', temporal.kind);
  row(
    'until the last accepted',
    `${seconds(endedAt - began)}, ${(tasks / ((endedAt - began) / 1_000)).toFixed(2)} tasks a second`,
  );
  row('violations, answers of 429', `${count.violations}, ${count.tooMany}; busiest second: ${count.busiestSecond}`);
  row(
    'share of the budget',
    `${Math.round((100 * count.rate) / (REQUESTS_PER_SECOND / (WINDOW_MS / 1_000)))} % at full load`,
  );
  row(
    'longest gap',
    `${seconds(count.longestGap.ms)} without a request at full load, ${seconds(count.longestGap.afterMs)} after the first of a task`,
  );
  row('requests', `${count.perTask.toFixed(2)} a task`);
  row('ready to submitted', p50p99(waits));
  for (const [name, used_] of Object.entries(used)) row(`processor, ${name}`, `${(used_ / tasks).toFixed(2)} s a task`);
  if (statements !== undefined)
    row('statements in PostgreSQL', `${((statementsBefore + statements) / tasks).toFixed(0)} a task`);
  const bytes = await databaseBytes(temporal);
  if (bytes !== undefined && bytesBefore !== undefined)
    row(
      'databases',
      `${Math.round(bytes / 1024 ** 2)} MB; ${Math.round((bytes - bytesBefore) / tasks / 1024)} KB more for each task`,
    );
  for (const [name, size] of Object.entries(peaks)) row(`memory, ${name}`, `${size.toFixed(0)} MB at most`);
  const isWhole = summary.done === tasks && summary.lost + summary.twice + summary.wrong === 0;
  return isWhole && count.violations === 0 && count.tooMany === 0;
}

/** Lets the day happen, kills what is to be killed, and returns the most memory and the processor seconds of each kind of process. */
async function watchDay(run: ClusterRun, began: number) {
  const { tasks, place, temporal } = run;
  const kills = run.kills.filter(({ what }) => what !== 'PostgreSQL' || temporal.postgres !== undefined);
  const peaks: Record<string, number> = {};
  // Of each process by its id, because a killed one is measured no more.
  const seen = new Map<string, { readonly kind: string; readonly first: number; readonly last: number }>();
  // Its counters are gone after a crash.
  let statementsBefore = 0;
  let next = 0;
  while (Date.now() - began < TIMEOUT_MS) {
    const pids = processesOf(run);
    for (const [name, size] of Object.entries(await megabytes(pids)))
      peaks[kindOf(name)] = Math.max(peaks[kindOf(name)] ?? 0, size);
    for (const [name, time] of Object.entries(await processorSeconds(pids))) {
      const key = `${name} ${pids[name] ?? ''}`;
      seen.set(key, { kind: kindOf(name), first: seen.get(key)?.first ?? time, last: time });
    }
    const { summary } = (await control(place, 'GET', '/ledger')) as Ledger;
    if (summary.done >= tasks) break;
    const due = kills[next];
    if (due !== undefined && summary.done >= due.at * tasks) {
      next += 1;
      if (due.what === 'PostgreSQL') statementsBefore += (await statementsSoFar(temporal)) ?? 0;
      await due.kill(run);
      console.log(`${seconds(Date.now() - began)}: ${summary.done} done; killed ${due.what}`);
    }
    await pause(1_000);
  }
  const used: Record<string, number> = {};
  for (const { kind, first, last } of seen.values()) used[kind] = (used[kind] ?? 0) + last - first;
  return { peaks, used, statementsBefore };
}

function processesOf({ temporal, processes }: ClusterRun): Record<string, number> {
  const { workers, receivers } = processes.pids();
  const numbered = (kind: string, pids: readonly number[]) =>
    pids.map((pid, index): [string, number] => [`${kind} ${index + 1}`, pid]);
  return {
    ...temporal.pids(),
    ...Object.fromEntries([...numbered('worker', workers), ...numbered('receiver', receivers)]),
  };
}

/** `worker 2` is a worker. */
function kindOf(name: string): string {
  return name.replace(/ \d+$/, '');
}

async function statementsSoFar({ postgres }: TemporalCluster): Promise<number | undefined> {
  if (postgres === undefined) return undefined;
  return Number(await postgres.query('select coalesce(sum(calls), 0) from pg_stat_statements'));
}

async function databaseBytes({ postgres }: TemporalCluster): Promise<number | undefined> {
  const sizes = "pg_database_size('temporal') + pg_database_size('temporal_visibility')";
  return postgres === undefined ? undefined : Number(await postgres.query(`select ${sizes}`));
}

function readyToSubmitted(events: readonly SandboxEvent[]): number[] {
  const ready = new Map<string, number>();
  const waits: number[] = [];
  for (const { kind, taskId = '', at, accepted } of events) {
    if (kind === 'ready') ready.set(taskId, at);
    const from = ready.get(taskId);
    if (kind !== 'submit' || accepted !== true || from === undefined) continue;
    waits.push(at - from);
    ready.delete(taskId);
  }
  return waits;
}

async function measureBurst({ processes, place }: ClusterRun): Promise<boolean> {
  const { client } = processes.temporal;
  // Workers would look for tasks that do not exist; the burst is for the receivers and Temporal alone.
  for (const pid of processes.pids().workers) await processes.killWorker(pid);
  const query = `WorkflowType = 'externalPostTask' AND ExecutionStatus = 'Running'`;
  const before = (await client.workflow.count(query)).count;
  const targets = place.studios.map((studio, index) => ({
    studio,
    url: processes.receiverUrls[index % processes.receiverUrls.length] ?? processes.receiverUrl,
  }));
  const result = await sendBurst({ ...BURST, targets });
  const started = await countWhenSettled(async () => (await client.workflow.count(query)).count - before);
  printBurst(result, started);
  return started === BURST.events && result.refused === 0;
}

/** Visibility is a little behind. */
async function countWhenSettled(count: () => Promise<number>): Promise<number> {
  for (let attempt = 0; attempt < 30; attempt += 1) {
    if ((await count()) >= BURST.events) break;
    await pause(1_000);
  }
  return count();
}

function printBurst({ acknowledgedMs, again, broken, refused, tookMs }: BurstResult, started: number): void {
  row(
    'burst',
    `${BURST.events} signed webhooks at ${BURST.perSecond} a second on 200 kept connections, to 2 receivers, in ${seconds(tookMs)}`,
  );
  row('  tasks begun', `${started}: ${BURST.events - started} lost`);
  row('  acknowledged', p50p99(acknowledgedMs));
  row('  answers', `503 and sent again: ${again}; no answer: ${broken}; refused: ${refused}`);
}

function p50p99(values: readonly number[]): string {
  if (values.length === 0) return 'none';
  return `p50 ${seconds(percentile(values, 0.5))}, p99 ${seconds(percentile(values, 0.99))}`;
}
