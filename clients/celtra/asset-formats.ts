import { z } from 'zod';

import type { AssetFormats } from '../../domain/recipe';
import { jsonPath } from '../wire';

const onlyOne = 'Celtra ignores quality when maxSizeKb is given, so give one of them';

const png = z.strictObject({ format: z.literal('png'), colors: z.int().min(2).max(256).optional() });
const jpeg = z
  .strictObject({
    format: z.literal('jpeg'),
    quality: z.number().min(0).max(100).optional(),
    maxSizeKb: z.number().positive().optional(),
  })
  .refine(({ quality, maxSizeKb }) => quality === undefined || maxSizeKb === undefined, { message: onlyOne });
const tiff = z.strictObject({ format: z.literal('tiff') });

const formatsSchema = z.strictObject({
  Image: z.strictObject({ image: z.discriminatedUnion('format', [png, jpeg, tiff]) }).optional(),
});

/**
 * What is wrong with asset formats, by path; empty when they may be sent (celtra.md §5). WebP is refused because Creative
 * Force does not accept it (celtra.md §11.1).
 */
export function faultsOfAssetFormats(formats: AssetFormats): string[] {
  const parsed = formatsSchema.safeParse(formats);
  if (parsed.success) return [];
  return parsed.error.issues.map((issue) => {
    const place = jsonPath(issue.path).replace('$', 'assetFormats');
    if (issue.path.at(-1) === 'format') return `${place} must be png, jpeg or tiff (Creative Force takes no webp)`;
    if (issue.code === 'unrecognized_keys') return `${place} does not take ${issue.keys.join(', ')}`;
    return `${place}: ${issue.message}`;
  });
}
