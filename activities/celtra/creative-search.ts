import { activityInfo } from '@temporalio/activity';
import { z } from 'zod';

import type { ExportGroup } from '../../domain/plan/export-plan';
import type { CeltraOutput } from '../../domain/render/celtra-output';
import { initialPollState, type RenderPollState } from '../../domain/render/render-poll-state';
import { backoffDelay, withJitter } from '../../domain/shared/backoff';
import { failureTypes } from '../../domain/shared/failure-type';
import { formatDuration } from '../../domain/shared/text';
import { benignFailure } from '../runtime/failures';
import type { ActivityRun } from '../runtime/run-activity';
import { type ActivityStudio, getStudio, type Studios } from '../runtime/studios';
import { callerText } from './pinned-read';

export interface SearchRequest {
  readonly studio: string;
  readonly taskId: string;
  readonly group: ExportGroup;
}

/** Repeats the request after an empty answer (docs/reference/celtra.md#empty-answers). */
export async function findOutputs(
  studios: Studios,
  request: SearchRequest,
  { signal, lastHeartbeat, heartbeat }: ActivityRun,
): Promise<CeltraOutput[]> {
  const studio = getStudio(studios, request.studio);
  const before = parseSearchState(lastHeartbeat);
  const outputs = await searchOutputs(studio, request.taskId, request.group, signal);
  if (outputs.length === 0 && before.empty < studio.renders.emptyAnswers) {
    const waitMs = nextPollDelay(studio);
    const progress = `Celtra finds no output for the filters; attempt ${activityInfo().attempt}; next poll in ${formatDuration(waitMs)}`;
    heartbeat({ progress, empty: before.empty + 1 });
    throw benignFailure(`${progress}.`, failureTypes.notRendered, waitMs);
  }
  return outputs;
}

/** The outputs that Celtra finds for these filters now. */
export function searchOutputs(
  { name, celtra, celtraCaller }: Pick<ActivityStudio, 'name' | 'celtra' | 'celtraCaller'>,
  taskId: string,
  { filters, assetFormats }: Pick<ExportGroup, 'filters' | 'assetFormats'>,
  signal: AbortSignal,
): Promise<CeltraOutput[]> {
  return celtra.exportOutputs(
    { filters, assetFormats, caller: callerText(celtraCaller, { studio: name, taskId }) },
    signal,
  );
}

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

function parseSearchState(lastHeartbeat: unknown): SearchPollState {
  return searchSchema.safeParse(lastHeartbeat).data ?? { progress: '', empty: 0 };
}

/** The wait before the next attempt, in milliseconds. */
export function nextPollDelay(studio: ActivityStudio): number {
  return withJitter(backoffDelay(studio.renderPace, activityInfo().attempt - 1), Math.random());
}
