import { z } from 'zod';

import { preflightRules, type PreflightActions, type PreflightRule } from '../../domain/preflight/preflight';
import { builtInProfiles, type Conversion } from '../../domain/preflight/conversion';
import { choice, wholeNumber } from '../shared/values';

const ruleTexts: Readonly<Record<PreflightRule, string>> = {
  format: 'The file format, by its bytes.',
  extension: 'The extension of the file name, where it stands for another format.',
  pixelSize: 'Width and height.',
  orientation:
    'Whether the picture relies on an orientation tag to be shown upright; warns where nothing else is said.',
  density: 'Dots per inch, on both axes.',
  colorProfile: 'The embedded colour profile, by its primaries and curve, else by its description.',
  bitsPerChannel: 'Bits per channel.',
  alpha: 'Transparent pixels where the spec asks for a background colour.',
  fileSize: 'The size of the file.',
  frameRate: 'Frames per second of a film.',
  duration: 'The duration of a film.',
  codec: 'The codec of a film.',
};

const actions = z.strictObject(
  Object.fromEntries(
    preflightRules.map((rule) => [rule, z.enum(['block', 'warn', 'ignore']).optional().describe(ruleTexts[rule])]),
  ) as Record<PreflightRule, z.ZodOptional<z.ZodEnum<{ block: 'block'; warn: 'warn'; ignore: 'ignore' }>>>,
);

export const preflightSchema = z.strictObject({
  onMismatch: choice(['block', 'warn']).describe(
    'What happens to a render that does not match its output spec: ask an operator, or deliver with a warning.',
  ),
  rules: actions
    .prefault({})
    .describe('The same for single rules: block, warn or ignore; the rest follows onMismatch.'),
  maxPixels: wholeNumber(268_402_689, { min: 1_000_000 }).describe(
    'The most pixels that a picture may have, width times height; more is not opened.',
  ),
});

export const recipePreflightSchema = actions satisfies z.ZodType<PreflightActions>;

const COLOR = /^(as asked|#[0-9a-fA-F]{6})$/;

export const conversionSchema = z.strictObject({
  density: z
    .union([z.literal('as asked'), z.number().min(1).max(10_000)], {
      error: 'is neither "as asked" nor a number of dots per inch',
    })
    .optional()
    .describe('Mark the file with these dots per inch, or as the spec asks.'),
  profile: z
    .enum(['as asked', ...builtInProfiles])
    .optional()
    .describe('Convert to this colour profile, or to the one that the spec asks for (sRGB and Display P3).'),
  background: z
    .string()
    .regex(COLOR, 'is neither "as asked" nor a colour such as "#ffffff" (in quotes)')
    .optional()
    .describe('Lay a transparent picture on this colour, or on the one that the spec asks for.'),
  alpha: z
    .enum(['remove'])
    .optional()
    .describe('Write a picture without a transparent pixel without its alpha channel.'),
  orientation: z
    .enum(['apply'])
    .optional()
    .describe('Store the pixels as they are shown, so that nothing relies on the orientation tag.'),
  pages: z
    .enum(['first'])
    .optional()
    .describe(
      'Keep only the first page where a picture of several has to be encoded again; absent means that it is refused.',
    ),
  lowestQuality: z
    .int()
    .min(1)
    .max(95)
    .optional()
    .describe('For jpeg: the lowest quality to which a file may go to be as small as the spec asks.'),
}) satisfies z.ZodType<Conversion>;
