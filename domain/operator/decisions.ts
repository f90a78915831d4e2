import { deliveredFileName, expectedOutputKey, expectedOutputLabel, type ShotOutput } from '../task/expected-output';
import type { ExportPlan, PlannedOutput } from '../plan/export-plan';
import type { Recipe } from '../recipe/recipe';
import { specOf, type TaskFacts } from '../recipe/recipe-scope';
import { summariseList } from '../shared/text';

/** The steps from which a person can let a round go on; each keeps what the steps before it have made. */
export const steps = ['brief', 'export', 'deliver', 'submit'] as const;
export type Step = (typeof steps)[number];

/** What a person did to a task: who, when, why, and what in words. */
export interface OperatorAction {
  readonly kind: 'resume' | 'replace recipe' | 'use output' | 'skip output' | 'deliver file' | 'abandon' | 'cancel';
  readonly by: string;
  readonly reason?: string | undefined;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** In words, e.g. `Front, Feed gets output 4711`. */
  readonly what: string;
  /** The key of the expected output that it is about; absent when it is about the whole task. */
  readonly expectedKey?: string | undefined;
  /** The revision of the task since then; absent when nothing was changed by it. */
  readonly revision?: number | undefined;
  /** Why it was not done, in words: somebody else had decided otherwise meanwhile. */
  readonly rejectedReason?: string | undefined;
}

/** A file that a person supplies instead of a creative. An address that carries a signature is sealed: it is a secret. */
export interface SuppliedFile {
  readonly url?: string | undefined;
  readonly sealedUrl?: string | undefined;
}

/** What people decided about a task's outputs; it holds for the rest of the run, corrections included. By expected key. */
export interface Decisions {
  /** The name of a configured recipe, or a whole one: taken for every output, whatever its `when` says. */
  readonly recipe?: Recipe | string | undefined;
  readonly outputs: Readonly<Record<string, string>>;
  readonly skipped: readonly string[];
  readonly files: Readonly<Record<string, SuppliedFile>>;
}

export const noDecisions: Decisions = { outputs: {}, skipped: [], files: {} };

/** How an expected output can be named: by its key, its label or its file name. */
export interface KnownOutput {
  readonly expectedKey: string;
  readonly label: string;
  readonly fileName?: string | undefined;
}

/** The names of what a round has to deliver. */
export function knownOutputs(facts: TaskFacts, due: readonly ShotOutput[]): KnownOutput[] {
  return due.map((output) => ({
    expectedKey: expectedOutputKey(output.expected),
    label: expectedOutputLabel(output, specOf(facts, output)),
    fileName: output.expected.name,
  }));
}

/** Finds the expected output that a person names, or says in words why that cannot be: none, or more than one. */
export function findOutput(known: readonly KnownOutput[], name: string): KnownOutput | { readonly refusal: string } {
  const wanted = normaliseName(name);
  const found = known.filter((output) =>
    [output.expectedKey, output.label, output.fileName].some(
      (one) => one !== undefined && normaliseName(one) === wanted,
    ),
  );
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) return only;
  const names = summariseList(
    (found.length > 0 ? found : known).map(({ label, expectedKey }) => `"${label}" (${expectedKey})`),
    '; ',
  );
  if (found.length > 0) return { refusal: `"${name}" names ${found.length} expected outputs: ${names}. Use the key.` };
  return {
    refusal:
      known.length === 0
        ? 'The task has not been read yet, so its expected outputs are unknown. Try again in a moment.'
        : `This round has no expected output "${name}". It has ${names}.`,
  };
}

/** What is still to be exported: what nobody skipped, and nobody supplies a file for. */
export function outputsToExport(due: readonly ShotOutput[], { skipped, files }: Decisions): ShotOutput[] {
  return due.filter(({ expected }) => {
    const key = expectedOutputKey(expected);
    return !skipped.includes(key) && files[key] === undefined;
  });
}

/** A plan in which the outputs that a person chose are named: matching then looks for nothing else. */
export function withChosenOutputs(plan: ExportPlan, { outputs }: Pick<Decisions, 'outputs'>): ExportPlan {
  if (Object.keys(outputs).length === 0) return plan;
  return {
    ...plan,
    groups: plan.groups.map((group) => ({
      ...group,
      expected: group.expected.map((one) => {
        const chosen = outputs[one.expectedKey];
        return chosen === undefined ? one : { ...one, chosenOutputId: chosen };
      }),
    })),
  };
}

/** The recipes to plan with: the one that a person named or wrote, whatever it says of when, else the configured ones. */
export function recipesToUse(configured: readonly Recipe[], { recipe }: Pick<Decisions, 'recipe'>): readonly Recipe[] {
  if (recipe === undefined) return configured;
  const chosen = typeof recipe === 'string' ? configured.find(({ name }) => name === recipe) : recipe;
  return chosen === undefined ? [] : [{ ...chosen, when: {} }];
}

function normaliseName(name: string): string {
  return name.trim().toLowerCase().replaceAll(/\s+/g, ' ');
}

/** An expected output as a delivery knows it, where no recipe is needed because a person supplies the file. */
export function toPlannedOutput(facts: TaskFacts, output: ShotOutput): PlannedOutput {
  const { expected } = output;
  const spec = specOf(facts, output);
  return {
    expectedKey: expectedOutputKey(expected),
    shotId: expected.shotId,
    specId: expected.specId,
    variant: expected.variant,
    label: expectedOutputLabel(output, spec),
    key: '',
    fileName: deliveredFileName({ expected, spec, renderExtension: 'jpg' }),
    spec,
  };
}
