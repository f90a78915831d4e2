import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';

import { describeMissingOutputs } from '../../domain/render/design-change';
import { failureTypes } from '../../domain/shared/failure-type';
import { toMatchingSummary, type MatchingSummary, matchGroup } from '../../domain/plan/matching';
import { toCandidate } from '../../domain/plan/candidate';
import { pixelSizeInMatching } from '../../domain/preflight/preflight';
import type { FilterTree } from '../../domain/recipe/recipe';
import { truncatePollState, type RenderPollState } from '../../domain/render/render-poll-state';
import { evaluateRenders, renderProgressText, type WantedOutput } from '../../domain/render/render-progress';
import type { RenderedAsset } from '../../domain/render/rendered-asset';
import { summariseList } from '../../domain/shared/text';
import { nextPollDelay, notRenderedYet, unreadableAnswer } from './render-polling';
import { callerText, isUnreadableAnswer, readPinned, MAX_UNREADABLE_ANSWERS, type PinnedRequest } from './pinned-read';
import { findOutputs, type SearchRequest } from './creative-search';
import { runActivity, type ActivityRun } from '../runtime/run-activity';
import { parsePollState } from './poll-state';
import { preflightSettings, getStudio, type ActivityStudio, type Studios } from '../runtime/studios';

/** Some outputs of one request, each pinned to the saved version of its design that was seen. */
export interface RenderRequest extends PinnedRequest {
  /** What found them: by these they are looked for again when they go missing. */
  readonly filters: FilterTree;
  /** The asset that the recipe chose; absent means the main one. */
  readonly asset?: string | undefined;
}

/** The activities of Celtra's queue. Asset addresses are secrets, so none is ever in a result or a heartbeat. */
export function createCeltraActivities(studios: Studios) {
  return {
    /**
     * Finds the creative of each expected output of a group, or says why there is none. Only what was paired is told: a
     * design can have thousands of outputs, and a history must not hold them.
     */
    pairCreatives: (request: SearchRequest): Promise<MatchingSummary> =>
      runActivity(async (run) => {
        const studio = getStudio(studios, request.studio);
        const outputs = await findOutputs(studios, request, run);
        const candidates = outputs.map((output) => toCandidate(output, request.group.outputTemplate));
        const pixelSize = pixelSizeInMatching(preflightSettings(studio), request.group.preflight);
        return toMatchingSummary(matchGroup(request.group, candidates, { pixelSize }));
      }),

    /** Succeeds when every output is rendered; until then fails benignly, and the server asks again. */
    awaitRenders: (request: RenderRequest): Promise<RenderedAsset[]> =>
      runActivity((run) => pollRenders(studios, request, run)),
  };
}

async function pollRenders(
  studios: Studios,
  request: RenderRequest,
  { signal, lastHeartbeat, heartbeat }: ActivityRun,
): Promise<RenderedAsset[]> {
  const studio = getStudio(studios, request.studio);
  const before = parsePollState(lastHeartbeat);
  const finished = new Set(before.rendered.map(({ outputId }) => outputId));
  const unfinished = request.outputs.filter(({ outputId }) => !finished.has(outputId));
  const answer = await readPinned(studios, { ...request, outputs: unfinished }, signal, before.unpinned).catch(
    (error: unknown) => {
      if (!isUnreadableAnswer(error) || before.unreadable >= MAX_UNREADABLE_ANSWERS) throw error;
      heartbeat({ ...before, progress: error.message, unreadable: before.unreadable + 1 });
      throw unreadableAnswer(error);
    },
  );
  const progress = evaluateRenders(request, answer.outputs, studio.renders, { ...before, unpinned: answer.unpinned });
  if (progress.kind === 'finished') return progress.assets;
  if (progress.kind === 'failed') {
    heartbeat({ ...progress.memory, progress: progress.message });
    throw ApplicationFailure.nonRetryable(progress.message, failureTypes.renderFailed);
  }
  let { memory } = progress;
  if (progress.kind === 'missing') {
    const fate = await searchForMissing(studio, request, progress.outputs, signal);
    if (fate !== undefined) {
      heartbeat({ ...memory, progress: fate });
      throw ApplicationFailure.nonRetryable(fate, failureTypes.creativeVanished);
    }
    // All is there as it was: only the question with pins is not answered any more.
    memory = { ...memory, missing: {}, unpinned: true };
  }
  throw rendersPending(studio, memory, request.outputs.length, heartbeat);
}

/** Looks for missing outputs by the filters that had found them; `undefined` when they are there, unchanged. */
async function searchForMissing(
  studio: ActivityStudio,
  request: RenderRequest,
  missing: readonly WantedOutput[],
  signal: AbortSignal,
): Promise<string | undefined> {
  const { filters, assetFormats } = request;
  const caller = callerText(studio.celtraCaller, request);
  const found = await studio.celtra.exportOutputs({ filters, assetFormats, caller }, signal);
  const ids = new Set(missing.map(({ outputId }) => outputId));
  return describeMissingOutputs(
    request.outputs.filter(({ outputId }) => ids.has(outputId)),
    found,
  );
}

function rendersPending(
  studio: ActivityStudio,
  memory: RenderPollState,
  wanted: number,
  heartbeat: ActivityRun['heartbeat'],
): ApplicationFailure {
  const waitMs = nextPollDelay(studio);
  const { attempt } = activityInfo();
  const progress = renderProgressText({ rendered: memory.finished, wanted, attempt, nextLookMs: waitMs });
  heartbeat(truncatePollState({ ...memory, progress }));
  return notRenderedYet(`${progress}. Still pending: ${summariseList(memory.waitingFor)}.`, waitMs);
}
