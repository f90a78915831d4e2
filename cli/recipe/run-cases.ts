import { isRecord } from '../../domain/shared/record';
import { problemsOf, whyNothing } from '../../domain/plan/explain';
import { createExportPlan, type ExportGroup } from '../../domain/plan/export-plan';
import type { CeltraOutput } from '../../domain/render/celtra-output';
import { expectedOutputKey, expectedOutputs } from '../../domain/task/expected-output';
import { comparableName } from '../../domain/task/output-name';
import { expectedOutputLabel, expectedOutputShortName } from '../../domain/task/output-label';
import { deliverableLines, makePlan, type TaskPlan } from '../../domain/plan/make-plan';
import { caseAnswer, caseFacts } from './case-facts';
import type { Case, CaseOutcome, CaseTask } from './cases-schema';
import type { LoadedCases } from './load-cases';

export interface CaseResult {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  /** What was not as the case says; none: it passes. */
  readonly failures: readonly string[];
}

/** Makes the plan of every case, offline, and holds it against what the case expects. */
export function runCases(loaded: LoadedCases): CaseResult[] {
  return loaded.cases.map((each) => ({
    name: each.name,
    file: loaded.file,
    line: each.line,
    failures: failuresOf(each, planOf(loaded, each)),
  }));
}

function planOf({ studio, recipes, table }: LoadedCases, each: Case): TaskPlan {
  const facts = caseFacts(
    studio,
    mergedTask(table.task, each.task),
    each.wanted ?? table.wanted ?? Object.keys(each.expect),
  );
  const due = expectedOutputs(facts.task);
  const plan = createExportPlan(facts, due, recipes);
  const creatives = each.creatives ?? table.creatives ?? [];
  const answers = new Map<ExportGroup, CeltraOutput[]>(
    plan.groups.map((group) => [group, caseAnswer(group, creatives)]),
  );
  const preflight = { onMismatch: table.onMismatch ?? 'block' };
  return makePlan({ facts, due, recipes, plan, answers, preflight });
}

/** A case says only what is different: its properties are added to those of all cases, and `null` takes one away. */
function mergedTask(all: CaseTask = {}, own: CaseTask = {}): CaseTask {
  return merged(all, own) as CaseTask;
}

function merged(all: unknown, own: unknown): unknown {
  if (!isRecord(all) || !isRecord(own)) return own === undefined ? all : own;
  const keys = new Set([...Object.keys(all), ...Object.keys(own)]);
  return Object.fromEntries(
    [...keys].map((key) => [key, Object.hasOwn(own, key) ? merged(all[key], own[key]) : all[key]]),
  );
}

function failuresOf({ expect, extras }: Case, plan: TaskPlan): string[] {
  const { facts, due, record } = plan;
  const names = due.map((output) => expectedOutputShortName(facts, output));
  const wanted = new Map(Object.entries(expect).map(([name, outcome]) => [comparableName(name), outcome]));
  const failures = Object.keys(expect)
    .filter((name) => !names.some((one) => comparableName(one) === comparableName(name)))
    .map((name) => `${name}: the case expects it, but the task does not; the task expects ${names.join(', ')}`);
  due.forEach((output, index) => {
    const name = names[index] ?? '';
    const expected = wanted.get(comparableName(name));
    const line = deliverableLines(record).find(({ expectedKey }) => expectedKey === expectedOutputKey(output.expected));
    const label = expectedOutputLabel(facts, output);
    const problems = problemsOf(record, label);
    const became = line === undefined ? whyNothing(record, label) : describeLine(line);
    if (expected === undefined)
      failures.push(`${name}: the case does not say what is expected; it would be: ${became}`);
    else failures.push(...compare(expected, line, problems).map((what) => `${name}: ${what}; it would be: ${became}`));
  });
  if (extras !== undefined && extras !== record.extras) {
    failures.push(`extras: expected ${extras}, there are ${record.extras}`);
  }
  return failures;
}

type Line = TaskPlan['record']['lines'][number];

function describeLine({ outputName, outputId, recipe, key, fileName, format }: Line): string {
  return `${outputName ?? outputId} by recipe ${recipe}, key "${key}", as ${fileName} (${format})`;
}

function compare(expected: CaseOutcome, line: Line | undefined, problems: TaskPlan['record']['problems']): string[] {
  if (typeof expected === 'object' && 'problem' in expected) {
    if (line !== undefined) return [`expected a problem with "${[expected.problem].flat().join('" and "')}"`];
    const message = problems.map((problem) => problem.message).join(' ');
    const missing = [expected.problem].flat().filter((words) => !message.includes(words));
    const cause = problems[0]?.cause;
    return [
      ...missing.map((words) => `expected a problem with "${words}"`),
      ...(expected.cause === undefined || expected.cause === cause
        ? []
        : [`expected the cause ${expected.cause}, not ${cause ?? 'none'}`]),
    ];
  }
  const wanted = typeof expected === 'string' ? { creative: expected } : expected;
  if (line === undefined) return [`expected ${wanted.creative}`];
  const found = {
    creative: [line.outputName, line.outputId],
    recipe: [line.recipe],
    key: [line.key],
    file: [line.fileName],
    format: [line.format],
  };
  return Object.entries(wanted).flatMap(([what, value]) =>
    value === undefined || found[what as keyof typeof found].includes(value) ? [] : [`expected ${what} ${value}`],
  );
}
