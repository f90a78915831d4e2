import type { StudioName } from '../studio-name';
import { createRandom, guidOf } from '../random';
import {
  creativesIn,
  newestVersion,
  outputIdOf,
  outputNameOf,
  type Creative,
  type CreativeKind,
  type Design,
  type Product,
  type Studio,
} from './model';
import { callsToAction, catalogue } from './products';
import { firstVersion } from './write-design';

const DAY_MS = 86_400_000;

interface SampleOutput {
  readonly kind: CreativeKind;
  readonly size: string;
  readonly width: number;
  readonly height: number;
  readonly languages?: readonly string[];
}

/** One small output of every kind that Celtra can render; no task uses them. */
const sampleOutputs: readonly SampleOutput[] = [
  { kind: 'image', size: 'Square', width: 320, height: 320, languages: ['en', 'fr', 'de'] },
  { kind: 'video', size: 'Clip', width: 320, height: 180, languages: ['en', 'fr'] },
  { kind: 'html', size: 'Rectangle', width: 300, height: 250, languages: ['en', 'fr'] },
  { kind: 'meta image', size: 'Meta feed', width: 320, height: 320 },
  { kind: 'meta video', size: 'Meta reel', width: 180, height: 320 },
  { kind: 'meta carousel', size: 'Meta carousel', width: 240, height: 240 },
  { kind: 'youtube video', size: 'Bumper', width: 320, height: 180 },
  { kind: 'custom', size: 'Poster', width: 300, height: 400 },
];

export function sampleDesignIdOf(studio: StudioName, seed: string): string {
  return createRandom(`${seed}/sample/${studio}`).letters(12);
}

/** Creates a studio's sample project with every kind of output, for manual exploration and tests. */
export function writeSampleDesign(studio: Studio, seed: string, now: number): Design {
  const designId = sampleDesignIdOf(studio.name, seed);
  const product = sampleProduct(studio, `${studio.name.slice(0, 3).toUpperCase()}-SHOW`);
  return {
    designId,
    studio,
    name: `${studio.title} format samples`,
    creatives: sampleOutputs.flatMap((exhibit) =>
      (exhibit.languages ?? [undefined]).map((language, index) =>
        creativeOf(designId, product, exhibit, language, index),
      ),
    ),
    missing: [],
    versions: [firstVersion(designId, now - DAY_MS)],
  };
}

export interface BulkDesignRequest {
  readonly outputs: number;
  readonly width: number;
  readonly height: number;
  readonly kind: CreativeKind;
}

/** Creates a project of any number of outputs of one kind and size, for load tests; `number` distinguishes projects. */
export function writeBulkDesign(
  studio: Studio,
  seed: string,
  number: number,
  order: BulkDesignRequest,
  now: number,
): Design {
  const random = createRandom(`${seed}/bulk/${studio.name}/${number}`);
  const designId = random.letters(12);
  const { kind, width, height } = order;
  return {
    designId,
    studio,
    name: `${studio.title} bulk ${number}`,
    creatives: Array.from({ length: order.outputs }, (_, index) =>
      creativeOf(
        designId,
        sampleProduct(studio, `BULK-${number}-${index + 1}`),
        { kind, size: 'Bulk', width, height },
        undefined,
        index,
      ),
    ),
    missing: [],
    versions: [firstVersion(designId, now)],
  };
}

function creativeOf(
  designId: string,
  product: Product,
  exhibit: SampleOutput,
  language: string | undefined,
  index: number,
): Creative {
  return {
    outputId: guidOf([designId, product.code, exhibit.size, language ?? ''].join('/'), 5),
    kind: exhibit.kind,
    language,
    product,
    position: 'Front',
    size: exhibit.size,
    width: exhibit.width,
    height: exhibit.height,
    hasSize: true,
    failsWith: undefined,
    shapeVariant: index % 4,
  };
}

function sampleProduct(studio: Studio, code: string): Product {
  const [entry] = catalogue[studio.name];
  if (entry === undefined) throw new Error(`Studio ${studio.name} sells nothing.`);
  return {
    ...entry,
    productId: guidOf(`${studio.workspaceId}/${code}`),
    contentCreationType: 'ecom',
    code,
    cfCode: '',
    callToAction: callsToAction[0] ?? 'Shop now',
  };
}

/** A design in control responses. */
export function designSummary(design: Design): Record<string, unknown> {
  const version = newestVersion(design);
  return {
    designId: design.designId,
    studio: design.studio.name,
    name: design.name,
    contentBlobHash: version.contentBlobHash,
    outputs: creativesIn(design, version).map((creative) => ({
      id: outputIdOf(version, creative),
      name: outputNameOf(creative),
      kind: creative.kind,
    })),
  };
}
