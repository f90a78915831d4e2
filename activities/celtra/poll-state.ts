import { z } from 'zod';

import { initialPollState, type RenderPollState } from '../../domain/render/render-poll-state';

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
export function parsePollState(lastHeartbeat: unknown): RenderPollState {
  const parsed = schema.safeParse(lastHeartbeat);
  return parsed.success ? parsed.data : initialPollState;
}

/** How many answers an attempt of a search has met that were empty, or could not be read. */
export interface SearchPollState {
  readonly progress: string;
  readonly empty: number;
  readonly unreadable: number;
}

const searchSchema = z.object({ progress: z.string(), empty: z.number(), unreadable: z.number() });

/** As {@link parsePollState}, of a search for creatives. */
export function parseSearchState(lastHeartbeat: unknown): SearchPollState {
  const parsed = searchSchema.safeParse(lastHeartbeat);
  return parsed.success ? parsed.data : { progress: '', empty: 0, unreadable: 0 };
}
