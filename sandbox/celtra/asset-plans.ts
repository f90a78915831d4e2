import { createHash } from 'node:crypto';
import type { Creative } from '../day/model';

/** An asset that has to be rendered. Sizes are pixels of the design. */
export interface AssetPlan {
  readonly key: string;
  readonly type: 'Image' | 'Video' | 'HTML' | 'File';
  readonly width: number;
  readonly height: number;
  /** Distinguishes the assets of an output that has several. */
  readonly label: string;
}

export interface AssetPlans {
  readonly rendered: readonly AssetPlan[];
  /** Text assets by key; complete at once. */
  readonly texts: Readonly<Record<string, string>>;
}

const formatIds: Readonly<Record<Creative['kind'], string>> = {
  image: 'com.celtra.image',
  video: 'com.celtra.video',
  html: 'com.celtra.html',
  'meta image': 'com.celtra.meta.image',
  'meta video': 'com.celtra.meta.video',
  'meta carousel': 'com.celtra.meta.carousel',
  'youtube video': 'com.celtra.youtube.video',
  custom: 'com.example.window.poster',
};

export function formatIdOf(creative: Creative): string {
  return formatIds[creative.kind];
}

/**
 * What Celtra makes of a creative (docs/reference/celtra.md#asset-kinds). Text names of videos, cards and the custom
 * format are invented.
 */
export function assetPlansOf(creative: Creative): AssetPlans {
  const { width, height, product } = creative;
  const plan = (key: string, type: AssetPlan['type'], label = ''): AssetPlan => ({ key, type, width, height, label });
  const copy = {
    primaryText: `${product.name} in ${product.colourName}`,
    headline: product.name,
    description: product.category,
  };
  switch (creative.kind) {
    case 'image':
      return {
        rendered: [plan('image', 'Image')],
        texts: creative.shapeVariant % 2 === 0 ? { headline: product.name } : {},
      };
    case 'video':
      return { rendered: [plan('video', 'Video')], texts: { headline: product.name } };
    case 'html':
      return {
        rendered: [
          plan('html', 'HTML'),
          ...(creative.shapeVariant % 2 === 0 ? [plan('fallbackImage', 'File', 'still')] : []),
        ],
        texts: {},
      };
    case 'meta image':
      return {
        rendered: [plan('image', 'Image')],
        texts: {
          ...copy,
          callToAction: 'LEARN_MORE',
          websiteUrl: 'https://example.com/shop',
          displayLink: 'example.com',
          deeplink: '',
        },
      };
    case 'meta video':
      return { rendered: [plan('video', 'Video')], texts: copy };
    case 'youtube video':
      return { rendered: [plan('video', 'Video')], texts: { headline: product.name } };
    case 'meta carousel':
      return carousel(creative, plan, copy);
    case 'custom':
      return {
        rendered: [plan('hero.background', 'Image', 'background'), plan('hero.logos.0', 'File', 'logo')],
        texts: { 'legal.text': '' },
      };
  }
}

/** Flat keys under each card's id, and texts for the whole. */
function carousel(
  creative: Creative,
  plan: (key: string, type: AssetPlan['type'], label?: string) => AssetPlan,
  copy: Readonly<Record<string, string>>,
): AssetPlans {
  const cards = ['first', 'second'].map((label) => ({
    label,
    // 32 hex digits, as in the documented examples.
    id: createHash('md5').update(`${creative.outputId}/${label}`).digest('hex'),
  }));
  return {
    rendered: cards.map(({ id, label }, index) =>
      index === 0 ? plan(`cards.${id}.image`, 'Image', label) : plan(`cards.${id}.video`, 'Video', label),
    ),
    texts: {
      ...Object.fromEntries(
        cards.flatMap(({ id, label }) => [
          [`cards.${id}.headline`, `${creative.product.name}, ${label} card`],
          [`cards.${id}.websiteUrl`, 'https://example.com/shop'],
        ]),
      ),
      ...copy,
      callToAction: 'LEARN_MORE',
      displayLink: 'example.com',
    },
  };
}
