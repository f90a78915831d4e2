import { ActivityFailure, CancellationScope, TimeoutFailure } from '@temporalio/workflow';

import { attentionForFailure, attentionForFilms, attentionForProblems } from '../../../domain/operator/attention';
import { candidateId } from '../../../domain/plan/candidate-id';
import type { ExportPlan } from '../../../domain/plan/export-plan';
import { sameNameFindings, type PlanRecord } from '../../../domain/plan/plan-record';
import { isFilm } from '../../../domain/render/film';
import type { RenderPollState } from '../../../domain/render/render-poll-state';
import { renderDeadlineMessage, rendersById } from '../../../domain/render/render-progress';
import { failureTypes } from '../../../domain/shared/failure-type';
import { formatDuration, pluralise } from '../../../domain/shared/text';
import { celtraWait } from '../../activity-options';
import type { RenderedPairing } from '../state/round-state';
import { failureTypeOf, lastReportOf } from './activity-failure';
import { planRound, type PlannedGroup } from './plan-round';
import { attentionOf, needsAttention, type NeedsAttention, type StepContext } from './step';

/** How often an export is begun again on a new version of a design, before a person is asked all the same. */
const MAX_RESTARTS = 3;

interface Exported {
  readonly kind: 'done';
  readonly pairings: readonly RenderedPairing[];
  readonly record: PlanRecord;
  readonly addresses: KnownAddresses;
}

/** Sealed addresses of renders that Celtra has told of; not part of the state, because they expire. */
export type KnownAddresses = ReadonlyMap<RenderedPairing, string>;

/** Refuses to guess: any doubt needs a person. Settings say whether a changed design begins the export again. */
export async function exportCreatives(
  context: StepContext,
  plan: ExportPlan,
  expected: number,
): Promise<Exported | NeedsAttention> {
  for (let restarts = 0; ; restarts++) {
    try {
      return await exportOnce(context, plan, expected);
    } catch (error) {
      const isChanged = failureTypeOf(error) === failureTypes.creativeVanished;
      if (!(error instanceof ActivityFailure) || !isChanged) throw error;
      if (context.settings.onDesignChange !== 'restart' || restarts >= MAX_RESTARTS) throw error;
      context.reporter.warn(`${attentionOf(error).message} The export was restarted.`);
    }
  }
}

async function exportOnce(
  context: StepContext,
  plan: ExportPlan,
  expected: number,
): Promise<Exported | NeedsAttention> {
  const { reporter, settings } = context;
  reporter.enter('Export', 'Finding the creatives in Celtra.', { expected });
  const { groups, record } = await planRound(context, plan);
  reporter.showPlan(record);
  reporter.warn(...sameNameFindings(record));
  const [problem, ...others] = record.problems;
  if (problem !== undefined) return needsAttention(attentionForProblems([problem, ...others]));

  const pairings = groups.flatMap((one) => one.pairings);
  reporter.showFiles(
    pairings.map(({ expected: { label, expectedKey, fileName }, output }) => ({
      label,
      expectedKey,
      creative: output.name ?? output.outputId,
      fileName,
      state: 'rendering',
    })),
  );
  reporter.outputsKnown(
    pairings.map(({ expected: { expectedKey }, output: { outputId, name, assetKey } }) => ({
      expectedKey,
      creative: { outputId, name, assetKey },
      file: undefined,
    })),
  );
  const until = `it may take ${formatDuration(settings.renderDeadlineMs)}`;
  reporter.enter('Export', `Waiting until Celtra has rendered ${pluralise(pairings.length, 'creative')}; ${until}.`, {
    expected,
  });
  let late: NeedsAttention | undefined;
  try {
    const rendered = await allOrCancel(groups, async (group) => {
      try {
        return await awaitGroup(context, group);
      } catch (error) {
        late ??= deadlinePassed(error, group.pairings.length, settings.renderDeadlineMs);
        throw error;
      }
    });
    const all = rendered.flatMap((group) => group.pairings);
    const addresses = new Map(rendered.flatMap((group) => [...group.addresses]));
    return refuseFilms(all) ?? { kind: 'done', pairings: all, record, addresses };
  } catch (error) {
    if (late === undefined) throw error;
    return late;
  }
}

