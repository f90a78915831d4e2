import { activityInfo } from '@temporalio/activity';
import { z } from 'zod';

import { deliverableAsset } from '../../domain/render/rendered-asset';
import type { CeltraOutput } from '../../domain/render/celtra-output';
import type { Pairing } from '../../domain/plan/matching';
import { pixelSizeInMatching } from '../../domain/preflight/preflight';
import { withJitter, backoffDelay, type Backoff } from '../../domain/shared/backoff';
import {
  judgeCorrections,
  type CorrectionMemory,
  type CorrectionProgress,
} from '../../domain/render/correction-progress';
import type { PixelIdentity, CurrentPixels } from '../../domain/render/pixel-comparison';
import type { ExportGroup, Problem } from '../../domain/plan/export-plan';
import { pluralise, summariseList, summariseSentences, withoutTrailing } from '../../domain/shared/text';
import { searchOutputs } from './creative-search';
import { keepCandidates } from '../pictures/keep/candidate-pictures';
import { noPictures, type PictureKeeper } from '../pictures/keep/picture-keeper';
import { pollAgain } from '../runtime/failures';
import { runActivity } from '../runtime/run-activity';
import { planHere, type Planner, type PlanRequest } from '../planning/planning-work';
import { preflightSettings, getStudio, type ActivityStudio, type Studios } from '../runtime/studios';

/** A wait for creatives of the due outputs. Each poll uses the recipes that are configured then. */
export interface CreativeWatch extends PlanRequest {
  readonly taskId: string;
  readonly pace: Backoff;
  readonly firstWaitMs: number;
}

/** A wait for corrections. */
export interface CorrectionWatch extends CreativeWatch {
  readonly pixels: readonly PixelIdentity[];
  readonly settlingMs: number;
  /** Keys of the outputs that are known to have changed, and what the look before has left. */
  readonly corrected: readonly string[];
  readonly memory?: CorrectionMemory | undefined;
}

/** The matches, with the pixels that Celtra has now, and the problems of what does not match. */
interface Found {
  readonly pairs: readonly { readonly pairing: Pairing; readonly now: CurrentPixels }[];
  readonly problems: readonly Problem[];
}

/** Each attempt is one poll, which also makes Celtra render (docs/reference/celtra.md#rendering). */
export function createCreativeWatchActivities(studios: Studios, pictures = noPictures, planner = planHere) {
  return {
    /** Ends when exactly one creative matches each due output. */
    awaitCreatives: (watch: CreativeWatch): Promise<void> =>
      runActivity(async ({ signal }) => {
        waitBeforeFirstPoll(watch);
        const studio = getStudio(studios, watch.facts.studio);
        const { problems } = await pairNow(studio, watch, { signal, pictures, planner });
        if (problems.length === 0) return;
        const sentences = summariseSentences(problems.map(({ message }) => message));
        throw pollAgain(withoutTrailing(sentences, '.'), nextPollDelay(watch));
      }),

    /** Ends when the corrections can go out, or when others have changed than `corrected` says. */
    awaitCorrection: (watch: CorrectionWatch): Promise<CorrectionProgress> =>
      runActivity(async ({ signal, lastHeartbeat, heartbeat }) => {
        waitBeforeFirstPoll(watch);
        const studio = getStudio(studios, watch.facts.studio);
        const { pairs } = await pairNow(studio, watch, { signal, pictures, planner });
        const shown = new Map(pairs.map(({ pairing, now }) => [pairing.expected.expectedKey, now]));
        const before = parseCorrectionMemory(lastHeartbeat) ?? watch.memory;
        const now = Date.now();
        const progress = judgeCorrections(watch.pixels, shown, { now, settlingMs: watch.settlingMs, before });
        if (progress.isReady || progress.changed.join(' ') !== watch.corrected.join(' ')) return progress;
        heartbeat(progress.memory);
        throw pollAgain(describeProgress(progress, shown, pairs), correctionDelay(studio, watch, progress, now));
      }),
  };
}

