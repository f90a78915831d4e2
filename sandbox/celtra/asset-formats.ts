import { z } from 'zod';
import type { PictureFormat } from '../pictures/render';
import { CeltraRefusal } from './refusal';

const ratio = { devicePixelRatio: z.number().positive().max(8).optional() };
const png = z.looseObject({ format: z.literal('png'), colors: z.number().int().min(2).max(256).optional(), ...ratio });
const jpeg = z.looseObject({
  format: z.enum(['jpeg', 'jpg']),
  quality: z.number().min(0).max(100).optional(),
  maxSizeKb: z.number().positive().optional(),
  ...ratio,
});
const plain = z.looseObject({ format: z.enum(['tiff', 'webp']), ...ratio });

const documentedAdServers = [
  'generic',
  'flashtalking',
  'googleAds',
  'googleAdsUac',
  'googleAdManager',
  'campaignManager360',
  'displayVideo360',
  'dcStudio',
  'ttd',
  'revjet',
  'simplifi',
  'xandr',
  'liftoff',
  'adform',
  'innovid',
];
const typedAdServers = ['dcStudioDcoVariant', 'celtraMab', 'demandbase', 'moloco'];

const encoded = z.looseObject({ preset: z.enum(['x264_hq', 'x264_optimized', 'prores_422_hq', 'prores_4444']) });
const gif = z.looseObject({
  preset: z.literal('gif'),
  loop: z.number().int().min(0).max(65_535).optional(),
  quality: z.number().min(0).max(100).optional(),
});

const assetFormats = z.looseObject({
  Image: z.looseObject({ image: z.discriminatedUnion('format', [png, jpeg, plain]).optional() }).optional(),
  HTML: z
    .looseObject({ html: z.looseObject({ adServer: z.enum([...documentedAdServers, ...typedAdServers]) }).optional() })
    .optional(),
  Video: z.looseObject({ video: z.discriminatedUnion('preset', [encoded, gif]).optional() }).optional(),
});

export interface VideoFormat {
  readonly preset: 'x264_hq' | 'x264_optimized' | 'prores_422_hq' | 'prores_4444' | 'gif';
  readonly loop: number;
}

/** The asset formats of a request. */
export interface RequestedFormats {
  readonly image: PictureFormat;
  /** Pixels per pixel of the design; 1 by default. */
  readonly pixelRatio: number;
  readonly video: VideoFormat;
  readonly adServer: string;
  /** What the request uses although only types or examples mention it. */
  readonly undocumented: readonly string[];
}

const knownSettings: Readonly<Record<string, readonly string[]>> = {
  Image: ['image'],
  'Image.image': ['format', 'colors', 'quality', 'maxSizeKb', 'devicePixelRatio'],
  HTML: ['html'],
  'HTML.html': ['adServer'],
  Video: ['video'],
  'Video.video': ['preset', 'loop', 'quality'],
};

/**
 * Reads `assetFormats` (docs/reference/celtra.md#asset-formats). The default for images is png, as in the help page's
 * example.
 */
export function parseAssetFormats(value: unknown): RequestedFormats {
  const parsed = assetFormats.optional().safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new CeltraRefusal(400, `assetFormats.${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`);
  }
  const image = parsed.data?.Image?.image;
  const html = parsed.data?.HTML?.html;
  const video = parsed.data?.Video?.video;
  return {
    image: pictureFormat(image),
    pixelRatio: image?.devicePixelRatio ?? 1,
    video: { preset: video?.preset ?? 'x264_optimized', loop: video?.preset === 'gif' ? (video.loop ?? 0) : 0 },
    adServer: html?.adServer ?? 'generic',
    undocumented: [
      ...unknownSettings(value, ''),
      ...(image?.format === 'png' && 'quality' in image ? ['png with quality'] : []),
      ...(image?.format === 'jpg' ? ['format jpg'] : []),
      ...(image?.devicePixelRatio === undefined ? [] : ['devicePixelRatio']),
      ...(html !== undefined && typedAdServers.includes(html.adServer) ? [`ad server ${html.adServer}`] : []),
      ...(video === undefined ? [] : ['video preset']),
    ],
  };
}

type ImageSettings = z.infer<typeof png> | z.infer<typeof jpeg> | z.infer<typeof plain>;

function pictureFormat(image: ImageSettings | undefined): PictureFormat {
  switch (image?.format) {
    case undefined:
      return { format: 'png' };
    case 'png':
      return { format: 'png', colors: image.colors };
    case 'jpeg':
    case 'jpg':
      // `quality` applies only when `maxSizeKb` is absent.
      return image.maxSizeKb === undefined
        ? { format: 'jpeg', quality: image.quality }
        : { format: 'jpeg', maxSizeKb: image.maxSizeKb };
    case 'tiff':
    case 'webp':
      return { format: image.format };
  }
}

function unknownSettings(value: unknown, path: string): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, child]): string[] => {
    const here = path === '' ? name : `${path}.${name}`;
    const known = path === '' ? name in knownSettings : (knownSettings[path] ?? [name]).includes(name);
    return known ? unknownSettings(child, here) : [`assetFormats.${here}`];
  });
}
