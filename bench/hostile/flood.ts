import { setTimeout as pause } from 'node:timers/promises';

import { sweepNow } from '../../cli/sweep/sweep-now';
import type { SandboxPlace } from '../../sandbox';
import { control, eventsOf, startProcesses, type RunningProcesses, type SandboxEvent } from '../day';
import { gatewayBudgetConfig } from '../gateway-budget-config';
import { launch, sandboxProcess } from '../launch';
import { median } from '../median';
import { parseRealistic, realisticSandbox } from '../realistic-options';
import { p50p95, row } from '../realistic-report';
import { withTemporal } from '../with-temporal';
import { attack } from './attack';

const TASKS = 40;
const FILES = 2;
/** The tasks become ready over this time, and the flood lasts as long. */
const DAY_MS = 60_000;
const TIMEOUT_MS = 5 * 60_000;
const SWEEP_EVERY_MS = 5_000;
const PER_SECOND = 200;
const [ATTACKED, OTHER] = ['acme', 'nordlicht'] as const;
const MAX_TASK_RATIO = 1.5;
const MAX_SWEEP_RATIO = 2;

interface Measured {
  /** From ready to submitted, of the other studio's tasks; milliseconds. */
  readonly tasks: readonly number[];
  readonly undone: number;
  readonly sweeps: readonly number[];
  readonly flood: unknown;
}

/** The same day twice: with nothing else, and while one studio's secret signs 200 events a second for tasks that there are not. */
export async function studioFlood(): Promise<boolean> {
  const quiet = await measure(false);
  print('without a flood', quiet);
  const flooded = await measure(true);
  print('with a flood', flooded);
  console.log(`  the flood: ${JSON.stringify(flooded.flood)}`);
  const tasks = median(flooded.tasks) / median(quiet.tasks);
  const sweeps = median(flooded.sweeps) / median(quiet.sweeps);
  row(
    'times longer',
    `tasks ${tasks.toFixed(2)} (at most ${MAX_TASK_RATIO}), sweep ${sweeps.toFixed(2)} (at most ${MAX_SWEEP_RATIO})`,
  );
  return quiet.undone + flooded.undone === 0 && tasks <= MAX_TASK_RATIO && sweeps <= MAX_SWEEP_RATIO;
}

function print(name: string, { tasks, undone, sweeps }: Measured): void {
  row(name, `${OTHER}: tasks ${p50p95(tasks)}, ${undone} not submitted; sweep ${p50p95(sweeps)}`);
}

function measure(isFlooded: boolean): Promise<Measured> {
  return withTemporal(async (own) => {
    const options = { ...parseRealistic([], { tasks: TASKS }), files: FILES };
    const sandboxOptions = realisticSandbox(options, {
      spreadMs: DAY_MS,
      verdictAfterMs: 5_000,
      giveUpAfterMs: TIMEOUT_MS,
    });
    const part = await launch(sandboxProcess, [JSON.stringify(sandboxOptions)], process.env);
    try {
      const sandbox = part.ready as SandboxPlace;
      const day = await startProcesses(sandbox, {
        folder: `${own.folder}/day`,
        temporal: { address: own.address, namespace: 'default' },
        config: configOf,
      });
      try {
        return await runDay(day, sandbox, isFlooded);
      } finally {
        await day.stop();
      }
    } finally {
      await part.stop();
    }
  });
}

/** With the usual pace of looks, also at tasks that Creative Force does not show. */
function configOf(place: SandboxPlace) {
  const config = gatewayBudgetConfig(place, { requestsPerSecond: 15, reviewWindow: '1h', usualPace: true });
  const studios = Object.entries(config.studios).map(([name, { poll: _poll, ...studio }]) => [name, studio] as const);
  return { ...config, studios: Object.fromEntries(studios) };
}

async function runDay(day: RunningProcesses, sandbox: SandboxPlace, isFlooded: boolean): Promise<Measured> {
  const secret = sandbox.studios.find(({ name }) => name === ATTACKED)?.webhookSecret ?? '';
  const url = `${day.receiverUrl}/webhooks/creative-force/${ATTACKED}`;
  const attacker = isFlooded ? await attack({ kind: 'flood', url, secret, perSecond: PER_SECOND }) : undefined;
  await day.begin();
  const sweeps = await sweepFor(day, DAY_MS);
  const flood = await attacker?.stop();
  const studioOf = await studiosOfTasks(sandbox);
  const until = Date.now() + TIMEOUT_MS;
  for (;;) {
    const times = timesOf(await eventsOf(sandbox), studioOf);
    const undone = times.filter((one) => one === undefined).length;
    if (undone === 0 || Date.now() > until) {
      return { tasks: times.filter((one) => one !== undefined), undone, sweeps, flood };
    }
    await pause(500);
  }
}

async function sweepFor(day: RunningProcesses, forMs: number): Promise<number[]> {
  const times: number[] = [];
  const until = Date.now() + forMs;
  while (Date.now() < until) {
    const began = performance.now();
    await sweepNow(day.temporal.client, { studio: OTHER, withinMs: TIMEOUT_MS });
    times.push(performance.now() - began);
    await pause(Math.max(0, SWEEP_EVERY_MS - (performance.now() - began)));
  }
  return times;
}

async function studiosOfTasks(sandbox: SandboxPlace): Promise<ReadonlyMap<string, string>> {
  const tasks = (await control(sandbox, 'GET', '/tasks')) as readonly { taskId: string; studio: string }[];
  return new Map(tasks.map(({ taskId, studio }) => [taskId, studio]));
}

/** From ready to the submission, of each task of the other studio. */
function timesOf(events: readonly SandboxEvent[], studioOf: ReadonlyMap<string, string>): (number | undefined)[] {
  const ready = events.filter(({ kind, taskId = '' }) => kind === 'ready' && studioOf.get(taskId) === OTHER);
  return ready.map(({ taskId, at }) => {
    const submitted = events.find((one) => one.kind === 'submit' && one.taskId === taskId && one.accepted === true);
    return submitted === undefined ? undefined : submitted.at - at;
  });
}
