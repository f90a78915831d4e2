import { contentHash } from '../shared/content-hash';
import type { DeliveredFilePlan } from '../delivery/delivery-record';
import type { Matching } from './matching';
import { conflictProblem } from './matching-problems';
import type { ExportGroup, PlannedOutput, Problem } from './export-plan';
import type { AssetFormats } from '../recipe/recipe';

/** This creative goes out for this expected output, and why. */
export interface PlanLine {
  readonly expectedKey: string;
  readonly label: string;
  readonly recipe: string;
  readonly recipeHash?: string | undefined;
  /** Later recipes that fit too. */
  readonly alsoFits?: readonly string[] | undefined;
  /** The key on both sides; they differ only by what the recipe allows. */
  readonly key: string;
  readonly outputKey?: string | undefined;
  readonly outputId: string;
  readonly outputName?: string | undefined;
  /** The saved version of the design that was seen. */
  readonly contentHash?: string | undefined;
  readonly format: string;
  readonly fileName: string;
}

/** What a round is going to deliver, decided before anything is rendered. */
export interface PlanRecord {
  readonly version: 1;
  /** SHA-256 of the lines: two plans with the same hash deliver the same. */
  readonly hash: string;
  readonly lines: readonly PlanLine[];
  readonly problems: readonly Problem[];
  /** Celtra outputs that were found and are not delivered. */
  readonly extras: number;
}

/** One Celtra request, and what became of it. */
interface MatchedGroup {
  readonly group: ExportGroup;
  readonly matching: Matching;
}

/** Writes down what was decided for a round: the pairings of every group, what could not be paired, what was left over. */
export function planRecord(matched: readonly MatchedGroup[], problems: readonly Problem[]): PlanRecord {
  const lines = matched
    .flatMap(({ group, matching }) =>
      matching.pairings.map(({ expected, output }): PlanLine => ({
        expectedKey: expected.expectedKey,
        label: expected.label,
        recipe: group.recipe,
        recipeHash: group.recipeHash,
        alsoFits: expected.alsoFits,
        key: expected.key,
        outputKey: output.key,
        outputId: output.outputId,
        outputName: output.name,
        contentHash: output.contentHash,
        format: assetFormatText(group.assetFormats),
        fileName: expected.fileName,
      })),
    )
    .sort((one, other) => (one.expectedKey < other.expectedKey ? -1 : 1));
  return {
    version: 1,
    hash: contentHash(lines),
    lines,
    problems: [
      ...problems,
      ...matched.flatMap(({ matching }) => matching.problems),
      ...conflictsBetweenGroups(matched),
    ],
    extras: countExtras(matched),
  };
}

/** An output that goes out in two formats has two groups, and neither sees the other. */
function conflictsBetweenGroups(matched: readonly MatchedGroup[]): Problem[] {
  const wantedBy = new Map<string, PlannedOutput[]>();
  for (const { expected, output } of matched.flatMap(({ matching }) => matching.pairings)) {
    wantedBy.set(output.outputId, [...(wantedBy.get(output.outputId) ?? []), expected]);
  }
  return [...wantedBy.values()].flatMap((rivals) => {
    const [first] = rivals;
    return first === undefined || rivals.length === 1 ? [] : [conflictProblem(first, rivals)];
  });
}

/** Groups that differ only by format are answered with the same outputs, so what one pairs is no extra of the other. */
function countExtras(matched: readonly MatchedGroup[]): number {
  const byFilters = new Map<string, { found: number; paired: number }>();
  for (const { group, matching } of matched) {
    const filters = contentHash(group.filters);
    const { found, paired } = byFilters.get(filters) ?? { found: 0, paired: 0 };
    const { length } = matching.pairings;
    byFilters.set(filters, { found: Math.max(found, length + matching.extras), paired: paired + length });
  }
  return [...byFilters.values()].reduce((sum, { found, paired }) => sum + Math.max(0, found - paired), 0);
}

/** What the delivery record keeps of a line. */
export function toDeliveredFilePlan({
  recipe,
  recipeHash,
  outputKey,
  contentHash: version,
  format,
}: PlanLine): DeliveredFilePlan {
  return { recipe, recipeHash, outputKey, contentHash: version, format };
}

/** The asset formats in a few words: `jpeg 90`, `jpeg up to 200 kB`, `png`. */
export function assetFormatText(formats: AssetFormats): string {
  const image = formats.Image?.image;
  if (image === undefined) return Object.keys(formats).join(', ') || 'as Celtra chooses';
  if ('maxSizeKb' in image) return `${image.format} up to ${image.maxSizeKb} kB`;
  return 'quality' in image && image.quality !== undefined ? `${image.format} ${image.quality}` : image.format;
}
