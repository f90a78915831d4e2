import { activityInfo } from '@temporalio/activity';

import type { CeltraOutput } from '../domain/celtra-output';
import { timeInWords } from '../domain/pace';
import type { ExportGroup } from '../domain/plan';
import { nextWait, notYet, unreadable } from './ask-celtra-again';
import { callerText, isUnreadable, UNREADABLE_ANSWERS } from './celtra-read';
import type { Performing } from './perform';
import { readSearchMemory } from './render-memory';
import { studioNamed, type Studios } from './studios';

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
  { signal, lastReport, report }: Performing,
): Promise<CeltraOutput[]> {
  const studio = studioNamed(studios, request.studio);
  const before = readSearchMemory(lastReport);
  const { filters, assetFormats } = request.group;
  const caller = callerText(studio.celtraCaller, request);
  let outputs: CeltraOutput[];
  try {
    outputs = await studio.celtra.exportOutputs({ filters, assetFormats, caller }, signal);
  } catch (error) {
    if (!isUnreadable(error) || before.unreadable >= UNREADABLE_ANSWERS) throw error;
    report({ ...before, progress: error.message, unreadable: before.unreadable + 1 });
    throw unreadable(error);
  }
  if (outputs.length === 0 && before.empty < studio.renders.emptyAnswers) {
    const waitMs = nextWait(studio);
    const progress = `Celtra finds no output for the filters; attempt ${activityInfo().attempt}; next look in ${timeInWords(waitMs)}`;
    report({ progress, empty: before.empty + 1, unreadable: 0 });
    throw notYet(`${progress}.`, waitMs);
  }
  return outputs;
}
