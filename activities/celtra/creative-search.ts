import { activityInfo } from '@temporalio/activity';

import type { ExportGroup } from '../../domain/plan/export-plan';
import type { CeltraOutput } from '../../domain/render/celtra-output';
import { failureTypes } from '../../domain/shared/failure-type';
import { formatDuration } from '../../domain/shared/text';
import { benignFailure } from '../runtime/failures';
import type { ActivityRun } from '../runtime/run-activity';
import { type ActivityStudio, getStudio, type Studios } from '../runtime/studios';
import { callerText } from './pinned-read';
import { nextPollDelay, parseSearchState } from './render-polling';

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
