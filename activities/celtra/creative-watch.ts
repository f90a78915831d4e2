import { activityInfo } from '@temporalio/activity';

import { deliverableAsset } from '../../domain/render/rendered-asset';
import type { CeltraOutput } from '../../domain/render/celtra-output';
import { matchGroup, type Pairing } from '../../domain/plan/matching';
import { toCandidates } from '../../domain/plan/candidate';
import { pixelSizeInMatching } from '../../domain/preflight/preflight';
import { withJitter, backoffDelay, type Backoff } from '../../domain/shared/backoff';
import { comparePixels, type PixelIdentity, type CurrentPixels } from '../../domain/render/pixel-comparison';
import type { ExportGroup, Problem } from '../../domain/plan/export-plan';
import { pluralise, summariseList } from '../../domain/shared/text';
import { callerText } from './pinned-read';
import { pollAgain } from '../runtime/failures';
import { runActivity } from '../runtime/run-activity';
import { resolvePlan, type PlanRequest } from '../planning/planning-activities';
import { preflightSettings, getStudio, type ActivityStudio, type Studios } from '../runtime/studios';

/** A wait for creatives of the due outputs. Each poll uses the recipes that are configured then. */
export interface CreativeWatch extends PlanRequest {
  readonly taskId: string;
  readonly pace: Backoff;
  readonly firstWaitMs: number;
}

/** The matches, with the pixels that Celtra has now, and the problems of what does not match. */
interface Found {
  readonly pairs: readonly { readonly pairing: Pairing; readonly now: CurrentPixels }[];
  readonly problems: readonly Problem[];
}

/** Each attempt is one poll, which also makes Celtra render (docs/reference/celtra.md#rendering). */
export function createCreativeWatchActivities(studios: Studios) {
  return {
    /** Ends when exactly one creative matches each due output. */
    awaitCreatives: (watch: CreativeWatch): Promise<void> =>
      runActivity(async ({ signal }) => {
        waitBeforeFirstPoll(watch);
        const { problems } = await pairNow(getStudio(studios, watch.facts.studio), watch, signal);
        if (problems.length > 0)
          throw pollAgain(problems.map(({ message }) => message).join(' '), nextPollDelay(watch));
      }),

    /** Ends when the pixels of all these outputs differ from those that were rejected or failed the preflight. */
    awaitCorrection: (watch: CreativeWatch & { readonly pixels: readonly PixelIdentity[] }): Promise<void> =>
      runActivity(async ({ signal }) => {
        waitBeforeFirstPoll(watch);
        const studio = getStudio(studios, watch.facts.studio);
        const { pairs } = await pairNow(studio, watch, signal);
        const now = new Map(pairs.map(({ pairing, now: pixels }) => [pairing.expected.expectedKey, pixels]));
        const verdicts = watch.pixels.map((before) => {
          const shown = now.get(before.expectedKey);
          return { before, verdict: shown === undefined ? 'not found' : comparePixels(before, shown) };
        });
        const open = verdicts.filter(({ verdict }) => verdict !== 'changed');
        if (open.length === 0) return;
        const labels = new Map(pairs.map(({ pairing: { expected } }) => [expected.expectedKey, expected.label]));
        const states = open.map(
          ({ before, verdict }) => `${labels.get(before.expectedKey) ?? before.expectedKey}: ${verdict}`,
        );
        const isRendering = open.every(({ verdict }) => verdict === 'rendering');
        const corrected = `${verdicts.length - open.length} of ${pluralise(verdicts.length, 'correction')} found; ${summariseList(states)}`;
        // A render takes seconds, so it is polled soon.
        throw pollAgain(corrected, isRendering ? studio.renderPace.maxMs : nextPollDelay(watch));
      }),
  };
}

async function pairNow(studio: ActivityStudio, watch: CreativeWatch, signal: AbortSignal): Promise<Found> {
  const { groups, problems } = resolvePlan(studio, watch);
  const found = await Promise.all(
    groups.map(async (group): Promise<Found> => {
      const { filters, assetFormats } = group;
      const caller = callerText(studio.celtraCaller, { studio: studio.name, taskId: watch.taskId });
      const outputs = await studio.celtra.exportOutputs({ filters, assetFormats, caller }, signal);
      const byId = new Map(outputs.map((output) => [output.outputId, output]));
      const candidates = toCandidates(outputs, group);
      const pixelSize = pixelSizeInMatching(preflightSettings(studio), group.preflight);
      const matching = matchGroup(group, candidates, { pixelSize });
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
