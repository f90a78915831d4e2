import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';

import { candidateId } from '../../domain/plan/candidate-id';
import { toMatchingSummary, type MatchingSummary } from '../../domain/plan/matching';
import { pixelSizeInMatching } from '../../domain/preflight/preflight';
import type { FilterTree } from '../../domain/recipe/recipe';
import type { CeltraOutput } from '../../domain/render/celtra-output';
import { describeMissingOutputs } from '../../domain/render/design-change';
import { initialPollState, truncatePollState, type RenderPollState } from '../../domain/render/render-poll-state';
import {
  evaluateRenders,
  rendersById,
  renderProgressText,
  type WantedOutput,
} from '../../domain/render/render-progress';
import type { RenderedAsset } from '../../domain/render/rendered-asset';
import { boundAddresses, type Renders } from '../../domain/render/renders';
import { failureTypes } from '../../domain/shared/failure-type';
import { summariseList } from '../../domain/shared/text';
import { keepCandidates } from '../pictures/keep/candidate-pictures';
import { noPictures } from '../pictures/keep/picture-keeper';
import { noPlans } from '../planning/plan-keeper';
import { planHere, type Planner, type PlanRequest } from '../planning/planning-work';
import { benignFailure } from '../runtime/failures';
import { runActivity, type ActivityRun } from '../runtime/run-activity';
import { preflightSettings, getStudio, type ActivityStudio, type Studios } from '../runtime/studios';
import { findOutputs, searchOutputs, type SearchRequest, nextPollDelay, parsePollState } from './creative-search';
import { readPinned, type PinnedRequest } from './pinned-read';
import { sealAddresses } from './sealed-addresses';

export interface RenderRequest extends PinnedRequest {
  /** The filters that found the outputs; missing outputs are searched with them again. */
  readonly filters: FilterTree;
  /** The asset that the recipe chose; absent means the main one. */
  readonly asset?: string | undefined;
  /** Names of text assets that are kept with the renders. */
  readonly texts?: readonly string[] | undefined;
  /** The search has just shown that not all are rendered, so the first poll waits. */
  readonly isJustSearched?: boolean | undefined;
}

/** The activities of Celtra's queue. Asset addresses are secrets, so results and heartbeats contain them only sealed. */
export function createCeltraActivities(studios: Studios, pictures = noPictures, plans = noPlans, planner = planHere) {
  return {
    /** Returns only what matches a group, because a design's thousands of outputs would fill the history. */
    pairCreatives: (request: SearchRequest): Promise<MatchingSummary> =>
      runActivity(async (run) => {
        const studio = getStudio(studios, request.studio);
        const outputs = await findOutputs(studios, request, run);
        plans.keepSearch(request, { filters: request.group.filters, outputs });
        const { group } = request;
        const pixelSize = pixelSizeInMatching(preflightSettings(studio), group.preflight);
        const matching = toMatchingSummary(
          await planner(studio.name, 'match', { group, outputs, pixelSize }, run.signal),
        );
        const { problems } = matching;
        keepCandidates(pictures, studio, request.taskId, { problems, outputs, asset: request.group.asset });
        const renders = rendersAmong(studio, request, matching, outputs);
        return renders === undefined ? matching : { ...matching, renders };
      }),

    /** Succeeds when every output is rendered; until then each attempt fails benignly, and the server retries it. */
    awaitRenders: (request: RenderRequest): Promise<Renders> =>
      runActivity((run) => pollRenders(studios, request, run)),

    /** Looks whether an output can be delivered before an operator's choice of it counts; gives the reason why not. */
    checkChoice: (request: ChoiceCheck): Promise<string | undefined> =>
      runActivity((run) => findChoiceProblem(studios, request, run, planner)),
  };
}

/** The renders of all that was chosen, if the answer that found them shows that they are finished. */
function rendersAmong(
  studio: ActivityStudio,
  { taskId, group: { asset, texts, assetFormats } }: SearchRequest,
  { chosen, problems }: MatchingSummary,
  answer: readonly CeltraOutput[],
): Renders | undefined {
  if (chosen.length === 0 || problems.length > 0) return undefined;
  const progress = evaluateRenders({ outputs: chosen, asset, texts }, answer, studio.renders);
  if (progress.kind !== 'finished') return undefined;
  const { assets } = progress;
  const outputs = { taskId, outputs: chosen, assetFormats };
  const addresses = boundAddresses(sealAddresses(studio.seal, outputs, assets, answer));
  return { assets, addresses };
}