/** Once one wait has failed, the others would only go on asking Celtra, for an export that is begun again or waits. */
async function allOrCancel<Item, Result>(
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
  { task: { studio, taskId }, settings: { renderDeadlineMs } }: StepContext,
  { group, pairings, renders }: PlannedGroup,
): Promise<Pick<Exported, 'pairings' | 'addresses'>> {
  const { filters, assetFormats, asset: chosen, texts, preflight, convert, film } = group;
  const outputs = pairings.map(({ output: { outputId, assetKey, designFileId, contentHash, name } }) => ({
    outputId,
    ...(assetKey !== undefined && { assetKey }),
    designFileId,
    contentHash,
    name,
  }));
  const summary = `Wait until Celtra has rendered ${pluralise(outputs.length, 'creative')}`;
  const { assets, addresses } =
    renders ??
    (await celtraWait(studio, summary, renderDeadlineMs).awaitRenders({
      studio,
      taskId,
      filters,
      assetFormats,
      ...(chosen !== undefined && { asset: chosen }),
      ...(texts !== undefined && { texts }),
      outputs,
      isJustSearched: true,
    }));
  const assetOf = rendersById(assets);
  const rendered = pairings.flatMap((pairing): RenderedPairing[] => {
    const asset = assetOf.get(candidateId(pairing.output));
    if (asset === undefined) return [];
    const recipe = { ...(preflight && { preflight }), ...(convert && { convert }), ...(film && { film }) };
    return [{ ...pairing, asset, assetFormats, ...recipe }];
  });
  const sealedOf = new Map(addresses.flatMap(({ of, sealed }) => of.map((id) => [id, sealed] as const)));
  const known = rendered.flatMap((pairing) => {
    const sealed = sealedOf.get(candidateId(pairing.asset));
    return sealed === undefined ? [] : [[pairing, sealed] as const];
  });
  return { pairings: rendered, addresses: new Map(known) };
}

/** When the deadline has passed, a person is told what was still pending at the last poll, by name. */
function deadlinePassed(error: unknown, expected: number, deadlineMs: number): NeedsAttention | undefined {
  const isTimeout = error instanceof ActivityFailure && error.cause instanceof TimeoutFailure;
  if (!isTimeout && failureTypeOf(error) !== failureTypes.notRendered) return undefined;
  const { finished, waitingFor } = (lastReportOf(error) ?? {}) as Partial<RenderPollState>;
  if (finished === undefined || waitingFor === undefined) return undefined;
  const message = renderDeadlineMessage({ finished, waitingFor }, expected, deadlineMs);
  return needsAttention(attentionForFailure({ type: failureTypes.notRendered, message, details: undefined }));
}

/** A film where a picture is wanted is not even fetched: a person decides what goes out instead. */
function refuseFilms(rendered: readonly RenderedPairing[]): NeedsAttention | undefined {
  const films = rendered.filter(
    ({ film, asset: { type, extension } }) => film === undefined && type === 'video' && isFilm(extension),
  );
  if (films.length === 0) return undefined;
  const names = films.map(({ expected: { label }, output, asset }) => {
    return `${label} would get ${output.name ?? output.outputId} (${asset.extension ?? 'film'})`;
  });
  const pixels = films.map(({ expected: { expectedKey }, output: { outputId, contentHash }, asset: { blobHash } }) => {
    return { expectedKey, outputId, contentHash, blobHash };
  });
  const outputs = films.map(({ expected: { expectedKey, label } }) => ({ expectedKey, label }));
  return needsAttention(attentionForFilms(names, outputs), pixels);
}
