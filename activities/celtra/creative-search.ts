import { activityInfo } from '@temporalio/activity';

import type { ExportGroup } from '../../domain/plan/export-plan';
import type { CeltraOutput } from '../../domain/render/celtra-output';
import { failureTypes } from '../../domain/shared/failure-type';
import { formatDuration } from '../../domain/shared/text';
import { benignFailure } from '../runtime/failures';
import type { ActivityRun } from '../runtime/run-activity';
import { getStudio, type Studios } from '../runtime/studios';
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
  const { filters, assetFormats } = request.group;
  const caller = callerText(studio.celtraCaller, request);
  const outputs = await studio.celtra.exportOutputs({ filters, assetFormats, caller }, signal);
  if (outputs.length === 0 && before.empty < studio.renders.emptyAnswers) {
    const waitMs = nextPollDelay(studio);
    const progress = `Celtra finds no output for the filters; attempt ${activityInfo().attempt}; next poll in ${formatDuration(waitMs)}`;
    heartbeat({ progress, empty: before.empty + 1 });
    throw benignFailure(`${progress}.`, failureTypes.notRendered, waitMs);
  }
  return outputs;
}
