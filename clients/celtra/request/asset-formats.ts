import { z } from 'zod';

import { madeOnce } from '../../made-once';
import { jsonPath } from '../../wire-values';

/** From Celtra's help page (docs/reference/celtra.md#asset-formats). */
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

/** The formats of exported files, by type and name of the asset (docs/reference/celtra.md#asset-formats). */
export interface ExportFormats {
  readonly Image?: { readonly image: ExportImageFormat } | undefined;
  readonly HTML?: { readonly html: { readonly adServer: string } } | undefined;
  /** Documented only in Celtra's types, so the settings must allow each preset. */
  readonly Video?: { readonly video: { readonly preset: string } } | undefined;
}

export type ExportImageFormat =
  | { readonly format: 'png'; readonly colors?: number | undefined }
  | { readonly format: 'jpeg'; readonly quality?: number | undefined; readonly maxSizeKb?: number | undefined }
  | { readonly format: 'tiff' | 'webp' };

const onlyOne = 'Celtra ignores quality when maxSizeKb is given, so give one of them';

const NOTHING_EXTRA: readonly string[] = [];

const formatsSchema = madeOnce((words: readonly string[]) => {
  const extra = new Set(words);
  const png = z.strictObject({ format: z.literal('png'), colors: z.int().min(2).max(256).optional() });
  const jpeg = z
    .strictObject({
      format: z.literal('jpeg'),
      quality: z.number().min(0).max(100).optional(),
      maxSizeKb: z.number().positive().optional(),
    })
    .refine(({ quality, maxSizeKb }) => quality === undefined || maxSizeKb === undefined, { message: onlyOne });
  const plain = z.strictObject({ format: z.enum(['tiff', 'webp']) });

  const adServer = z
    .string()
    .refine((word) => documentedAdServers.includes(word) || extra.has(word), { error: notAllowed('an ad server') });
  const preset = z.string().refine((word) => extra.has(word), { error: notAllowed('a video preset') });

  return z.strictObject({
    Image: z.strictObject({ image: z.discriminatedUnion('format', [png, jpeg, plain]) }).optional(),
    HTML: z.strictObject({ html: z.strictObject({ adServer }) }).optional(),
    Video: z.strictObject({ video: z.strictObject({ preset }) }).optional(),
  });
});

/** The faults of asset formats, with their paths. `extra` are the undocumented words that the settings allow. */
export function validateAssetFormats(formats: ExportFormats, extra: readonly string[] = NOTHING_EXTRA): string[] {
  const parsed = formatsSchema(extra).safeParse(formats);
  if (parsed.success) return [];
  return parsed.error.issues.flatMap((issue) => {
    const place = jsonPath(issue.path).replace('$', 'assetFormats');
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => {
        const type = issue.path.length === 0 && ['File', 'Text'].includes(key);
        if (type) return `${place}.${key} is not wanted: Celtra takes no settings for ${key} assets`;
        return `${place} does not take ${key}`;
      });
    }
    if (issue.code === 'invalid_union' || issue.path.at(-1) === 'format')
      return `${place} must be png, jpeg, tiff or webp`;
    return `${place}: ${issue.message}`;
  });
}

function notAllowed(what: string) {
  return ({ input }: { input?: unknown }) =>
    `“${String(input).slice(0, 40)}” is not ${what} that Celtra's help pages name; allow it by celtra.extraAssetFormats if Celtra has told you of it`;
}
