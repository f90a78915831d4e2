import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';

import type { CeltraOutput } from '../domain/celtra-output';
import { failureTypes } from '../domain/failure-type';
import { toCandidate, type Candidate } from '../domain/matching';
import { waitBefore } from '../domain/pace';
import type { ExportGroup } from '../domain/plan';
import type { AssetFormats } from '../domain/recipe';
import { judgeRenders, type RenderTroubles } from '../domain/render-progress';
import type { RenderedAsset } from '../domain/rendered-asset';
import { perform } from './perform';
import { studioNamed, type Studios } from './studios';

/** Outputs asked for in one Celtra request (celtra.md B8). */
const OUTPUTS_PER_REQUEST = 50;

/** Some outputs of one request, each pinned to the saved version of its design that was seen. */
export interface RenderRequest {
  readonly studio: string;
  readonly taskId: string;
  readonly assetFormats: AssetFormats;
  readonly outputs: readonly Pick<Candidate, 'outputId' | 'designFileId' | 'contentHash'>[];
}

/** The activities of Celtra's queue. Asset addresses are secrets, so none is ever in a result. */
export function createCeltraActivities(studios: Studios) {
  return {
    /** Asks Celtra which outputs answer the filters; by that it also begins to render them (celtra.md §8). */
    findCreatives: (request: { studio: string; taskId: string; group: ExportGroup }): Promise<Candidate[]> =>
      perform(async ({ signal }) => {
        const studio = studioNamed(studios, request.studio);
        const { filters, assetFormats, outputTemplate } = request.group;
        const outputs = await studio.celtra.exportOutputs(
          { filters, assetFormats, caller: callerText(studio.celtraCaller, request) },
          signal,
        );
        return outputs.map((output) => toCandidate(output, outputTemplate));
      }),

    /** Succeeds when every output is rendered; until then fails benignly, and the server asks again (temporal.md §2.5). */
    awaitRenders: (request: RenderRequest): Promise<RenderedAsset[]> =>
      perform(async ({ signal, lastReport, report }) => {
        const studio = studioNamed(studios, request.studio);
        const outputs = await readPinned(studios, request, signal);
        const progress = judgeRenders(
          request.outputs.map(({ outputId }) => outputId),
          outputs,
          lastReport as RenderTroubles | undefined,
        );
        if (progress.kind === 'finished') return progress.assets;
        report(progress.troubles);
        if (progress.kind === 'failed') {
          const type = progress.vanished ? failureTypes.creativeVanished : failureTypes.renderFailed;
          throw ApplicationFailure.nonRetryable(progress.message, type);
        }
        throw ApplicationFailure.create({
          message: progress.message,
          type: failureTypes.notRendered,
          category: ApplicationFailureCategory.BENIGN,
          nextRetryDelay: waitBefore(studio.renderPace, activityInfo().attempt - 1),
        });
      }),
  };
}

/** Reads outputs again at their pinned versions, in chunks (celtra.md §8.1 step 3). */
export async function readPinned(
  studios: Studios,
  request: RenderRequest,
  signal: AbortSignal,
): Promise<CeltraOutput[]> {
  const studio = studioNamed(studios, request.studio);
  const answers: CeltraOutput[] = [];
  for (const chunk of chunksOf(request.outputs)) {
    const designFileIds = [...new Set(chunk.map(({ designFileId }) => designFileId))];
    const pinnedVersions = [
      ...new Map(
        chunk.flatMap(({ designFileId: id, contentHash }) =>
          contentHash === undefined ? [] : [[`${id}/${contentHash}`, { id, contentHash }] as const],
        ),
      ).values(),
    ];
    answers.push(
      ...(await studio.celtra.exportOutputs(
        {
          filters: { designFile: { id: designFileIds } },
          ...(pinnedVersions.length > 0 && { pinnedVersions }),
          outputIds: chunk.map(({ outputId }) => outputId),
          assetFormats: request.assetFormats,
          caller: callerText(studio.celtraCaller, request),
        },
        signal,
      )),
    );
  }
  return answers;
}

/** Pins replace the filters, so outputs without a known version are asked for apart from those with one. */
function chunksOf(outputs: RenderRequest['outputs']): RenderRequest['outputs'][] {
  const chunks: RenderRequest['outputs'][] = [];
  for (const isPinned of [true, false]) {
    const alike = outputs.filter(({ contentHash }) => (contentHash !== undefined) === isPinned);
    for (let from = 0; from < alike.length; from += OUTPUTS_PER_REQUEST) {
      chunks.push(alike.slice(from, from + OUTPUTS_PER_REQUEST));
    }
  }
  return chunks;
}

function callerText(caller: string, { studio, taskId }: { studio: string; taskId: string }): string {
  return `${caller} ${studio}/${taskId}`;
}