async function pollRenders(
  studios: Studios,
  request: RenderRequest,
  { signal, lastHeartbeat, heartbeat }: ActivityRun,
): Promise<Renders> {
  const studio = getStudio(studios, request.studio);
  if (request.isJustSearched === true && activityInfo().attempt === 1) {
    const waitingFor = request.outputs.map(({ name, outputId }) => name ?? outputId);
    throw rendersPending(studio, { ...initialPollState, waitingFor }, request.outputs.length, heartbeat);
  }
  const before = parsePollState(lastHeartbeat);
  const finished = rendersById(before.rendered);
  const unfinished = request.outputs.filter((output) => !finished.has(candidateId(output)));
  const answer = await readPinned(studios, { ...request, outputs: unfinished }, signal, before.unpinned);
  const looked = evaluateRenders(request, answer.outputs, studio.renders, { ...before, unpinned: answer.unpinned });
  const assets = looked.kind === 'finished' ? looked.assets : looked.memory.rendered;
  const isNew = (asset: RenderedAsset): boolean => !finished.has(candidateId(asset));
  const addresses = boundAddresses([
    ...before.addresses,
    ...sealAddresses(studio.seal, request, assets.filter(isNew), answer.outputs),
  ]);
  if (looked.kind === 'finished') return { assets, addresses };
  const progress = { ...looked, memory: { ...looked.memory, addresses } };
  if (progress.kind === 'failed') {
    heartbeat({ ...progress.memory, progress: progress.message });
    throw ApplicationFailure.nonRetryable(progress.message, failureTypes.renderFailed);
  }
  let { memory } = progress;
  if (progress.kind === 'missing') {
    const change = await searchForMissing(studio, request, progress.outputs, signal);
    if (change !== undefined) {
      heartbeat({ ...memory, progress: change });
      throw ApplicationFailure.nonRetryable(change, failureTypes.creativeVanished);
    }
    // The outputs are unchanged; Celtra only no longer finds them by their pinned versions.
    memory = { ...memory, missing: {}, unpinned: true };
  }
  throw rendersPending(studio, memory, request.outputs.length, heartbeat);
}

/** Describes what became of missing outputs; `undefined` if the filters still find them unchanged. */
async function searchForMissing(
  studio: ActivityStudio,
  request: RenderRequest,
  missing: readonly WantedOutput[],
  signal: AbortSignal,
): Promise<string | undefined> {
  const found = await searchOutputs(studio, request.taskId, request, signal);
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
  const progress = renderProgressText({ rendered: memory.finished, wanted, attempt, nextPollMs: waitMs });
  heartbeat(truncatePollState({ ...memory, progress }));
  const pending = `${progress}. Still pending: ${summariseList(memory.waitingFor)}.`;
  // When the deadline comes before the next poll, the server ends with this failure and not with a timeout.
  return benignFailure(pending, failureTypes.notRendered, waitMs, {
    finished: memory.finished,
    waitingFor: memory.waitingFor.slice(0, 10),
  });
}

/** Asks about the Celtra output that an operator has chosen for the one due output. */
export interface ChoiceCheck extends PlanRequest {
  readonly taskId: string;
}

/**
 * Why the chosen output cannot be delivered, in a sentence; `undefined` when nothing speaks against it. Without a recipe that fits
 * there is nothing to look with, so nothing is said.
 */
async function findChoiceProblem(
  studios: Studios,
  request: ChoiceCheck,
  run: ActivityRun,
  planner: Planner,
): Promise<string | undefined> {
  const { facts, dueKeys, decisions, taskId } = request;
  const { name, recipes } = getStudio(studios, facts.studio);
  const { groups } = await planner(name, 'plan', { recipes, request: { facts, dueKeys, decisions } }, run.signal);
  const [group] = groups;
  if (group === undefined) return undefined;
  const outputs = await findOutputs(studios, { studio: facts.studio, taskId, group }, run);
  const { problems } = await planner(name, 'match', { group, outputs }, run.signal);
  return problems[0]?.message;
}
