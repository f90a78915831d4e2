import { createHash } from 'node:crypto';
import { guidOf, type Random } from '../random';
import {
  newestVersion,
  outputIdOf,
  type Creative,
  type Design,
  type DesignVersion,
  type Preset,
  type Product,
  type Studio,
  type Task,
} from './model';
import type { Defect, DefectKind } from './defects';

/** The size of a creative whose shot has no specs. */
const ORIGINAL = { name: 'Original', width: 1200, height: 1200 } as const;

/** The requested presets of one position; `undefined` stands for a shot without specs. */
export interface RequestedShot {
  readonly position: string;
  readonly presets: readonly (Preset | undefined)[];
  /** The outputs have one preset and differ by their variant only. */
  readonly isColourways?: boolean;
}

/** What Celtra calls the size of a requested creative: the preset's name, with a colourway its number, too. */
export function sizeNameOf({ presets, isColourways = false }: RequestedShot, index: number): string {
  const name = presets[index]?.name ?? ORIGINAL.name;
  return isColourways ? `${name} colourway ${index + 1}` : name;
}

/** The requested creatives of one product. */
export interface RequestedCreatives {
  readonly product: Product;
  readonly shots: readonly RequestedShot[];
  /** Why it cannot be delivered. */
  readonly defect: Defect | undefined;
}

/**
 * Creates one Celtra project: every requested creative, and others that must never be delivered.
 */
export function writeDesign(
  random: Random,
  studio: Studio,
  name: string,
  wanted: readonly RequestedCreatives[],
  unrelatedProduct: Product,
  now: number,
): Design {
  const designId = random.letters(12);
  const creatives: Creative[] = [];
  const missing: Creative[] = [];
  const creative = (
    product: Product,
    position: string,
    size: { readonly name: string; readonly width: number; readonly height: number },
    extra: Partial<Pick<Creative, 'hasSize' | 'failsWith'>> = {},
  ): Creative => ({
    // Celtra's output ids are version 5 UUIDs (docs/reference/celtra.md#output-ids).
    outputId: guidOf(`${designId}/${product.code}/${position}/${size.name}`, 5),
    kind: 'image',
    language: undefined,
    product,
    position,
    size: size.name,
    width: size.width,
    height: size.height,
    hasSize: true,
    failsWith: undefined,
    shapeVariant: random.integer(0, 3),
    ...extra,
  });

  const presets = studio.presets[unrelatedProduct.contentCreationType];
  for (const { product, shots, defect } of wanted) {
    for (const shot of shots) {
      const { position, presets: asked, isColourways = false } = shot;
      const colourways = asked.map((preset, index) => ({ ...(preset ?? ORIGINAL), name: sizeNameOf(shot, index) }));
      const sizes = [...(asked.includes(undefined) ? [ORIGINAL] : []), ...presets, ...(isColourways ? colourways : [])];
      for (const size of sizes) {
        const made = creative(product, position, size);
        const kind = defect?.position === position && defect.size === size.name ? defect.kind : undefined;
        if (kind === 'missing creative') missing.push(made);
        else creatives.push(...withDefect(made, kind));
      }
    }
    creatives.push(creative(product, 'Front', { name: 'Skyscraper 4:15', width: 160, height: 600 }));
  }
  const [first] = wanted;
  if (first !== undefined) {
    creatives.push(creative(first.product, 'Group', { name: 'Draft', width: 800, height: 800 }, { hasSize: false }));
    creatives.push(
      creative(
        first.product,
        'Group',
        { name: 'Leaderboard', width: 728, height: 90 },
        { failsWith: 'Creative content is empty' },
      ),
    );
  }
  for (const size of presets) creatives.push(creative(unrelatedProduct, 'Front', size));

  return {
    designId,
    studio,
    name,
    creatives,
    missing,
    versions: [
      {
        ...firstVersion(designId, now - random.integer(3_600_000, 3 * 86_400_000)),
        // Whoever chooses between two creatives by their pictures sees which is which.
        revisions: new Map(copies(creatives).map(({ outputId }) => [outputId, 1])),
      },
    ],
  };
}

