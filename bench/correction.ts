import { setTimeout as pause } from 'node:timers/promises';

import { control, type SandboxEvent } from './day';
import { percentile } from './median';
import { startRealisticDay, type RealisticDay } from './realistic-day';
import { describeStandIns, parseRealistic, realisticSandbox } from './realistic-options';
import { p50p95, printMachine, row, seconds } from './realistic-report';
import { withTemporal } from './with-temporal';

const LOOK_EVERY_MS = 50;
const TASK_TIMEOUT_MS = 180_000;
/** How much longer than a first delivery a correction may take. */
const MAX_RATIO = 1.5;
/** In how many answers a render is pending: it is finished in the third poll. */
const PENDING_POLLS = 2;

interface Times {
  /** Milliseconds from ready to the first submission, and from the rejection to the second. */
  readonly first: number;
  readonly corrected: number;
}

/** `correction [tasks] [files]`: each task is delivered, its design edited, then it is rejected and delivered again. */
export async function correction(args: readonly string[]): Promise<boolean> {
  const asked = { ...parseRealistic(args, { tasks: 10 }), renderMs: 0 };
  // One more, because the first task of a process also loads its code and fetches tokens.
  const options = { ...asked, tasks: asked.tasks + 1 };
  return withTemporal(async (own) => {
    const sandbox = realisticSandbox(options, { verdictAfterMs: 100, giveUpAfterMs: 3_600_000, events: [] });
    const celtra = { ...sandbox.celtra, rendersTakePolls: PENDING_POLLS };
    const day = await startRealisticDay(own, options, { ...sandbox, celtra }, '1h');
    try {
      console.log(`${asked.tasks} tasks of ${options.files} files, one after another; ${describeStandIns(options)}`);
      console.log(`Renders are finished in poll ${PENDING_POLLS + 1}; each design is edited before the rejection.`);
      const all: Times[] = [];

      for (let number = 0; number < options.tasks; number += 1) {
        const times = await deliverAndCorrect(day);
        console.log(`task ${number}: ${seconds(times.first)}, corrected in ${seconds(times.corrected)}`);
        if (number > 0) all.push(times);
      }
      return report(all);
    } finally {
      await day.stop();
    }
  });
}

function report(all: readonly Times[]): boolean {
  const [first, corrected] = [all.map((one) => one.first), all.map((one) => one.corrected)];
  const ratio = percentile(corrected, 0.5) / percentile(first, 0.5);
  console.log('');
  printMachine();
  row('webhook to submission', p50p95(first));
  row('rejection to submission', p50p95(corrected));
  row('the one by the other', `${ratio.toFixed(2)}, at most ${MAX_RATIO}`);
  return ratio <= MAX_RATIO;
}

/** Throws when a submission does not come in time. */
async function deliverAndCorrect(day: RealisticDay): Promise<Times> {
  const { taskId } = (await control(day.sandbox, 'POST', '/day/next')) as { taskId: string };
  const submittedAt = (round: number) =>
    timeOf(day, (event) => event.taskId === taskId && event.accepted === true && event.round === round);
  const readyAt = await timeOf(day, (event) => event.taskId === taskId && event.kind === 'ready');
  const first = (await submittedAt(0)) - readyAt;
  await timeOf(day, (event) => event.taskId === taskId && event.kind === 'done');
  await control(day.sandbox, 'POST', `/designs/${taskId}/edit`, {});
  await control(day.sandbox, 'POST', `/tasks/${taskId}/reject`, {});
  const rejectedAt = await timeOf(day, (event) => event.taskId === taskId && event.kind === 'reject');
  return { first, corrected: (await submittedAt(1)) - rejectedAt };
}

async function timeOf(day: RealisticDay, isWanted: (event: SandboxEvent) => boolean): Promise<number> {
  const until = Date.now() + TASK_TIMEOUT_MS;
  while (Date.now() < until) {
    const found = (await day.events()).find(isWanted);
    if (found !== undefined) return found.at;
    await pause(LOOK_EVERY_MS);
  }
  throw new Error(`It did not come within ${seconds(TASK_TIMEOUT_MS)}.\n${day.printed('worker')}`);
}
