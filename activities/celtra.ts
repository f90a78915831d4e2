import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';

import { whatBecameOf } from '../domain/design-change';
import { failureTypes } from '../domain/failure-type';
import { groupMatching, type GroupMatching } from '../domain/group-matching';
import { matchGroup, toCandidate } from '../domain/matching';
import { pixelSizeInMatching } from '../domain/preflight';
import type { FilterTree } from '../domain/recipe';
import { bounded, type RenderMemory } from '../domain/render-memory';
import { judgeRenders, progressWords, type WantedOutput } from '../domain/render-progress';
import type { RenderedAsset } from '../domain/rendered-asset';
import { listed } from '../domain/words';
import { nextWait, notYet, unreadable } from './ask-celtra-again';
import { callerText, isUnreadable, readPinned, UNREADABLE_ANSWERS, type PinnedRequest } from './celtra-read';
import { findOutputs, type SearchRequest } from './creative-search';
import { perform, type Performing } from './perform';
import { readMemory } from './render-memory';
import { preflightOf, studioNamed, type ActivityStudio, type Studios } from './studios';

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
    pairCreatives: (request: SearchRequest): Promise<GroupMatching> =>
      perform(async (performing) => {
        const studio = studioNamed(studios, request.studio);
        const outputs = await findOutputs(studios, request, performing);
        const candidates = outputs.map((output) => toCandidate(output, request.group.outputTemplate));
        const pixelSize = pixelSizeInMatching(preflightOf(studio), request.group.preflight);
        return groupMatching(matchGroup(request.group, candidates, { pixelSize }));
      }),

    /** Succeeds when every output is rendered; until then fails benignly, and the server asks again. */
    awaitRenders: (request: RenderRequest): Promise<RenderedAsset[]> =>
      perform((performing) => lookOnce(studios, request, performing)),
  };
}

async function lookOnce(
  studios: Studios,
  request: RenderRequest,
  { signal, lastReport, report }: Performing,
): Promise<RenderedAsset[]> {
  const studio = studioNamed(studios, request.studio);
  const before = readMemory(lastReport);
  const finished = new Set(before.rendered.map(({ outputId }) => outputId));
  const unfinished = request.outputs.filter(({ outputId }) => !finished.has(outputId));
  const answer = await readPinned(studios, { ...request, outputs: unfinished }, signal, before.unpinned).catch(
    (error: unknown) => {
      if (!isUnreadable(error) || before.unreadable >= UNREADABLE_ANSWERS) throw error;
      report({ ...before, progress: error.message, unreadable: before.unreadable + 1 });
      throw unreadable(error);
    },
  );
  const progress = judgeRenders(request, answer.outputs, studio.renders, { ...before, unpinned: answer.unpinned });
  if (progress.kind === 'finished') return progress.assets;
  if (progress.kind === 'failed') {
    report({ ...progress.memory, progress: progress.message });
    throw ApplicationFailure.nonRetryable(progress.message, failureTypes.renderFailed);
  }
  let { memory } = progress;
  if (progress.kind === 'missing') {
    const fate = await fateOf(studio, request, progress.outputs, signal);
    if (fate !== undefined) {
      report({ ...memory, progress: fate });
      throw ApplicationFailure.nonRetryable(fate, failureTypes.creativeVanished);
    }
    // All is there as it was: only the question with pins is not answered any more.
    memory = { ...memory, missing: {}, unpinned: true };
  }
  throw notRendered(studio, memory, request.outputs.length, report);
}

/** Looks for missing outputs by the filters that had found them; `undefined` when they are there, unchanged. */
async function fateOf(
  studio: ActivityStudio,
  request: RenderRequest,
  missing: readonly WantedOutput[],
  signal: AbortSignal,
): Promise<string | undefined> {
  const { filters, assetFormats } = request;
  const caller = callerText(studio.celtraCaller, request);
  const found = await studio.celtra.exportOutputs({ filters, assetFormats, caller }, signal);
  const ids = new Set(missing.map(({ outputId }) => outputId));
  return whatBecameOf(
    request.outputs.filter(({ outputId }) => ids.has(outputId)),
    found,
  );
}

function notRendered(
  studio: ActivityStudio,
  memory: RenderMemory,
  wanted: number,
  report: Performing['report'],
): ApplicationFailure {
  const waitMs = nextWait(studio);
  const { attempt } = activityInfo();
  const progress = progressWords({ rendered: memory.finished, wanted, attempt, nextLookMs: waitMs });
  report(bounded({ ...memory, progress }));
  return notYet(`${progress}. Still pending: ${listed(memory.waitingFor)}.`, waitMs);
}
