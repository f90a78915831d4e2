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

/** What matching needs of a Celtra output: small enough for a history, and without file addresses. */
export interface Candidate {
  readonly outputId: string;
  readonly name?: string | undefined;
  readonly designFileId: string;
  /** The saved version of the design that was matched. */
  readonly contentHash?: string | undefined;
  /** The rendered `match.output`; absent when the output lacks a variable of the template. */
  readonly key?: string | undefined;
  readonly lacks?: string | undefined;
  /** Pixel size, if Celtra knows it before rendering. */
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  /** Preview page in Celtra. */
  readonly previewUrl?: string | undefined;
}

/** A Celtra output matched to an expected output. */
export interface Pairing {
  readonly expected: PlannedOutput;
  readonly output: Candidate;
}

/** The matching of one export group. */
export interface Matching {
  readonly pairings: Pairing[];
  readonly problems: MatchingProblem[];
  /** The number of outputs that the filters found and no expected output needs; they are never delivered. */
  readonly extras: number;
}

/**
 * Renders an output's key; an output that lacks a variable of the template cannot match
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
 * Matches each expected output of a group with exactly one Celtra output, or explains why that is impossible. Keys are
 * compared exactly unless the recipe allows a difference; ambiguity is a problem, never a guess. With `pixelSize:
 * 'block'` an output of another size than the spec does not match.
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
      // An operator's choice overrides keys and sizes.
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
