import { z } from 'zod';

import { nothingSeen, type RenderMemory } from '../domain/render-memory';

const counts = z.record(z.string(), z.number());

const schema = z.object({
  progress: z.string(),
  waitingFor: z.array(z.string()),
  finished: z.number(),
  rendered: z.array(
    z.object({
      outputId: z.string(),
      assetKey: z.string(),
      type: z.enum(['image', 'video', 'html', 'file', 'text', 'other']),
      extension: z.string().optional(),
      width: z.number().optional(),
      height: z.number().optional(),
      blobHash: z.string().optional(),
    }),
  ),
  errored: counts,
  missing: counts,
  unreadable: z.number(),
  unpinned: z.boolean(),
});

/** What the last attempt reported; a fresh beginning when it reported nothing. */
export function readMemory(lastReport: unknown): RenderMemory {
  const parsed = schema.safeParse(lastReport);
  return parsed.success ? parsed.data : nothingSeen;
}

/** How many answers an attempt of a search has met that were empty, or could not be read. */
export interface SearchMemory {
  readonly progress: string;
  readonly empty: number;
  readonly unreadable: number;
}

const searchSchema = z.object({ progress: z.string(), empty: z.number(), unreadable: z.number() });

/** As {@link readMemory}, of a search for creatives. */
export function readSearchMemory(lastReport: unknown): SearchMemory {
  const parsed = searchSchema.safeParse(lastReport);
  return parsed.success ? parsed.data : { progress: '', empty: 0, unreadable: 0 };
}
