import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { z } from 'zod';

import { RemoteCallError } from '../../clients';
import { initialPollState, type RenderPollState } from '../../domain/render/render-poll-state';
import { backoffDelay, withJitter } from '../../domain/shared/backoff';
import { failureTypes } from '../../domain/shared/failure-type';
import type { ActivityRun } from '../runtime/run-activity';
import type { ActivityStudio } from '../runtime/studios';

/** Consecutive unreadable answers that are taken for a brief fault of Celtra or of a proxy. */
export const MAX_UNREADABLE_ANSWERS = 2;

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
      blobHash: z.string().optional(),
    }),
  ),
  errored: counts,
  missing: counts,
  unreadable: z.number(),
  unpinned: z.boolean(),
});

const searchSchema = z.object({ progress: z.string(), empty: z.number(), unreadable: z.number() });

export type SearchPollState = Readonly<z.infer<typeof searchSchema>>;

export function parsePollState(lastHeartbeat: unknown): RenderPollState {
  return renderSchema.safeParse(lastHeartbeat).data ?? initialPollState;
}

export function parseSearchState(lastHeartbeat: unknown): SearchPollState {
  return searchSchema.safeParse(lastHeartbeat).data ?? { progress: '', empty: 0, unreadable: 0 };
}

/** The wait before the next attempt, in milliseconds. */
export function nextPollDelay(studio: ActivityStudio): number {
  return withJitter(backoffDelay(studio.renderPace, activityInfo().attempt - 1), Math.random());
}

/** An answer that was cut, or was another page. In contrast, an answer that ignored a filter stays as it is. */
export function isUnreadableAnswer(error: unknown): error is RemoteCallError {
  return error instanceof RemoteCallError && error.kind === 'contract' && error.code === undefined;
}

export function unreadableAnswer(error: Error): ApplicationFailure {
  return ApplicationFailure.retryable(`${error.message} Asking again.`, failureTypes.transient);
}

/** Retries after an unreadable answer, counted in the heartbeat details; throws any other error unchanged. */
export function retryUnreadable(
  error: unknown,
  before: RenderPollState | SearchPollState,
  heartbeat: ActivityRun['heartbeat'],
): never {
  if (!isUnreadableAnswer(error) || before.unreadable >= MAX_UNREADABLE_ANSWERS) throw error;
  heartbeat({ ...before, progress: error.message, unreadable: before.unreadable + 1 });
  throw unreadableAnswer(error);
}
