import { z } from 'zod';

import type { FilmDelivery } from '../../domain/render/film';
import { isObject } from '../shared/values';

const formatOfPreset: Readonly<Record<string, 'mp4' | 'mov'>> = {
  x264_hq: 'mp4',
  x264_optimized: 'mp4',
  prores_422_hq: 'mov',
  prores_4444: 'mov',
};

const limits = z
  .strictObject({
    action: z.enum(['ask', 'deliver']).default('deliver').describe('Ask an operator, or deliver what Celtra renders.'),
    format: z
      .enum(['mp4', 'mov'])
      .optional()
      .describe('The format where neither the output spec nor the file name says one.'),
    preset: z
      .string()
      .min(1)
      .optional()
      .describe(
        "Celtra's codec preset, such as x264_hq or prores_422_hq; celtra.extraAssetFormats must allow it; absent means Celtra's own choice.",
      ),
    maxBytes: z.int().positive().optional().describe('The largest film in bytes.'),
    maxSeconds: z.number().positive().optional().describe('The longest film in seconds.'),
    maxPixels: z.int().positive().optional().describe('The most pixels of a frame, width times height.'),
    maxFramesPerSecond: z.number().positive().optional().describe('The most frames per second.'),
  })
  .superRefine(({ format, preset }, context) => {
    const made = formatOfPreset[preset ?? ''];
    const addFault = (message: string): void => {
      context.addIssue({ code: 'custom', path: ['preset'], message });
    };
    if (preset === 'gif') addFault('is gif, which is a picture and which Creative Force does not take');
    else if (preset !== undefined && format !== undefined && made !== undefined && made !== format) {
      addFault(`is ${preset}, which makes ${made}, not ${format}`);
    }
  });

const written = z.union([z.enum(['ask', 'deliver']), limits], {
  error: 'is not ask, deliver or { action, format, preset, … }',
});

/** The `films` of a recipe: a word, or an object with limits. */
export const filmsSchema = z.codec(written, z.custom<FilmDelivery>(), {
  decode: (value): FilmDelivery => (typeof value === 'string' ? { action: value } : value),
  encode: (value) => value as z.output<typeof limits>,
});

/** Reports presets that a studio's Celtra account does not allow: only Celtra's types mention them. */
export function checkPresetsAllowed(studio: unknown, context: z.core.$RefinementCtx): void {
  if (!isObject(studio) || !Array.isArray(studio['recipes'])) return;
  const celtra = isObject(studio['celtra']) ? studio['celtra'] : {};
  const allowed: readonly unknown[] = Array.isArray(celtra['extraAssetFormats']) ? celtra['extraAssetFormats'] : [];
  studio['recipes'].forEach((recipe: unknown, index) => {
    const films = isObject(recipe) && isObject(recipe['films']) ? recipe['films'] : {};
    const preset = films['preset'];
    if (typeof preset !== 'string' || preset === 'gif' || allowed.includes(preset)) return;
    const message = `is ${preset}, which Celtra's help pages do not name; allow it by celtra.extraAssetFormats: [${preset}]`;
    context.addIssue({ code: 'custom', path: ['recipes', index, 'films', 'preset'], message });
  });
}
