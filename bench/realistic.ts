import { setTimeout as pause } from 'node:timers/promises';

import { countArrivals } from './arrivals/count-arrivals';
import { countCeltra } from './celtra-count';
import { control, type SandboxEvent } from './day';
import { countGateway } from './gateway-budget-count';
import { historyTimes } from './history-times';
import {
  CEILING,
  describeStandIns,
  parseRealistic,
  realisticSandbox,
  type RealisticOptions,
} from './realistic-options';
import { startRealisticDay, type RealisticDay } from './realistic-day';
import {
  p50p95,
  printCeltra,
  printGateway,
  printMachine,
  printProcessors,
  printSteps,
  row,
  seconds,
} from './realistic-report';
import { withTemporal } from './with-temporal';

const SPREAD_MS = 5_000;
const REVIEW_WINDOW_MS = 10_000;
const LOOK_EVERY_MS = 1_000;
const REPORT_EVERY_MS = 10_000;
/** How much longer than the gateway's requests alone a day may take. */
const MAX_RATIO = 1.15;
/** Requests to Celtra for each task, beside its polls of renders. */
const MAX_CELTRA = 3;

/** `realistic [tasks] [files] [--celtra-parallel 8] …`: a day at the latencies of real services. */
export async function realistic(args: readonly string[]): Promise<boolean> {
  const options = parseRealistic(args, { tasks: 100 });
  return withTemporal(async (own) => {
    // A day that is ten times slower than the gateway allows is over, too.
    const timeoutMs = 120_000 + 10 * permittedMs(6 * options.tasks, options);
    const sandbox = realisticSandbox(options, {
      spreadMs: SPREAD_MS,
      verdictAfterMs: 500,
      giveUpAfterMs: timeoutMs,
    });
    const day = await startRealisticDay(own, options, sandbox, `${REVIEW_WINDOW_MS / 1_000}s`);
    try {
      return await measure(day, options, timeoutMs);
    } finally {
      await day.stop();
    }
  });
}

async function measure(day: RealisticDay, options: RealisticOptions, timeoutMs: number): Promise<boolean> {
  const { tasks, files } = options;
  console.log(`${tasks} tasks of ${files} files, ready within ${seconds(SPREAD_MS)}; ${describeStandIns(options)}`);
  const before = await usedSoFar(day);
  const began = Date.now();
  await control(day.sandbox, 'POST', '/day/begin');
  const endedAt = await untilAllAreDone(day, tasks, began, timeoutMs);
  const after = await usedSoFar(day);
  // The last poll of the last task comes at the end of its review window.
  await pause(REVIEW_WINDOW_MS + 5_000);

  const events = await day.events();
  const { summary, line, tasks: judged } = await day.ledger();
  const wallMs = endedAt - began;
  const sent = events.filter(({ kind, endpoint, at }) => kind === 'gateway' && endpoint !== 'token' && at <= endedAt);
  const ratio = wallMs / permittedMs(sent.length, options);
  const gateway = countGateway(events, tasks);
  const arrivals = await day.arrivals();
  const came = countArrivals(arrivals.arrivals, CEILING);
  const celtra = countCeltra(events);
  const beside = (celtra.searches + celtra.addresses) / tasks;

  console.log(`\n${line}`);
  printMachine();
  row('stand-ins', describeStandIns(options));
  row('until the last accepted', `${seconds(wallMs)}, ${(tasks / (wallMs / 1_000)).toFixed(2)} tasks a second`);
  row(
    'the gateway permits',
    `${seconds(permittedMs(sent.length, options))} for these ${sent.length} requests: ${ratio.toFixed(2)} times as long`,
  );
  row('share of the budget', `${(100 / ratio).toFixed(0)} % of ${options.requestsPerSecond} requests a second`);
  row(
    'violations',
    `${came.overLimit}; busiest second: ${came.busiestSecond} requests, as they came to the gateway's socket`,
  );
  row(
    'longest stall',
    `${arrivals.longestStallMs} ms of the process that counts them, ${arrivals.sandboxStallMs} ms of the sandbox`,
  );
  row('counted by the sandbox', `${gateway.violations} violations; busiest second: ${gateway.busiestSecond} answers`);
  const violations = events.filter(({ kind }) => kind === 'violation').map(({ at }) => seconds(at - began));
  if (violations.length > 0) row('  after', [...new Set(violations)].slice(0, 10).join(', '));
  row('ready to submitted', p50p95(waits(events, ({ kind, accepted }) => kind === 'submit' && accepted === true)));
  row('ready to accepted', p50p95(waits(events, ({ kind }) => kind === 'done')));
  printGateway(gateway, tasks);
  printCeltra(celtra, tasks);
  printProcessors(
    { all: difference(after.all, before.all), pictures: difference(after.pictures, before.pictures) },
    tasks,
    wallMs,
  );
  printSteps(await historyTimes(day.temporal));

  const missed = [
    ...(summary.done === tasks ? [] : [`${tasks - summary.done} of ${tasks} tasks are not accepted`]),
    ...(ratio <= MAX_RATIO ? [] : [`${ratio.toFixed(2)} times as long as the gateway permits, at most ${MAX_RATIO}`]),
    // The sandbox counts when it has its turn, so its own count is shown, and not judged.
    ...(came.overLimit === 0 ? [] : [`${came.overLimit} violations, at most 0`]),
    ...(came.requests > 0 ? [] : ['no request was seen on its way to the gateway']),
    ...(beside <= MAX_CELTRA
      ? []
      : [`${beside.toFixed(2)} Celtra requests a task beside its polls, at most ${MAX_CELTRA}`]),
  ];
  for (const { product, reason, verdict } of judged.filter((task) => task.verdict !== 'done').slice(0, 5))
    console.log(`${product} is ${verdict}: ${reason}`);
  console.log(missed.length === 0 ? '\nAll goals are reached.' : `\nMissed: ${missed.join('; ')}.`);
  return missed.length === 0;
}