/** `2 of 3 corrections found; Front, Feed: same`. */
function describeProgress(
  { changed, rendering, unchanged }: CorrectionProgress,
  shown: ReadonlyMap<string, CurrentPixels>,
  pairs: Found['pairs'],
): string {
  const labels = new Map(pairs.map(({ pairing: { expected } }) => [expected.expectedKey, expected.label]));
  const states = [
    ...rendering.map((key) => `${labels.get(key) ?? key}: rendering`),
    ...unchanged.map((key) => `${labels.get(key) ?? key}: ${shown.has(key) ? 'same' : 'not found'}`),
  ];
  const all = pluralise(changed.length + states.length, 'correction');
  return `${changed.length} of ${all} found; ${summariseList(states)}`;
}

/**
 * What is being rendered is polled like a first delivery, whose first poll follows its search at once; after a change the pace
 * of corrections begins anew.
 */
function correctionDelay(
  { renderPace }: ActivityStudio,
  { pace }: CorrectionWatch,
  { memory, settlesAt }: CorrectionProgress,
  now: number,
): number {
  if (memory.rendering === 1) return 0;
  const delay =
    memory.rendering > 0 && memory.rendering <= MAX_RENDER_LOOKS
      ? backoffDelay(renderPace, memory.rendering - 2)
      : backoffDelay(pace, memory.looks);
  return Math.min(withJitter(delay, Math.random()), settlesAt === undefined ? Infinity : settlesAt - now);
}

/** A render that is not there by then is waited for like a correction. */
const MAX_RENDER_LOOKS = 100;

const memorySchema = z.object({ pixels: z.string(), since: z.number(), looks: z.number(), rendering: z.number() });

function parseCorrectionMemory(lastHeartbeat: unknown): CorrectionMemory | undefined {
  return memorySchema.safeParse(lastHeartbeat).data;
}

async function pairNow(
  studio: ActivityStudio,
  watch: CreativeWatch,
  {
    signal,
    pictures,
    planner,
  }: { readonly signal: AbortSignal; readonly pictures: PictureKeeper; readonly planner: Planner },
): Promise<Found> {
  const { recipes } = studio;
  const { facts, dueKeys, decisions } = watch;
  const request = { facts, dueKeys, decisions };
  const { groups, problems } = await planner(studio.name, 'plan', { recipes, request }, signal);
  const found = await Promise.all(
    groups.map(async (group): Promise<Found> => {
      const outputs = await searchOutputs(studio, watch.taskId, group, signal);
      const byId = new Map(outputs.map((output) => [output.outputId, output]));
      const pixelSize = pixelSizeInMatching(preflightSettings(studio), group.preflight);
      const matching = await planner(studio.name, 'match', { group, outputs, pixelSize }, signal);
      keepCandidates(pictures, studio, watch.taskId, { problems: matching.problems, outputs, asset: group.asset });
      return {
        pairs: matching.pairings.map((pairing) => ({
          pairing,
          now: pixelsOf(pairing, byId.get(pairing.output.outputId), group),
        })),
        problems: matching.problems,
      };
    }),
  );
  return {
    pairs: found.flatMap(({ pairs }) => pairs),
    problems: [...problems, ...found.flatMap((one) => one.problems)],
  };
}

function pixelsOf({ output }: Pairing, shown: CeltraOutput | undefined, { asset: choice }: ExportGroup): CurrentPixels {
  const { outputId, contentHash, assetKey } = output;
  const asset = shown === undefined ? undefined : deliverableAsset(shown, assetKey ?? choice);
  return { outputId, contentHash, blobHash: asset?.blobHash, isRendered: asset?.status === 'finished' };
}

function waitBeforeFirstPoll({ firstWaitMs }: CreativeWatch): void {
  if (activityInfo().attempt === 1 && firstWaitMs > 0) throw pollAgain('Not polled yet', firstWaitMs);
}

function nextPollDelay({ pace, firstWaitMs }: CreativeWatch): number {
  const looks = activityInfo().attempt - (firstWaitMs > 0 ? 2 : 1);
  return withJitter(backoffDelay(pace, Math.max(0, looks)), Math.random());
}
