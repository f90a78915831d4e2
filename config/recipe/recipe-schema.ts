import { z } from 'zod';

import type { Recipe } from '../../domain/recipe/recipe';
import { conditionsSchema } from './condition-schema';
import { filmsSchema } from './films-schema';
import { filtersSchema, templateSchema } from './filter-schema';
import { conversionSchema, recipePreflightSchema } from '../schema/preflight-schema';
import { nonEmptyText } from '../shared/values';

const FORMAT_FAULTS: Readonly<Record<string, string>> = {
  webp: 'is webp, which Creative Force does not take; use jpeg, png or tiff',
  jpg: 'is jpg; Celtra calls it jpeg',
  tif: 'is tif; Celtra calls it tiff',
};

const png = z.strictObject({
  format: z.literal('png').describe('The file format.'),
  colors: z
    .int()
    .min(2)
    .max(256)
    .optional()
    .describe('For png: reduce to a palette of this many colours; absent keeps them all.'),
});

const jpeg = z
  .strictObject({
    format: z.literal('jpeg').describe('The file format.'),
    quality: z
      .number()
      .min(0)
      .max(100)
      .optional()
      .describe('For jpeg: quality; absent means that Celtra compresses as little as it can.'),
    maxSizeKb: z
      .number()
      .positive()
      .optional()
      .describe('For jpeg: the largest file in kilobytes, instead of a quality.'),
  })
  .refine((written) => written.quality === undefined || written.maxSizeKb === undefined, {
    message: 'has both quality and maxSizeKb; Celtra ignores quality then, so keep one of them',
  });

const tiff = z.strictObject({ format: z.literal('tiff').describe('The file format.') });

const imageFormat = z.discriminatedUnion('format', [png, jpeg, tiff], {
  error: ({ input }) => {
    const { data } = z.object({ format: z.string() }).safeParse(input);
    return FORMAT_FAULTS[data?.format ?? ''] ?? 'is not a file format that can be delivered; use jpeg, png or tiff';
  },
});

/** From docs/reference/celtra.md#asset-formats and docs/reference/creative-force.md#pictures-accepted. */
const assetFormats = z.strictObject({
  Image: z
    .strictObject({ image: imageFormat.describe('The file format: png, jpeg or tiff with its own settings.') })
    .optional()
    .describe('Format of image outputs.'),
});

export const recipeSchema = z.strictObject({
  name: nonEmptyText().describe('A name that you choose, unique in the studio; operators see it.'),
  when: conditionsSchema
    .prefault({})
    .describe('For which expected outputs: all conditions must hold; none means every one.'),
  celtra: z
    .strictObject({
      filters: filtersSchema.describe(
        "Celtra's own filter tree, which finds the outputs; leaves are lists, text in them is a Liquid template.",
      ),
      assetFormats: assetFormats
        .optional()
        .describe('In which format Celtra renders; absent means as the output spec asks.'),
      asset: nonEmptyText()
        .optional()
        .describe("Which of an output's assets is delivered, by its key; absent means its image, video or html."),
      texts: z
        .array(nonEmptyText())
        .min(1)
        .max(20)
        .optional()
        .describe(
          'Names of text assets, such as headline, that the audit keeps with the delivered file and that the saved brief shows; absent means none.',
        ),
    })
    .describe('What is requested from Celtra.'),
  preflight: recipePreflightSchema
    .optional()
    .describe("What the check does with this recipe's renders, rule by rule; absent means the studio's rules."),
  convert: conversionSchema
    .optional()
    .describe(
      'What is changed in renders before they are delivered; absent means that Celtra’s bytes stay as they are.',
    ),
  films: filmsSchema
    .optional()
    .describe(
      'What is done where a task asks for a film: ask (an operator), or deliver, alone or with the following; absent means ask.',
    ),
  match: z
    .strictObject({
      expected: templateSchema('expected').describe('Liquid template: the key of an expected output.'),
      output: templateSchema('output').describe('Liquid template: the key of a Celtra output.'),
      normalise: z
        .array(z.enum(['case', 'spaces']))
        .min(1)
        .optional()
        .describe('Differences that are ignored when keys are compared; absent means none.'),
    })
    .describe('Which output answers which expected output: both sides render one key, and equal keys match.'),
}) satisfies z.ZodType<Recipe>;
