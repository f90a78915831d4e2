import { cpus, totalmem } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';

import { eventsOf, startDay } from './day';
import { gatewayBudgetConfig } from './gateway-budget-config';
import { countGateway, type GatewayCount } from './gateway-budget-count';
import { withTemporal } from './with-temporal';

const CEILING = 20;
const REVIEW_WINDOW_MS = 10_000;
const POLL_INTERVAL_MS = 1_000;
const TIMEOUT_MS = 40 * 60_000;

/** `gateway-budget [tasks] [requests per second]`: first deliveries at full speed against the sandbox's ceiling. */
export async function gatewayBudget(args: readonly string[]): Promise<boolean> {
  const tasks = Number(args[0] ?? 500);
  const requestsPerSecond = Number(args[1] ?? 15);
  return withTemporal(({ folder, address }) => measure(folder, address, tasks, requestsPerSecond));
}

async function measure(folder: string, address: string, tasks: number, requestsPerSecond: number): Promise<boolean> {
  const day = await startDay({
    folder,
    temporal: { address, namespace: 'default' },
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
    const began = Date.now();
    await day.begin();
    let done = 0;
    let lastDoneAt = began;
    while (done < tasks && Date.now() - began < TIMEOUT_MS) {
      await pause(POLL_INTERVAL_MS);
      const now = day.sandbox.ledger().summary.done;
      if (now > done) lastDoneAt = Date.now();
      if (Math.floor(now / 50) > Math.floor(done / 50)) console.log(`${seconds(Date.now() - began)}: ${now} done`);
      done = now;
    }
    // The last poll of the last task comes at the end of its review window.
    await pause(REVIEW_WINDOW_MS + 5_000);
    const count = countGateway(await eventsOf(day.sandbox), tasks);
    const { summary, line } = day.sandbox.ledger({ final: true });
    stalls.disable();
    print(count, { tasks, requestsPerSecond, wallMs: lastDoneAt - began, stallMs: stalls.max / 1e6, line });
    return summary.done === tasks && count.violations === 0 && count.tooMany === 0 && count.perTask <= 6;
  } finally {
    await day.stop();
  }
}

function print(
  count: GatewayCount,
  run: { tasks: number; requestsPerSecond: number; wallMs: number; stallMs: number; line: string },
): void {
  const { tasks, requestsPerSecond, wallMs } = run;
  const least = (tasks * 6 * 1_000) / requestsPerSecond;
  console.log(run.line);
  console.log(
    `machine             ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB; Node ${process.version}`,
  );
  console.log(`tasks               ${tasks}, at ${requestsPerSecond} requests a second under a ceiling of ${CEILING}`);
  console.log(`until the last done ${seconds(wallMs)} (the requests alone take ${seconds(least)})`);
  console.log(`violations          ${count.violations}`);
  console.log(`answers of 429      ${count.tooMany}`);
  // A stalled sandbox handles queued requests at once, and then counts too many in a second.
  console.log(`longest stall       ${Math.round(run.stallMs)} ms of the sandbox’s own process`);
  console.log(`busiest second      ${count.busiestSecond} answers`);
  console.log(`requests per task   ${count.perTask.toFixed(2)} (tokens, listing and specs aside)`);
  for (const [endpoint, number] of Object.entries(count.byEndpoint)) {
    console.log(`  ${endpoint.padEnd(18)}${String(number).padStart(6)}  ${(number / tasks).toFixed(2)} a task`);
  }
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
