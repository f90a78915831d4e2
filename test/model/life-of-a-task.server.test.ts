import * as fc from 'fast-check';

import { bringToEnd, judge } from './bring-to-end';
import { anything } from './commands';
import { Stage } from './extpost';

/** Sequences that run side by side: each waits for the server most of the time. */
const LANES = 4;
const runs = Number(process.env['EXTPOST_MODEL_RUNS'] ?? 16);
const most = Number(process.env['EXTPOST_MODEL_COMMANDS'] ?? 12);
const seed = Number(process.env['EXTPOST_MODEL_SEED'] ?? Date.now() % 1_000_000_000);
/** One that is often over before the next thing happens, and one that outlasts the test. */
const reviewWindowsMs = [3_000, 24 * 3_600_000] as const;
const timeLimit = runs * 30_000;

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(async () => {
  await stage.close();
});

/** The shortest sequence that was found, how to repeat it, and what went wrong. */
function inWords<Ts>(details: fc.RunDetails<Ts>): string {
  const { errorInstance } = details;
  const error = errorInstance instanceof Error ? `${errorInstance.message} ${String(errorInstance.cause)}` : '';
  return `EXTPOST_MODEL_SEED=${seed}\n${fc.defaultReportMessage(details)}\n${error}`;
}

describe('whatever happens to a task, in whatever order', () => {
  it(
    `no state comes about that the outside forbids, and every task can be brought to an end (seed ${seed})`,
    async () => {
      const sequences = fc.commands(anything, { maxCommands: most, size: 'max' });
      const property = fc.asyncProperty(sequences, fc.constantFrom(...reviewWindowsMs), async (commands, windowMs) => {
        const { model, real } = stage.begin(windowMs);
        await fc.asyncModelRun(() => ({ model, real }), commands);
        await bringToEnd(model, real);
        await judge(model, real);
      });
      // The seed of each lane follows from the first one, so that saying EXTPOST_MODEL_SEED repeats all of them.
      const lanes = Array.from({ length: LANES }, (_, lane) =>
        fc.check(property, {
          seed: seed + lane,
          numRuns: Math.ceil(runs / LANES),
          endOnFailure: process.env['EXTPOST_MODEL_SHRINK'] === undefined,
        }),
      );
      const failed = (await Promise.all(lanes)).filter(({ failed: hasFailed }) => hasFailed);
      expect(failed.map(inWords).join('\n\n')).toBe('');
    },
    timeLimit,
  );
});
