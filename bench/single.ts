import { setTimeout as pause } from 'node:timers/promises';

import { control, type SandboxEvent } from './day';
import { historyTimes } from './history-times';
import { percentile } from './median';
import { describeStandIns, parseRealistic, realisticSandbox, type RealisticOptions } from './realistic-options';
import { startRealisticDay, type RealisticDay } from './realistic-day';
import { p50p95, printMachine, printProcessors, printSteps, row, seconds } from './realistic-report';
import { withTemporal } from './with-temporal';

const LOOK_EVERY_MS = 50;
const TASK_TIMEOUT_MS = 120_000;
/** How much longer than its latencies a task may take. */
const MAX_RATIO = 1.3;
const MAX_AT_ONCE_MS = 400;
/** The first task of a process also loads its code and fetches tokens. */
const WARM_UP_TASKS = 1;

/** `single [tasks] [files] [--at-once]`: one task after another, with nothing else under way. */
export async function single(args: readonly string[]): Promise<boolean> {
  const asked = parseRealistic(args, { tasks: 20 });
  const options = { ...asked, tasks: asked.tasks + WARM_UP_TASKS };
  return withTemporal(async (own) => {
    const sandbox = realisticSandbox(options, { verdictAfterMs: 100, giveUpAfterMs: 3_600_000 });
    const day = await startRealisticDay(own, options, sandbox, '1h');
    try {
      return await measure(day, options, asked.tasks);
    } finally {
      await day.stop();
    }
  });
}

async function measure(day: RealisticDay, options: RealisticOptions, tasks: number): Promise<boolean> {
  console.log(`${tasks} tasks of ${options.files} files, one after another; ${describeStandIns(options)}`);
  const before = await day.processorSeconds();
  const began = Date.now();
  const took: number[] = [];
  for (let number = 1; number <= options.tasks; number += 1) {
    const time = await deliverNext(day);
    if (time === undefined) {
      console.log(`Task ${number} was not accepted within ${seconds(TASK_TIMEOUT_MS)}.\n${day.printed('worker')}`);
      return false;
    }
    console.log(`task ${number}: ${seconds(time)} from the webhook to the submission`);
    if (number > WARM_UP_TASKS) took.push(time);
  }
  const after = await day.processorSeconds();
  const wallMs = Date.now() - began;

  const { renderMs } = options;
  const latencies = criticalPathMs(options);
  const p50 = percentile(took, 0.5);
  const most = latencies + renderMs === 0 ? MAX_AT_ONCE_MS : MAX_RATIO * latencies + renderMs;
  console.log('');
  printMachine();
  row('webhook to submission', `${p50p95(took)} (${WARM_UP_TASKS} task before them is not counted)`);
  row(
    'latencies on its path',
    `${seconds(latencies)}, and ${seconds(renderMs)} of rendering; allowed: ${seconds(most)}`,
  );
  const used = Object.fromEntries(Object.entries(after).map(([name, time]) => [name, time - (before[name] ?? 0)]));
  printProcessors({ all: used }, options.tasks, wallMs);
  printSteps(await historyTimes(day.temporal));
  console.log(p50 <= most ? '\nThe goal is reached.' : `\nMissed: p50 ${seconds(p50)}, at most ${seconds(most)}.`);
  return p50 <= most;
}

/** Makes the next task ready, and waits for its verdict; the milliseconds from its webhook to its submission. */
async function deliverNext(day: RealisticDay): Promise<number | undefined> {
  const { taskId } = (await control(day.sandbox, 'POST', '/day/next')) as { taskId: string };
  const until = Date.now() + TASK_TIMEOUT_MS;
  while (Date.now() < until) {
    const events = await day.events();
    const at = (isWanted: (event: SandboxEvent) => boolean): number | undefined =>
      events.find((event) => event.taskId === taskId && isWanted(event))?.at;
    const readyAt = at(({ kind }) => kind === 'ready');
    const submittedAt = at(({ kind, accepted }) => kind === 'submit' && accepted === true);
    if (at(({ kind }) => kind === 'done') !== undefined && readyAt !== undefined && submittedAt !== undefined)
      return submittedAt - readyAt;
    await pause(LOOK_EVERY_MS);
  }
  return undefined;
}

/**
 * What nobody can shorten: the task is read, its creatives are searched and asked for once more when they are rendered, a file
 * is downloaded, gets its address and is uploaded, and the submission is answered. Everything else can happen meanwhile.
 */
function criticalPathMs({ gatewayMs, celtraMs, transferMs, knownMs }: RealisticOptions): number {
  return 3 * gatewayMs + 2 * celtraMs + 2 * transferMs + knownMs;
}
