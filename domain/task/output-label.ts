import { groupedBy } from '../shared/grouped-by';
import { expectedOutputKey, expectedOutputs, type ShotOutput } from './expected-output';
import { specOf, type TaskFacts } from './task-facts';

type LabelFacts = Pick<TaskFacts, 'task' | 'specs'>;

/**
 * What people call an expected output: position and spec (without one the variant's name), and of outputs that are equal in
 * these what tells them apart in their task: `Front, Feed 1:1`, `Back, Colourway, Red`.
 */
export function expectedOutputLabel(facts: LabelFacts, output: ShotOutput): string {
  return labelParts(facts, output).join(', ');
}

/** The same with slashes, as it is typed on the command line and in tables of cases: `Front/Feed 1:1`. */
export function expectedOutputShortName(facts: LabelFacts, output: ShotOutput): string {
  return labelParts(facts, output).join('/');
}

function labelParts(facts: LabelFacts, output: ShotOutput): readonly string[] {
  return partsByKey(facts).get(expectedOutputKey(output.expected)) ?? baseParts(facts, output);
}

const known = new WeakMap<LabelFacts['task'], { specs: LabelFacts['specs']; parts: ReadonlyMap<string, string[]> }>();

/** Cached, because each of hundreds of outputs is compared with all others. */
function partsByKey(facts: LabelFacts): ReadonlyMap<string, string[]> {
  const before = known.get(facts.task);
  if (before?.specs === facts.specs) return before.parts;
  const parts = distinctParts(facts);
  known.set(facts.task, { specs: facts.specs, parts });
  return parts;
}

/** From what people know best to what always differs. */
const distinctions: readonly ((output: ShotOutput) => string | undefined)[] = [
  ({ expected }) => expected.variantName,
  ({ expected }) => (expected.variant === undefined ? undefined : `variant ${expected.variant}`),
  ({ expected }) => expected.name,
  ({ expected }) => expected.specId,
  ({ shot }) => shot.shotId,
];

function distinctParts(facts: LabelFacts): ReadonlyMap<string, string[]> {
  let named = expectedOutputs(facts.task).map((output) => ({ output, parts: baseParts(facts, output) }));
  for (const distinction of distinctions) {
    const groups = groupedBy(named, ({ parts }) => parts.join('\n').toLowerCase());
    named = named.map((one) => {
      const equals = groups.get(one.parts.join('\n').toLowerCase()) ?? [];
      const part = distinction(one.output);
      const tellsApart = equals.some(({ output }) => distinction(output)?.toLowerCase() !== part?.toLowerCase());
      return part === undefined || !tellsApart ? one : { ...one, parts: [...one.parts, part] };
    });
  }
  return new Map(named.map(({ output, parts }) => [expectedOutputKey(output.expected), parts]));
}

function baseParts(facts: LabelFacts, output: ShotOutput): string[] {
  const { shot, expected } = output;
  const what = specOf(facts, output)?.name ?? expected.variantName;
  return [shot.position ?? shot.shotId, ...(what === undefined ? [] : [what])];
}
