import type { CeltraOutput } from '../render/celtra-output';
import { comparableKey } from './key';
import {
  chosenOutputProblem,
  hasSizeMismatch,
  conflictProblem,
  noCreativeProblem,
  severalCreativesProblem,
  sizeMismatchProblem,
  type MatchingProblem,
} from './matching-problems';
import type { ExportGroup, PlannedOutput } from './export-plan';
import { renderTemplate, TemplateError } from '../recipe/template';

/**
 * A Celtra output as far as matching needs it: small enough for a workflow's history, and without addresses of files.
 */
export interface Candidate {
  readonly outputId: string;
  readonly name?: string | undefined;
  readonly designFileId: string;
  /** Names the saved version of the design that was seen (docs/reference/celtra.md#version-pins). */
  readonly contentHash?: string | undefined;
  /** The rendered right side of `match`; absent when the output lacks something that the template mentions. */
  readonly key?: string | undefined;
  readonly lacks?: string | undefined;
  /** Pixels of its picture, when Celtra tells them before it has rendered. */
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  /** Where a person can look at it in Celtra. */
  readonly previewUrl?: string | undefined;
}

/** Which Celtra output goes out for which expected output. */
export interface Pairing {
  readonly expected: PlannedOutput;
  readonly output: Candidate;
}

/** What became of one group of expected outputs. */
export interface Matching {
  readonly pairings: Pairing[];
  readonly problems: MatchingProblem[];
  /** Celtra outputs that the filters found and nobody wants: they are never delivered. */
  readonly extras: number;
}

/**
 * Reads the key of a Celtra output; an output that lacks a key of the template cannot match
 * (docs/reference/assumptions.md#missing-keys).
 */
export function toCandidate(output: CeltraOutput, outputTemplate: string): Candidate {
  const picture = output.assets.find(({ type }) => type === 'image');
  const base = {
    outputId: output.outputId,
    name: output.name,
    designFileId: output.designFile.id,
    contentHash: output.designFile.contentHash,
    ...(picture?.width !== undefined && { width: picture.width }),
    ...(picture?.height !== undefined && { height: picture.height }),
    ...(output.previewUrl !== undefined && { previewUrl: output.previewUrl }),
  };
  try {
    return { ...base, key: renderTemplate(outputTemplate, { output: output.facts }) };
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return { ...base, lacks: error.variable ?? error.message };
  }
}

/**
 * Pairs each expected output of a group with exactly one Celtra output, or says why that cannot be. Keys are compared
 * as they stand unless the recipe allows a difference; any doubt is a problem, never a guess. `pixelSize: 'block'`: an
 * output whose picture has another size than the spec asks for does not fit.
 */
export function matchGroup(
  group: ExportGroup,
  candidates: readonly Candidate[],
  { pixelSize = 'ignore' }: { readonly pixelSize?: 'block' | 'ignore' | undefined } = {},
): Matching {
  const comparable = (key: string): string => comparableKey(key, group.normalise);
  const byKey = groupedBy(candidates, ({ key }) => (key === undefined ? undefined : comparable(key)));
  const wantedBy = groupedBy(group.expected, ({ key }) => comparable(key));
  const pairings: Pairing[] = [];
  const problems: MatchingProblem[] = [];
  for (const expected of group.expected) {
    if (expected.chosenOutputId !== undefined) {
      // A person's word stands above keys and sizes.
      const chosen = candidates.find(({ outputId }) => outputId === expected.chosenOutputId);
      if (chosen === undefined) problems.push(chosenOutputProblem(expected, expected.chosenOutputId, candidates));
      else pairings.push({ expected, output: chosen });
      continue;
    }
    const rivals = wantedBy.get(comparable(expected.key)) ?? [];
    const found = byKey.get(comparable(expected.key)) ?? [];
    const [output, ...others] = found;
    if (output === undefined) problems.push(noCreativeProblem(expected, candidates));
    else if (others.length > 0) problems.push(severalCreativesProblem(expected, found));
    else if (rivals.length > 1) problems.push(conflictProblem(expected, rivals));
    else if (pixelSize === 'block' && hasSizeMismatch(expected, output))
      problems.push(sizeMismatchProblem(expected, output));
    else pairings.push({ expected, output });
  }
  return { pairings, problems, extras: candidates.length - pairings.length };
}

function groupedBy<Item>(items: readonly Item[], keyOf: (item: Item) => string | undefined): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    if (key === undefined) continue;
    const group = groups.get(key) ?? [];
    group.push(item);
    groups.set(key, group);
  }
  return groups;
}
