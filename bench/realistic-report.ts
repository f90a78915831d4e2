import { cpus, totalmem } from 'node:os';

import type { CeltraCount } from './celtra-count';
import type { GatewayCount } from './gateway-budget-count';
import type { HistoryTimes } from './history-times';
import { percentile } from './median';

/** `p50 1.2 s, p95 3.4 s` of milliseconds. */
export function p50p95(values: readonly number[]): string {
  return values.length === 0
    ? 'none'
    : `p50 ${seconds(percentile(values, 0.5))}, p95 ${seconds(percentile(values, 0.95))}`;
}

export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1_000).toFixed(milliseconds < 1_000 ? 3 : 1)} s`;
}

export function printMachine(): void {
  row('machine', `${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB; Node ${process.version}`);
}

export function row(name: string, text: string): void {
  console.log(`${name.padEnd(28)}${text}`);
}

export function printGateway(count: GatewayCount, tasks: number): void {
  row(
    'gateway requests',
    `${count.perTask.toFixed(2)} a task (tokens, listing and specs aside); 429: ${count.tooMany}`,
  );
  for (const [endpoint, number] of Object.entries(count.byEndpoint))
    row(`  ${endpoint}`, `${String(number).padStart(6)}  ${(number / tasks).toFixed(2)} a task`);
}

export function printCeltra(count: CeltraCount, tasks: number): void {
  const share = count.all === 0 ? 0 : (100 * count.refused) / count.all;
  row(
    'Celtra requests',
    `${(count.all / tasks).toFixed(2)} a task; 429 or 503: ${count.refused} (${share.toFixed(1)} %)`,
  );
  const { searches, polls, addresses } = count;
  for (const [name, number] of Object.entries({
    searches,
    'polls of renders': polls,
    addresses,
  }))
    row(`  ${name}`, `${String(number).padStart(6)}  ${(number / tasks).toFixed(2)} a task`);
}

export const SMALL_PICTURES = 'its small pictures';

/** Processor seconds by process; `pictures` are parts of the worker's. */
export interface UsedProcessors {
  readonly all: Readonly<Record<string, number>>;
  readonly pictures?: Readonly<Record<string, number>>;
}

export function printProcessors({ all, pictures = {} }: UsedProcessors, tasks: number, wallMs: number): void {
  row('processor time', 'seconds a task, share of one core');
  const print = (name: string, time: number): void => {
    row(name, `${(time / tasks).toFixed(3)}  ${((100_000 * time) / wallMs).toFixed(0)} %`);
  };
  for (const [name, time] of Object.entries(all)) {
    print(`  ${name}`, time);
    if (name === 'worker') for (const [part, some] of Object.entries(pictures)) print(`    ${part}`, some);
  }
  const cores = cpus().length;
  // Small pictures get only what all others leave.
  const sum = Object.values(all).reduce((total, time) => total + time, 0) - (pictures[SMALL_PICTURES] ?? 0);
  row(
    'these processors permit',
    `${seconds((1_000 * sum) / cores)}: ${sum.toFixed(1)} s on ${cores} cores, all processes together but for small pictures`,
  );
}

/** Where the time of a task goes, from its histories; steps that take the longest come first. */
export function printSteps(times: HistoryTimes): void {
  console.log(
    '\nstep (milliseconds)             a task  in the queue p50 / p95     last attempt p50 / p95   all attempts p50',
  );
  const total = (name: string): number => (times[name]?.whole ?? []).reduce((sum, value) => sum + value, 0);
  for (const name of Object.keys(times).sort((one, other) => total(other) - total(one))) {
    const step = times[name];
    if (step === undefined) continue;
    const pair = (values: readonly number[]): string =>
      `${percentile(values, 0.5).toFixed(0).padStart(8)} /${percentile(values, 0.95).toFixed(0).padStart(7)}`;
    console.log(
      `${name.padEnd(30)}${step.count.toFixed(2).padStart(8)}${pair(step.waits).padStart(26)}${pair(step.runs).padStart(25)}${percentile(step.whole, 0.5).toFixed(0).padStart(19)}`,
    );
  }
  for (const [name, { failures }] of Object.entries(times)) {
    const [first] = failures;
    if (first !== undefined) row(name, `${failures.length} needed another attempt, such as: ${first.slice(0, 120)}`);
  }
}