/** Reports how it goes meanwhile; returns when the last task was accepted, or the time now when it takes too long. */
async function untilAllAreDone(day: RealisticDay, tasks: number, began: number, timeoutMs: number): Promise<number> {
  let reportAt = began + REPORT_EVERY_MS;
  while (Date.now() - began < timeoutMs) {
    await pause(LOOK_EVERY_MS);
    const events = await day.events();
    const done = events.filter(({ kind }) => kind === 'done');
    if (done.length >= tasks) return done.at(-1)?.at ?? Date.now();
    if (Date.now() < reportAt) continue;
    reportAt += REPORT_EVERY_MS;
    const recent = events.filter(({ at }) => at > Date.now() - REPORT_EVERY_MS);
    const rate = (kind: string): string =>
      ((1_000 * recent.filter((event) => event.kind === kind).length) / REPORT_EVERY_MS).toFixed(1);
    const submitted = events.filter(({ kind, accepted }) => kind === 'submit' && accepted === true).length;
    console.log(
      `${seconds(Date.now() - began)}: ${submitted} submitted, ${done.length} accepted; a second: ${rate('gateway')} gateway, ${rate('celtra')} Celtra, ${rate('file')} downloads, ${rate('put')} uploads`,
    );
  }
  return Date.now();
}

/** From each task's being ready to its first event of a kind, in milliseconds. */
function waits(events: readonly SandboxEvent[], isEnd: (event: SandboxEvent) => boolean): number[] {
  const ready = new Map(events.flatMap(({ kind, taskId, at }) => (kind === 'ready' && taskId ? [[taskId, at]] : [])));
  const ends = new Map(
    events
      .filter(isEnd)
      .reverse()
      .map(({ taskId = '', at }) => [taskId, at]),
  );
  return [...ends].flatMap(([taskId, at]) => {
    const from = ready.get(taskId);
    return from === undefined ? [] : [at - from];
  });
}

function permittedMs(requests: number, { requestsPerSecond }: RealisticOptions): number {
  return (1_000 * requests) / requestsPerSecond;
}

async function usedSoFar(day: RealisticDay) {
  return { all: await day.processorSeconds(), pictures: await day.pictureSeconds() };
}

function difference(after: Readonly<Record<string, number>>, before: Readonly<Record<string, number>>) {
  return Object.fromEntries(Object.entries(after).map(([name, time]) => [name, time - (before[name] ?? 0)]));
}
