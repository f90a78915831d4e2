import { expectedOutputKey, expectedOutputs } from '../domain/task/expected-output';
import { toMatchingSummary, matchGroup } from '../domain/plan/matching';
import { toCandidates } from '../domain/plan/candidate';
import { createExportPlan } from '../domain/plan/export-plan';
import { planRecord } from '../domain/plan/plan-record';
import { median } from './median';
import { largeTask, manyOutputs, recipe } from './plan-task';

/** Limits: total milliseconds, and bytes of the largest payload. */
const MAX_MS = 1_000;
const MAX_PAYLOAD_BYTES = 256 * 1024;

/** The median of this many runs counts, because the first run is cold. */
const RUNS = 9;

/**
 * Resolves recipes for many expected outputs, pairs them with many Celtra outputs and writes the plan down, as the
 * activities do; true when that takes well under a second and nothing of it is too large for a history.
 */
export function planBenchmark(args: readonly string[]): Promise<boolean> {
  const [expected = 300, found = 5_000] = args.map(Number);
  const facts = largeTask(expected);
  const due = expectedOutputs(facts.task);
  const outputs = manyOutputs(found);
  const runs = Array.from({ length: RUNS }, () => {
    const began = performance.now();
    const { groups, problems } = createExportPlan(facts, due, [recipe]);
    const resolved = performance.now();
    const matched = groups.map((group) => {
      const candidates = toCandidates(outputs, group);
      return { group, matching: matchGroup(group, candidates, { pixelSize: 'block' }) };
    });
    const paired = performance.now();
    const record = planRecord(matched, problems);
    const times = [resolved - began, paired - resolved, performance.now() - paired] as const;
    return { times, groups, problems, matched, record };
  });
  const [first] = runs;
  if (first === undefined) return Promise.resolve(false);
  const { groups, problems, matched, record } = first;
  const [resolving, pairing, writing] = [0, 1, 2].map((part) => median(runs.map(({ times }) => times[part] ?? 0)));
  const all = median(runs.map(({ times }) => times.reduce((sum, time) => sum + time, 0)));
  const payloads = {
    'asked to resolve': { facts, dueKeys: due.map((output) => expectedOutputKey(output.expected)) },
    'resolved recipes': { groups, problems },
    'asked to pair': { group: groups[0] },
    'paired creatives': matched[0] && toMatchingSummary(matched[0].matching),
    'all candidates, as they would travel': toCandidates(outputs, { outputTemplate: recipe.match.output }),
  };
  const sizes = Object.entries(payloads).map(
    ([name, value]) => [name, Buffer.byteLength(JSON.stringify(value))] as const,
  );
  const travelling = sizes.slice(0, -1).map(([, bytes]) => bytes);
  process.stdout.write(
    [
      `expected outputs     ${expected}, of which ${record.lines.length} paired`,
      `Celtra outputs       ${found}, of which ${record.extras} are not delivered`,
      `resolve, pair, write ${ms(resolving)}, ${ms(pairing)}, ${ms(writing)}`,
      `all                  ${ms(all)} (at most ${MAX_MS} ms)`,
      ...sizes.map(([name, bytes]) => `payload              ${Math.ceil(bytes / 1024)} KiB: ${name}`),
      '',
    ].join('\n'),
  );
  const isRight = record.lines.length === expected && record.problems.length === 0;
  return Promise.resolve(isRight && all < MAX_MS && Math.max(...travelling) <= MAX_PAYLOAD_BYTES);
}

function ms(milliseconds = 0): string {
  return `${milliseconds.toFixed(1)} ms`;
}
