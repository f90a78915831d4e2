import { z } from 'zod';
import type { PictureFormat } from '../pictures/render';
import { CeltraRefusal } from './filters';

const png = z.looseObject({ format: z.literal('png'), colors: z.number().int().min(2).max(256).optional() });
const jpeg = z.looseObject({
  format: z.enum(['jpeg', 'jpg']),
  quality: z.number().min(0).max(100).optional(),
  maxSizeKb: z.number().positive().optional(),
});
const plain = z.looseObject({ format: z.enum(['tiff', 'webp']) });
const assetFormats = z.looseObject({
  Image: z.looseObject({ image: z.discriminatedUnion('format', [png, jpeg, plain]).optional() }).optional(),
});

export interface AskedFormat {
  readonly format: PictureFormat;
  readonly oddities: readonly string[];
}

/** Reads `assetFormats` (celtra.md §5). Left out, the default is png, as in the help page's example. */
export function parseAssetFormats(value: unknown): AskedFormat {
  const parsed = assetFormats.optional().safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new CeltraRefusal(400, `assetFormats.${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`);
  }
  const image = parsed.data?.Image?.image;
  const oddities: string[] = [];
  switch (image?.format) {
    case undefined:
      return { format: { format: 'png' }, oddities };
    case 'png':
      if ('quality' in image) oddities.push('png with quality');
      return { format: { format: 'png', colors: image.colors }, oddities };
    case 'jpeg':
    case 'jpg':
      if (image.format === 'jpg') oddities.push('format jpg');
      // `quality` applies only when `maxSizeKb` is absent.
      return image.maxSizeKb === undefined
        ? { format: { format: 'jpeg', quality: image.quality }, oddities }
        : { format: { format: 'jpeg', maxSizeKb: image.maxSizeKb }, oddities };
    case 'tiff':
    case 'webp':
      return { format: { format: image.format }, oddities };
  }
}
