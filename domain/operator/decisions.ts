import { deliveredFileName, expectedOutputKey, type ShotOutput } from '../task/expected-output';
import { outputsNamed } from '../task/output-name';
import { expectedOutputLabel } from '../task/output-label';
import type { StoredFile } from '../delivery/uploaded-file';
import type { PlannedOutput } from '../plan/export-plan';
import type { Recipe } from '../recipe/recipe';
import { specOf, type TaskFacts } from '../task/task-facts';
import { summariseList } from '../shared/text';

/** The steps from which an operator can resume a round; each keeps the results of the steps before it. */
export const steps = ['brief', 'export', 'deliver', 'submit'] as const;
export type Step = (typeof steps)[number];

/** A file that an operator supplies instead of a creative: from an address, which is sealed if it is a secret, or from the storage. */
export interface SuppliedFile {
  /** An https address without a query: it stands in the history. */
  readonly url?: string | undefined;
  readonly sealedUrl?: string | undefined;
  readonly stored?: StoredFile | undefined;
}

/** Operator decisions by expected output key. They hold for the rest of the run, corrections included. */
export interface Decisions {
  /** The task's revision with the last of these decisions; 0 when there is none. */
  readonly revision: number;
  /** The name of a configured recipe, or a complete recipe; used for every output, whatever its `when` says. */
  readonly recipe?: Recipe | string | undefined;
  readonly outputs: Readonly<Record<string, string>>;
  readonly skipped: readonly string[];
  readonly files: Readonly<Record<string, SuppliedFile>>;
}

export const noDecisions: Decisions = { revision: 0, outputs: {}, skipped: [], files: {} };

export interface KnownOutput {
  readonly expectedKey: string;
  readonly label: string;
  readonly fileName?: string | undefined;
}

/** The operator-visible names of the due set. */
export function knownOutputs(facts: TaskFacts, due: readonly ShotOutput[]): KnownOutput[] {
  return due.map((output) => ({
    expectedKey: expectedOutputKey(output.expected),
    label: expectedOutputLabel(facts, output),
    fileName: output.expected.name,
  }));
}

/** Finds the expected output with this name, or explains why it is not unique or unknown. */
export function findOutput(known: readonly KnownOutput[], name: string): KnownOutput | { readonly refusal: string } {
  const found = outputsNamed(name, known, ({ expectedKey, label, fileName }) => [expectedKey, label, fileName]);
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) return only;
  const names = summariseList(
    (found.length > 0 ? found : known).map(({ label, expectedKey }) => `"${label}" (${expectedKey})`),
    '; ',
  );
  if (found.length > 0)
    return { refusal: `"${name}" matches ${found.length} expected outputs: ${names}. Use the key.` };
  return {
    refusal:
      known.length === 0
        ? 'The task has not been read yet, so its expected outputs are unknown. Try again in a moment.'
        : `This round has no expected output "${name}". Its outputs are ${names}.`,
  };
}

/**
 * Whether Creative Force refuses what is delivered without one more of these outputs: a first delivery is taken only with all of
 * them (docs/reference/creative-force.md#life-cycle-of-a-task). Where all are left out, nothing is delivered, so nothing is refused.
 */
export function wantsEveryOutput(
  isFirstDelivery: boolean,
  known: readonly KnownOutput[],
  { skipped }: Pick<Decisions, 'skipped'>,
): boolean {
  return isFirstDelivery && known.filter(({ expectedKey }) => !skipped.includes(expectedKey)).length > 1;
}

/** The due outputs that need a render: neither skipped nor supplied as a file. */
export function outputsToExport(due: readonly ShotOutput[], { skipped, files }: Decisions): ShotOutput[] {
  return due.filter(({ expected }) => {
    const key = expectedOutputKey(expected);
    return !skipped.includes(key) && files[key] === undefined;
  });
}

/** The recipes to plan with: the operator's recipe for every output, else the configured ones. */
export function recipesToUse(configured: readonly Recipe[], { recipe }: Pick<Decisions, 'recipe'>): readonly Recipe[] {
  if (recipe === undefined) return configured;
  const chosen = typeof recipe === 'string' ? configured.find(({ name }) => name === recipe) : recipe;
  return chosen === undefined ? [] : [{ ...chosen, when: {} }];
}

/** A planned output for a file that an operator supplies, so without a recipe. */
export function toPlannedOutput(facts: TaskFacts, output: ShotOutput): PlannedOutput {
  const { expected } = output;
  const spec = specOf(facts, output);
  return {
    expectedKey: expectedOutputKey(expected),
    shotId: expected.shotId,
    specId: expected.specId,
    variant: expected.variant,
    label: expectedOutputLabel(facts, output),
    key: '',
    fileName: deliveredFileName({ expected, spec, renderExtension: 'jpg' }),
    spec,
  };
}
