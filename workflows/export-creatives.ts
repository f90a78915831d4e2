import { ActivityFailure, CancellationScope, TimeoutFailure } from '@temporalio/workflow';

import { attentionForFailure, attentionForFilms, attentionForProblems } from '../domain/operator/attention';
import { isFilm } from '../domain/render/film';
import { failureTypes } from '../domain/shared/failure-type';
import type { Pairing } from '../domain/plan/matching';
import { formatDuration, pluralise } from '../domain/shared/text';
import type { ExportGroup, Problem } from '../domain/plan/export-plan';
import type { AssetFormats } from '../domain/recipe/recipe';
import type { RenderPollState } from '../domain/render/render-poll-state';
import { renderDeadlineMessage } from '../domain/render/render-progress';
import type { RenderedAsset } from '../domain/render/rendered-asset';
import type { StudioSettings } from '../domain/task/studio-settings';
import type { Brief } from './brief';
import { attentionOf, failureTypeOf, NeedsAttention } from './needs-attention';
import { planRound, type FoundGroup } from './plan-round';
import { celtraWait } from './profiles';
import type { TaskStory } from './task-story';

/** A creative that was found for an expected output, and rendered. */
export interface RenderedPairing extends Pairing, Pick<ExportGroup, 'preflight' | 'convert'> {
  readonly asset: RenderedAsset;
  readonly assetFormats: AssetFormats;
}

/** How often an export is begun again on a new version of a design, before a person is asked all the same. */
const RESTARTS = 3;

/**
 * Finds the creative for each expected output and waits until all are rendered. Refuses to guess: any doubt parks the
 * task. When a design is changed meanwhile, the studio's settings say whether to begin again
 * (docs/reference/celtra.md#design-changes).
 */
export async function exportCreatives(
  story: TaskStory,
  brief: Brief,
  settings: StudioSettings,
): Promise<RenderedPairing[]> {
  for (let restarts = 0; ; restarts++) {
    try {
      return await exportOnce(story, brief, settings);
    } catch (error) {
      const type = failureTypeOf(error);
      const isChanged = type === failureTypes.creativeVanished && settings.onDesignChange === 'restart';
      if (!isChanged || restarts >= RESTARTS) throw error;
      story.remark(`${attentionOf(error)?.message ?? 'The design was changed.'} The export was begun again.`);
    }
  }
}

async function exportOnce(story: TaskStory, brief: Brief, settings: StudioSettings): Promise<RenderedPairing[]> {
  story.enter('Export', 'Finding the creatives in Celtra.', { expected: brief.due.length });
  const { found, problems } = await planRound(story, brief);
  refuse(problems);

  const pairings = found.flatMap((one) => one.pairings);
  story.showFiles(
    pairings.map(({ expected, output }) => ({
      label: expected.label,
      expectedKey: expected.expectedKey,
      creative: output.name ?? output.outputId,
      fileName: expected.fileName,
      state: 'rendering',
    })),
  );
  const until = `it may take ${formatDuration(settings.renderDeadlineMs)}`;
  story.enter('Export', `Waiting until Celtra has rendered ${pluralise(pairings.length, 'creative')}; ${until}.`);
  const rendered = await allOrNone(found, (one) => awaitGroup(story, one, settings));
  const made = rendered.flat();
  refuseFilms(made);
  return made;
}

/** Films are not for extpost to judge, so they are not even fetched: a person decides what goes out instead. */
function refuseFilms(rendered: readonly RenderedPairing[]): void {
  const films = rendered.filter(({ asset: { type, extension } }) => type === 'video' && isFilm(extension));
  if (films.length === 0) return;
  const names = films.map(({ expected: { label }, output, asset }) => {
    return `${label} would get ${output.name ?? output.outputId} (${asset.extension ?? 'film'})`;
  });
  const pixels = films.map(({ expected: { expectedKey }, output: { outputId, contentHash }, asset: { blobHash } }) => {
    return { expectedKey, outputId, contentHash, blobHash };
  });
  throw new NeedsAttention(attentionForFilms(names), pixels);
}

/** Once one wait has failed, the others would only go on asking Celtra, for an export that is begun again or parked. */
async function allOrNone<Item, Result>(
  items: readonly Item[],
  wait: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const scope = new CancellationScope();
  try {
    return await scope.run(() => Promise.all(items.map(wait)));
  } catch (error) {
    scope.cancel();
    throw error;
  }
}

async function awaitGroup(
  story: TaskStory,
  { group, pairings }: FoundGroup,
  settings: StudioSettings,
): Promise<RenderedPairing[]> {
  const { studio, taskId } = story.task;
  const { filters, assetFormats, asset: chosen, preflight, convert } = group;
  const outputs = pairings.map(({ output: { outputId, designFileId, contentHash, name } }) => ({
    outputId,
    designFileId,
    contentHash,
    name,
  }));
  const summary = `Wait until Celtra has rendered ${pluralise(outputs.length, 'creative')}`;
  const assets = await celtraWait(studio, summary, settings.renderDeadlineMs)
    .awaitRenders({ studio, taskId, filters, assetFormats, ...(chosen !== undefined && { asset: chosen }), outputs })
    .catch((error: unknown) => {
      throw whenTooLate(error, outputs.length, settings);
    });
  const assetOf = new Map(assets.map((asset) => [asset.outputId, asset]));
  return pairings.flatMap((pairing) => {
    const asset = assetOf.get(pairing.output.outputId);
    if (asset === undefined) return [];
    return [{ ...pairing, asset, assetFormats, ...(preflight && { preflight }), ...(convert && { convert }) }];
  });
}

/** When the deadline has passed, a person is told what was still pending at the last look, by name. */
function whenTooLate(error: unknown, wanted: number, { renderDeadlineMs }: StudioSettings): unknown {
  const cause = error instanceof ActivityFailure ? error.cause : undefined;
  if (!(cause instanceof TimeoutFailure)) return error;
  // The last look's failure does not come through a time-out, but what it had remembered does.
  const { finished, waitingFor } = (cause.lastHeartbeatDetails ?? {}) as Partial<RenderPollState>;
  if (finished === undefined || waitingFor === undefined) return error;
  const message = renderDeadlineMessage({ finished, waitingFor }, wanted, renderDeadlineMs);
  return new NeedsAttention(attentionForFailure({ type: failureTypes.notRendered, message, details: undefined }));
}

function refuse(problems: readonly Problem[]): void {
  const [first, ...others] = problems;
  if (first !== undefined) throw new NeedsAttention(attentionForProblems([first, ...others]));
}
