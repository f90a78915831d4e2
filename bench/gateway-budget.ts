import { cpus, totalmem } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';

import { eventsOf, startDay, type RunningDay } from './day';
import { gatewayBudgetConfig } from './gateway-budget-config';
import { countGateway, type GatewayCount } from './gateway-budget-count';
import { processorSeconds } from './processor-time';
import { REQUEST_WINDOW_MS } from '../clients';
import type { TemporalConnection } from '../temporal';
import { leaseWorkflowId } from '../workers/gateway-lease/keep-lease';
import { withTemporal } from './with-temporal';

const CEILING = 20;
const REVIEW_WINDOW_MS = 10_000;
const POLL_INTERVAL_MS = 1_000;
const TIMEOUT_MS = 40 * 60_000;

/** What is measured; with several workers the one that sends the requests may be killed in the middle. */
interface BudgetRun {
  readonly tasks: number;
  readonly requestsPerSecond: number;
  readonly workers: number;
  readonly killsHolder: boolean;
}

/**
 * `gateway-budget [tasks] [requests per second] [workers] [kill]`: first deliveries at full speed against the sandbox's ceiling.
 * `kill`: the worker that sends the requests is killed for good when a third of the tasks is done.
 */
export async function gatewayBudget(args: readonly string[]): Promise<boolean> {
  const [tasks = 500, requestsPerSecond = 15, workers = 1] = args.filter((arg) => /^\d+$/.test(arg)).map(Number);
  const run = { tasks, requestsPerSecond, workers, killsHolder: args.includes('kill') };
  return withTemporal((server) => measure(server, run));
}

async function measure(
  { folder, address, serverPid }: { readonly folder: string; readonly address: string; readonly serverPid: number },
  run: BudgetRun,
): Promise<boolean> {
  const { tasks, requestsPerSecond, workers, killsHolder } = run;
  const day = await startDay({
    folder,
    temporal: { address, namespace: 'default' },
    workers,
    sandbox: {
      seed: 'gateway-budget',
      day: {
        tasks,
        spreadMs: 5_000,
        verdictAfterMs: 500,
        giveUpAfterMs: TIMEOUT_MS,
        lostWebhooks: 0,
        defects: [],
      },
      // Uploads are registered at once, because each submission that comes too early costs two requests more.
      creativeForce: { requestsPerSecond: CEILING, assetKnownAfterMs: 0 },
      // Measure the gateway, not the drawing of pictures.
      celtra: { pictures: 'flat' },
    },
    config: (sandbox) =>
      gatewayBudgetConfig(sandbox, { requestsPerSecond, reviewWindow: `${REVIEW_WINDOW_MS / 1000}s` }),
  });
  try {
    const stalls = monitorEventLoopDelay({ resolution: 10 });
    stalls.enable();
    const processorBefore = await processorTimes(day, serverPid);
    const began = Date.now();
    await day.begin();
    let done = 0;
    let lastDoneAt = began;
    let isKilled = false;
    while (done < tasks && Date.now() - began < TIMEOUT_MS) {
      await pause(POLL_INTERVAL_MS);
      const now = day.sandbox.ledger().summary.done;
      if (now > done) lastDoneAt = Date.now();
      if (Math.floor(now / 50) > Math.floor(done / 50)) console.log(`${seconds(Date.now() - began)}: ${now} done`);
      done = now;
      if (killsHolder && !isKilled && done > tasks / 3) {
        isKilled = true;
        const processId = await holderOf(day.temporal);
        await day.killWorker(processId);
        console.log(`${seconds(Date.now() - began)}: killed the worker ${processId}, which sent the requests`);
      }
    }
    const processorAfter = await processorTimes(day, serverPid);
    // The last poll of the last task comes at the end of its review window.
    await pause(REVIEW_WINDOW_MS + 5_000);
    const count = countGateway(await eventsOf(day.sandbox), tasks);
    const { summary, line } = day.sandbox.ledger({ final: true });
    stalls.disable();
    print(count, { ...run, wallMs: lastDoneAt - began, stallMs: stalls.max / 1e6, line });
    for (const [name, after] of Object.entries(processorAfter)) {
      const used = (after - (processorBefore[name] ?? 0)) / tasks;
      console.log(`processor           ${name}: ${used.toFixed(2)} s a task`);
    }
    // A killed worker's reads are repeated.
    const mostPerTask = killsHolder ? 6.5 : 6;
    return summary.done === tasks && count.violations === 0 && count.tooMany === 0 && count.perTask <= mostPerTask;
  } finally {
    await day.stop();
  }
}

/** Processor seconds so far, by kind of process; a killed worker is left out. */
async function processorTimes(day: RunningDay, serverPid: number): Promise<Record<string, number>> {
  const { workers, receivers } = day.pids();
  const named = (name: string, pids: readonly number[]) =>
    pids.map((pid, at): [string, number] => [`${name} ${at + 1}`, pid]);
  const pids = Object.fromEntries([...named('worker', workers), ...named('receiver', receivers)]);
  const { user, system } = process.cpuUsage();
  // The sandbox is in this process, whose children the others are.
  return { ...(await processorSeconds({ ...pids, Temporal: serverPid })), sandbox: (user + system) / 1e6 };
}

/** The process id of the worker that holds the gateway lease: `identity` is `<process id>@<host>`. */
async function holderOf({ client }: TemporalConnection): Promise<number> {
  const { raw } = await client.workflow.getHandle(leaseWorkflowId()).describe();
  const processId = parseInt(raw.pendingActivities?.[0]?.lastWorkerIdentity ?? '', 10);
  if (Number.isNaN(processId)) throw new Error('No worker holds the gateway lease.');
  return processId;
}

function print(
  count: GatewayCount,
  run: BudgetRun & { readonly wallMs: number; readonly stallMs: number; readonly line: string },
): void {
  const { tasks, requestsPerSecond, workers, wallMs } = run;
  const least = (tasks * 6 * 1_000) / requestsPerSecond;
  console.log(run.line);
  console.log(
    `machine             ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB; Node ${process.version}`,
  );
  console.log(
    `tasks               ${tasks}, at ${requestsPerSecond} requests a second under a ceiling of ${CEILING}; workers: ${workers}`,
  );
  console.log(`until the last done ${seconds(wallMs)} (the requests alone take ${seconds(least)})`);
  console.log(`violations          ${count.violations}`);
  console.log(`answers of 429      ${count.tooMany}`);
  // A stalled sandbox handles queued requests at once, and then counts too many in a second.
  console.log(`longest stall       ${Math.round(run.stallMs)} ms of the sandbox’s own process`);
  const permitted = requestsPerSecond / (REQUEST_WINDOW_MS / 1000);
  const share = Math.round((100 * count.rate) / permitted);
  console.log(`at full load        ${count.rate.toFixed(2)} requests a second: ${share} % of those permitted`);
  console.log(
    `longest gap         ${seconds(count.longestGap.ms)} without a request at full load, ${seconds(count.longestGap.afterMs)} after the first of a task`,
  );
  console.log(`busiest second      ${count.busiestSecond} answers`);
  console.log(`requests per task   ${count.perTask.toFixed(2)} (tokens, listing and specs aside)`);
  for (const [endpoint, number] of Object.entries(count.byEndpoint)) {
    console.log(`  ${endpoint.padEnd(18)}${String(number).padStart(6)}  ${(number / tasks).toFixed(2)} a task`);
  }
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
