import { contentHash } from './content-hash';
import type { Matching } from './matching';
import type { ExportGroup, Problem } from './plan';
import type { AssetFormats } from './recipe';

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

/** Writes down what was decided for a round: the pairings of every group, what could not be paired, what was left over. */
export function planRecord(
  matched: readonly { readonly group: ExportGroup; readonly matching: Matching }[],
  problems: readonly Problem[],
): PlanRecord {
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
        format: formatText(group.assetFormats),
        fileName: expected.fileName,
      })),
    )
    .sort((one, other) => (one.expectedKey < other.expectedKey ? -1 : 1));
  return {
    version: 1,
    hash: contentHash(lines),
    lines,
    problems: [...problems, ...matched.flatMap(({ matching }) => matching.problems)],
    extras: matched.reduce((sum, { matching }) => sum + matching.extras, 0),
  };
}

/** The asset formats in a few words: `jpeg 90`, `jpeg up to 200 kB`, `png`. */
export function formatText(formats: AssetFormats): string {
  const image = formats.Image?.image;
  if (image === undefined) return Object.keys(formats).join(', ') || 'as Celtra chooses';
  if ('maxSizeKb' in image) return `${image.format} up to ${image.maxSizeKb} kB`;
  return 'quality' in image && image.quality !== undefined ? `${image.format} ${image.quality}` : image.format;
}
