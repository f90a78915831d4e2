import { activityInfo } from '@temporalio/activity';

import { deliverableAsset } from '../domain/rendered-asset';
import type { CeltraOutput } from '../domain/celtra-output';
import { matchGroup, toCandidate, type Pairing } from '../domain/matching';
import { pixelSizeInMatching } from '../domain/preflight';
import { spread, waitBefore, type Pace } from '../domain/pace';
import { comparePixels, type PixelFacts, type PixelsNow } from '../domain/pixels';
import type { ExportGroup, Problem } from '../domain/plan';
import { counted, listed } from '../domain/words';
import { callerText } from './celtra-read';
import { notYet } from './not-yet';
import { perform } from './perform';
import { planFor, type PlanRequest } from './plan-request';
import { preflightOf, studioNamed, type ActivityStudio, type Studios } from './studios';

/** What is waited for: creatives for what is due, by the recipes of the configuration as it is at each look. */
export interface CreativeWatch extends PlanRequest {
  readonly taskId: string;
  readonly pace: Pace;
  /** Milliseconds before the first look; 0 looks at once. */
  readonly firstWaitMs: number;
}

/** What was paired, with what Celtra shows of its pixels; and what could not be paired. */
interface Found {
  readonly pairs: readonly { readonly pairing: Pairing; readonly now: PixelsNow }[];
  readonly problems: readonly Problem[];
}

/**
 * Watches Celtra for a task that waits: each attempt is one look, and the server keeps the waits in between. Looking is
 * also what makes Celtra render (docs/reference/celtra.md#rendering).
 */
export function createCreativeWatchActivities(studios: Studios) {
  return {
    /** Ends once every due output has its one creative. */
    awaitCreatives: (watch: CreativeWatch): Promise<void> =>
      perform(async ({ signal }) => {
        waitBeforeFirstLook(watch);
        const { problems } = await look(studioNamed(studios, watch.facts.studio), watch, signal);
        if (problems.length > 0) throw notYet(problems.map(({ message }) => message).join(' '), nextWait(watch));
      }),

    /** Ends once the pixels of all these differ from what was rejected, or did not do. */
    awaitCorrection: (watch: CreativeWatch & { readonly pixels: readonly PixelFacts[] }): Promise<void> =>
      perform(async ({ signal }) => {
        waitBeforeFirstLook(watch);
        const studio = studioNamed(studios, watch.facts.studio);
        const { pairs } = await look(studio, watch, signal);
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
        const corrected = `${verdicts.length - open.length} of ${counted(verdicts.length, 'correction')} found; ${listed(states)}`;
        // What is only being rendered is looked at soon again.
        throw notYet(corrected, isRendering ? studio.renderPace.maxMs : nextWait(watch));
      }),
  };
}

async function look(studio: ActivityStudio, watch: CreativeWatch, signal: AbortSignal): Promise<Found> {
  const { groups, problems } = planFor(studio, watch);
  const found = await Promise.all(
    groups.map(async (group): Promise<Found> => {
      const { filters, assetFormats } = group;
      const caller = callerText(studio.celtraCaller, { studio: studio.name, taskId: watch.taskId });
      const outputs = await studio.celtra.exportOutputs({ filters, assetFormats, caller }, signal);
      const byId = new Map(outputs.map((output) => [output.outputId, output]));
      const candidates = outputs.map((output) => toCandidate(output, group.outputTemplate));
      const pixelSize = pixelSizeInMatching(preflightOf(studio), group.preflight);
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

function pixelsOf({ output }: Pairing, shown: CeltraOutput | undefined, { asset: choice }: ExportGroup): PixelsNow {
  const { outputId, contentHash } = output;
  const asset = shown === undefined ? undefined : deliverableAsset(shown, choice);
  return { outputId, contentHash, blobHash: asset?.blobHash, isRendered: asset?.status === 'finished' };
}

function waitBeforeFirstLook({ firstWaitMs }: CreativeWatch): void {
  if (activityInfo().attempt === 1 && firstWaitMs > 0) throw notYet('No look yet', firstWaitMs);
}

function nextWait({ pace, firstWaitMs }: CreativeWatch): number {
  const looks = activityInfo().attempt - (firstWaitMs > 0 ? 2 : 1);
  return spread(waitBefore(pace, Math.max(0, looks)), Math.random());
}
