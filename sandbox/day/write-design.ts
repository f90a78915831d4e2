import { createHash } from 'node:crypto';
import { guidOf, type Random } from '../random';
import type { Creative, Design, Preset, Product, Studio } from './model';

/** The size that a creative has when its shot asks for no spec. */
export const ORIGINAL = { name: 'Original', width: 1200, height: 1200 } as const;

/** Which positions of one product are wanted in which presets; `undefined` stands for a shot without specs. */
export interface Wanted {
  readonly product: Product;
  readonly shots: readonly { readonly position: string; readonly presets: readonly (Preset | undefined)[] }[];
  /** The one creative that nobody makes. */
  readonly missing: { readonly position: string; readonly size: string } | undefined;
}

/** Writes one Celtra project: every creative that is wanted, and others (the stranger's among them) that must never be delivered. */
export function writeDesign(
  random: Random,
  studio: Studio,
  name: string,
  wanted: readonly Wanted[],
  stranger: Product,
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
    // Celtra's output ids are version 5 UUIDs (celtra.md §1).
    outputId: guidOf(`${designId}/${product.code}/${position}/${size.name}`, 5),
    product,
    position,
    size: size.name,
    width: size.width,
    height: size.height,
    hasSize: true,
    failsWith: undefined,
    flavour: random.integer(0, 3),
    ...extra,
  });

  const presets = studio.presets[stranger.contentCreationType];
  for (const { product, shots, missing: gap } of wanted) {
    for (const { position, presets: asked } of shots) {
      const sizes = asked.includes(undefined) ? [ORIGINAL, ...presets] : presets;
      for (const size of sizes) {
        const made = creative(product, position, size);
        const left = gap?.position === position && gap.size === size.name;
        (left ? missing : creatives).push(made);
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
  for (const size of presets) creatives.push(creative(stranger, 'Front', size));

  return {
    designId,
    studio,
    name,
    creatives,
    missing,
    versions: [
      {
        contentBlobHash: createHash('sha256').update(`${designId}/0`).digest('hex'),
        modifiedAt: now - random.integer(3_600_000, 3 * 86_400_000),
        revisions: new Map(),
      },
    ],
  };
}

/** Saves an edit: a new version in which the named creatives (none named: all) look different. */
export function editDesign(design: Design, outputIds: readonly string[], now: number): void {
  const previous = design.versions.at(-1);
  const revisions = new Map(previous?.revisions);
  const edited = outputIds.length > 0 ? outputIds : design.creatives.map((creative) => creative.outputId);
  for (const outputId of edited) revisions.set(outputId, (revisions.get(outputId) ?? 0) + 1);
  design.versions.push({
    contentBlobHash: createHash('sha256').update(`${design.designId}/${design.versions.length}`).digest('hex'),
    modifiedAt: now,
    revisions,
  });
}
