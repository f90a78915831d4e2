import { activityInfo } from '@temporalio/activity';

import type { CeltraOutput } from '../../domain/render/celtra-output';
import { formatDuration } from '../../domain/shared/text';
import type { ExportGroup } from '../../domain/plan/export-plan';
import { nextPollDelay, notRenderedYet, unreadableAnswer } from './render-polling';
import { callerText, isUnreadableAnswer, MAX_UNREADABLE_ANSWERS } from './pinned-read';
import type { ActivityRun } from '../runtime/run-activity';
import { parseSearchState } from './poll-state';
import { getStudio, type Studios } from '../runtime/studios';

/** What a search for creatives is for. */
export interface SearchRequest {
  readonly studio: string;
  readonly taskId: string;
  readonly group: ExportGroup;
}

/**
 * Asks Celtra which outputs answer a group's filters; by that it also begins to render them
 * (docs/reference/celtra.md#rendering). An empty answer is waited out a few times; then the result is empty. So is an
 * answer that cannot be read; then it is an error.
 */
export async function findOutputs(
  studios: Studios,
  request: SearchRequest,
  { signal, lastHeartbeat, heartbeat }: ActivityRun,
): Promise<CeltraOutput[]> {
  const studio = getStudio(studios, request.studio);
  const before = parseSearchState(lastHeartbeat);
  const { filters, assetFormats } = request.group;
  const caller = callerText(studio.celtraCaller, request);
  let outputs: CeltraOutput[];
  try {
    outputs = await studio.celtra.exportOutputs({ filters, assetFormats, caller }, signal);
  } catch (error) {
    if (!isUnreadableAnswer(error) || before.unreadable >= MAX_UNREADABLE_ANSWERS) throw error;
    heartbeat({ ...before, progress: error.message, unreadable: before.unreadable + 1 });
    throw unreadableAnswer(error);
  }
  if (outputs.length === 0 && before.empty < studio.renders.emptyAnswers) {
    const waitMs = nextPollDelay(studio);
    const progress = `Celtra finds no output for the filters; attempt ${activityInfo().attempt}; next poll in ${formatDuration(waitMs)}`;
    heartbeat({ progress, empty: before.empty + 1, unreadable: 0 });
    throw notRenderedYet(`${progress}.`, waitMs);
  }
  return outputs;
}
