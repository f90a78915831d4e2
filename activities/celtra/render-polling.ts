import { activityInfo } from '@temporalio/activity';
import { z } from 'zod';

import { initialPollState, type RenderPollState } from '../../domain/render/render-poll-state';
import { backoffDelay, withJitter } from '../../domain/shared/backoff';
import type { ActivityStudio } from '../runtime/studios';

const counts = z.record(z.string(), z.number());

const renderSchema = z.object({
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
      fps: z.number().optional(),
      duration: z.number().optional(),
      blobHash: z.string().optional(),
      texts: z.record(z.string(), z.string()).optional(),
    }),
  ),
  addresses: z.array(z.object({ of: z.array(z.string()), sealed: z.string() })),
  errored: counts,
  missing: counts,
  unpinned: z.boolean(),
});

const searchSchema = z.object({ progress: z.string(), empty: z.number() });

export type SearchPollState = Readonly<z.infer<typeof searchSchema>>;

export function parsePollState(lastHeartbeat: unknown): RenderPollState {
  return renderSchema.safeParse(lastHeartbeat).data ?? initialPollState;
}

export function parseSearchState(lastHeartbeat: unknown): SearchPollState {
  return searchSchema.safeParse(lastHeartbeat).data ?? { progress: '', empty: 0 };
}

/** The wait before the next attempt, in milliseconds. */
export function nextPollDelay(studio: ActivityStudio): number {
  return withJitter(backoffDelay(studio.renderPace, activityInfo().attempt - 1), Math.random());
}
