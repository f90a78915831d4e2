import type { DeliveredFilePlan } from '../delivery/delivery-record';
import type { AssetFormats } from '../recipe/recipe';
import { contentHash } from '../shared/content-hash';
import { pluralise } from '../shared/text';
import { candidateId } from './candidate-id';
import type { ExportGroup, Problem } from './export-plan';
import type { Matching } from './matching';
import { groupedBy } from '../shared/grouped-by';
import { conflictProblem } from './matching-problems';

/** Which creative is delivered for an expected output, and why. */
export interface PlanLine {
  readonly expectedKey: string;
  readonly label: string;
  readonly recipe: string;
  readonly recipeHash?: string | undefined;
  readonly alsoFits?: readonly string[] | undefined;
  /** The keys of the expected output and of the creative; they differ only by what the recipe allows. */
  readonly key: string;
  readonly outputKey?: string | undefined;
  readonly outputId: string;
  /** The asset of that output, where its assets are told apart. */
  readonly assetKey?: string | undefined;
  readonly outputName?: string | undefined;
  readonly contentHash?: string | undefined;
  readonly format: string;
  readonly fileName: string;
}

/** What a round will deliver, decided before rendering. */
export interface PlanRecord {
  readonly version: 1;
  /** SHA-256 of the lines; equal hashes mean equal deliveries. */
  readonly hash: string;
  readonly lines: readonly PlanLine[];
  readonly problems: readonly Problem[];
  /** The number of outputs that were found and are not delivered. */
  readonly extras: number;
}

/** What a group asks for, and the creatives that were found for it. */
export interface MatchedGroup {
  readonly group: ExportGroup;
  readonly matching: Matching;
}

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
        ...(output.assetKey !== undefined && { assetKey: output.assetKey }),
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

/** Two groups (two formats) can match the same output without seeing each other. */
function conflictsBetweenGroups(matched: readonly MatchedGroup[]): Problem[] {
  const pairings = matched.flatMap(({ matching }) => matching.pairings);
  return [...groupedBy(pairings, ({ output }) => candidateId(output)).values()].flatMap((alike) => {
    const conflicts = alike.map(({ expected }) => expected);
    return conflicts.length === 1 ? [] : conflicts.map((expected) => conflictProblem(expected, conflicts));
  });
}

/** Groups that differ only by format find the same outputs, so a match of one is no extra of the other. */
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

/** The part of a line that the delivery record keeps. */
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
  if (formats.Video !== undefined) return formats.Video.video.preset;
  if (image === undefined) return Object.keys(formats).join(', ') || 'as Celtra chooses';
  if ('maxSizeKb' in image) return `${image.format} up to ${image.maxSizeKb} kB`;
  return 'quality' in image && image.quality !== undefined ? `${image.format} ${image.quality}` : image.format;
}

/** The column titles of a plan's table. */
export const planColumns = ['expected output', 'creative', 'key', 'recipe', 'format', 'file'] as const;

/** Cells in the order of {@link planColumns}. */
export function planRows({ lines }: Pick<PlanRecord, 'lines'>): string[][] {
  return lines.map((line) => [
    line.label,
    line.outputName ?? line.outputId,
    keysOf(line),
    line.recipe,
    line.format,
    line.fileName,
  ]);
}

/** The key, or both keys where they differ. */
function keysOf({ key, outputKey }: PlanLine): string {
  return outputKey === undefined || outputKey === key ? key : `${key} ≈ ${outputKey}`;
}

/** Files of one name, in whatever letter case: the studio cannot tell them apart by it. One sentence for each name. */
export function sameNameFindings({ lines }: Pick<PlanRecord, 'lines'>): string[] {
  return [...groupedBy(lines, ({ fileName }) => fileName.toLowerCase()).values()].flatMap((equals) => {
    const [first] = equals;
    if (first === undefined || equals.length === 1) return [];
    const labels = equals.map(({ label }) => label).join('; ');
    return [`${equals.length} files will be named ${first.fileName}: ${labels}. Each is delivered to its own output.`];
  });
}

/** Notes below the table: equal file names, extra outputs, and other recipes that would fit. One sentence each. */
export function planNotes({ lines, extras }: Pick<PlanRecord, 'lines' | 'extras'>): string[] {
  const alternatives = new Map<
    string,
    { readonly names: string; readonly recipe: string; readonly labels: string[] }
  >();
  for (const { recipe, alsoFits = [], label } of lines) {
    if (alsoFits.length === 0) continue;
    const names = alsoFits.join(', ');
    const known = alternatives.get(`${recipe}\n${names}`) ?? { names, recipe, labels: [] };
    known.labels.push(label);
    alternatives.set(`${recipe}\n${names}`, known);
  }
  const left = extras === 0 ? [] : [`${pluralise(extras, 'other creative')} found by the filters: never delivered.`];
  const fits = [...alternatives.values()].map(
    ({ names, recipe, labels }) => `${labels.join('; ')}: ${names} also match; ${recipe} comes first.`,
  );
  return [...sameNameFindings({ lines }), ...left, ...fits];
}