function copyIdOf({ outputId }: Creative): string {
  return guidOf(`${outputId}/copy`, 5);
}

/** The second creatives of tasks that have two for the same output. */
function copies(creatives: readonly Creative[]): Creative[] {
  const ids = new Set(creatives.map(copyIdOf));
  return creatives.filter(({ outputId }) => ids.has(outputId));
}

/** The creatives that replace one with a defect. */
function withDefect(made: Creative, kind: DefectKind | undefined): Creative[] {
  switch (kind) {
    case 'two creatives':
      return [made, { ...made, outputId: copyIdOf(made) }];
    case 'other case':
      return [{ ...made, size: made.size.toUpperCase() }];
    case 'other spaces':
      return [{ ...made, size: made.size.replace(' ', '  ') }];
    case 'other size':
      return [{ ...made, height: made.height + 90 }];
    default:
      return [made];
  }
}

/** A design as it was first saved. */
export function firstVersion(designId: string, modifiedAt: number): DesignVersion {
  return {
    contentBlobHash: contentHash(designId, 0),
    modifiedAt,
    revisions: new Map(),
    outputIds: new Map(),
    removed: new Set(),
  };
}

/** An edit. Outputs are named by their ids in the newest or in the first version. */
export interface DesignEdit {
  /** Creatives that look different; none named: all, unless some are removed. */
  readonly outputs: readonly string[];
  /** Creatives that the design no longer has. */
  readonly removed: readonly string[];
  /** Every creative gets another output id (docs/reference/celtra.md#output-ids). */
  readonly newOutputIds: boolean;
}

/** Saves an edit as a new version. */
export function editDesign(design: Design, edit: DesignEdit, now: number): void {
  const previous = newestVersion(design);
  const named = (ids: readonly string[]): string[] =>
    design.creatives
      .filter((creative) => ids.includes(creative.outputId) || ids.includes(outputIdOf(previous, creative)))
      .map((creative) => creative.outputId);
  const all = design.creatives.map((creative) => creative.outputId);
  const revisions = new Map(previous.revisions);
  const changed = edit.outputs.length > 0 || edit.removed.length > 0 ? named(edit.outputs) : all;
  for (const outputId of changed) revisions.set(outputId, (revisions.get(outputId) ?? 0) + 1);
  const number = design.versions.length;
  design.versions.push({
    contentBlobHash: contentHash(design.designId, number),
    // Timestamps have a resolution of one second, and versions must differ.
    modifiedAt: Math.max(now, previous.modifiedAt + 1_000),
    revisions,
    outputIds: edit.newOutputIds
      ? new Map(all.map((outputId) => [outputId, guidOf(`${outputId}/${number}`, 5)]))
      : previous.outputIds,
    removed: new Set([...previous.removed, ...named(edit.removed)]),
  });
}

/**
 * Adds the missing creatives of a task in a new version of the design, and removes the task's defect.
 */
export function makeMissing(design: Design, task: Task, now: number): void {
  const made = design.missing.filter(({ product }) => product === task.product);
  for (const version of design.versions) for (const { outputId } of made) version.removed.add(outputId);
  design.creatives.push(...made);
  design.missing.splice(0, design.missing.length, ...design.missing.filter((creative) => !made.includes(creative)));
  const outputs = made.map(({ outputId }) => outputId);
  editDesign(design, { outputs, removed: [], newOutputIds: false }, now);
  const newest = newestVersion(design);
  for (const outputId of outputs) newest.removed.delete(outputId);
  for (const expected of task.shots.flatMap((shot) => shot.expected)) {
    expected.creative ??= made.find(
      ({ position, size }) => position === expected.shot.position && size === expected.size,
    );
  }
  task.defect = undefined;
}

function contentHash(designId: string, version: number): string {
  return createHash('sha256').update(`${designId}/${version}`).digest('hex');
}
