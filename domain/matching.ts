import type { ExportGroup, PlannedOutput, Problem } from './plan';
import type { CeltraOutput } from './celtra-output';
import { renderTemplate, TemplateError } from './template';

/** A Celtra output as far as matching needs it: small enough for a workflow's history, and without addresses. */
export interface Candidate {
  readonly outputId: string;
  readonly name?: string | undefined;
  readonly designFileId: string;
  /** Names the saved version of the design that was seen (celtra.md §8.1 step 3). */
  readonly contentHash?: string | undefined;
  /** The rendered right side of `match`; absent when the output lacks something that the template mentions. */
  readonly key?: string | undefined;
  readonly lacks?: string | undefined;
}

/** Which Celtra output goes out for which expected output. */
export interface Pairing {
  readonly expected: PlannedOutput;
  readonly output: Candidate;
}

/** Reads the key of a Celtra output; an output that lacks a key of the template cannot match (DESIGN §9). */
export function toCandidate(output: CeltraOutput, outputTemplate: string): Candidate {
  const base = {
    outputId: output.outputId,
    name: output.name,
    designFileId: output.designFile.id,
    contentHash: output.designFile.contentHash,
  };
  try {
    return { ...base, key: renderTemplate(outputTemplate, { output: output.facts }) };
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return { ...base, lacks: error.variable ?? error.message };
  }
}

/** Pairs each expected output of a group with exactly one Celtra output, or says why that cannot be. */
export function matchGroup(
  group: ExportGroup,
  candidates: readonly Candidate[],
): { pairings: Pairing[]; problems: Problem[] } {
  const pairings: Pairing[] = [];
  const problems: Problem[] = [];
  for (const expected of group.expected) {
    const rivals = group.expected.filter(({ key }) => key === expected.key);
    const found = candidates.filter(({ key }) => key === expected.key);
    const [output, ...others] = found;
    if (output === undefined) problems.push(nothingFound(expected, candidates));
    else if (others.length > 0) problems.push(severalFound(expected, found));
    else if (rivals.length > 1) problems.push(neededTwice(expected, rivals));
    else pairings.push({ expected, output });
  }
  return { pairings, problems };
}

function nothingFound(expected: PlannedOutput, candidates: readonly Candidate[]): Problem {
  const keys = candidates.flatMap(({ key }) => key ?? []);
  const lacking = candidates.filter(({ key }) => key === undefined);
  const sameButForCase = keys.find((key) => key.toLowerCase() === expected.key.toLowerCase());
  const known =
    candidates.length === 0
      ? 'Celtra found no output for the filters at all.'
      : sameButForCase !== undefined
        ? `There is "${sameButForCase}", which differs only by case.`
        : [withKeys(keys), withoutKey(lacking)].filter((part) => part !== undefined).join(' ');
  return {
    cause: 'no creative',
    label: expected.label,
    message: `No creative for ${expected.label}: no Celtra output has the key "${expected.key}". ${known}`,
  };
}

function withKeys(keys: readonly string[]): string | undefined {
  if (keys.length === 0) return undefined;
  const outputs =
    keys.length === 1 ? 'There is 1 output, with the key' : `There are ${keys.length} outputs, with the keys`;
  return `${outputs} ${keys.slice(0, 6).join(', ')}${keys.length > 6 ? ', …' : ''}.`;
}

/** Outputs that cannot match, counted with what they lack (DESIGN §9, "an output that lacks a key"). */
function withoutKey(lacking: readonly Candidate[]): string | undefined {
  if (lacking.length === 0) return undefined;
  const lacks = [...new Set(lacking.flatMap((candidate) => candidate.lacks ?? []))];
  const outputs = lacking.length === 1 ? '1 output has' : `${lacking.length} outputs have`;
  return `${outputs} no ${lacks.join(' or ')}.`;
}

function severalFound(expected: PlannedOutput, found: readonly Candidate[]): Problem {
  const names = found.map(({ name, outputId }) => name ?? outputId).join(' and ');
  return {
    cause: 'ambiguous',
    label: expected.label,
    message: `${found.length} creatives have the key "${expected.key}" of ${expected.label}: ${names}. Only one may.`,
  };
}

function neededTwice(expected: PlannedOutput, rivals: readonly PlannedOutput[]): Problem {
  const labels = rivals.map(({ label }) => label).join(' and ');
  return {
    cause: 'ambiguous',
    label: expected.label,
    message: `${labels} would all get the creative with the key "${expected.key}". The recipe must tell them apart.`,
  };
}
