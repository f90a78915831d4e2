import { RemoteCallError } from '../../clients';
import { chunk } from '../../domain/shared/chunk';
import type { CeltraOutput } from '../../domain/render/celtra-output';
import type { Candidate } from '../../domain/plan/candidate';
import type { AssetFormats } from '../../domain/recipe/recipe';
import { getStudio, type Studios } from '../runtime/studios';

/** An output, with the saved version of its design that was matched. */
export type PinnedOutput = Pick<Candidate, 'outputId' | 'assetKey' | 'designFileId' | 'contentHash'> & {
  readonly name?: string | undefined;
};

export interface PinnedRequest {
  readonly studio: string;
  readonly taskId: string;
  readonly assetFormats: AssetFormats;
  readonly outputs: readonly PinnedOutput[];
}

export interface PinnedAnswer {
  readonly outputs: CeltraOutput[];
  /** Whether Celtra refused the pins, so that designs were requested by their ids alone. */
  readonly unpinned: boolean;
}

/** Reads by ids alone if Celtra refuses the pins with a 400 (docs/reference/celtra.md#version-pins). */
export async function readPinned(
  studios: Studios,
  request: PinnedRequest,
  signal: AbortSignal,
  alreadyUnpinned = false,
): Promise<PinnedAnswer> {
  const studio = getStudio(studios, request.studio);
  const { pinVersion, outputsPerRequest } = studio.renders;
  const outputs: CeltraOutput[] = [];
  let unpinned = alreadyUnpinned || !pinVersion;
  for (const part of chunksOf(request.outputs, outputsPerRequest)) {
    const ask = (withPins: boolean): Promise<CeltraOutput[]> => {
      const pinnedVersions = withPins ? versionsOf(part) : [];
      return studio.celtra.exportOutputs(
        {
          // In order, so that tasks with the same designs ask the same.
          filters: { designFile: { id: [...new Set(part.map(({ designFileId }) => designFileId))].sort() } },
          ...(pinnedVersions.length > 0 && { pinnedVersions }),
          outputIds: [...new Set(part.map(({ outputId }) => outputId))],
          assetFormats: request.assetFormats,
          caller: callerText(studio.celtraCaller, request),
          combinedUpTo: outputsPerRequest,
        },
        signal,
      );
    };
    const isPinned = !unpinned && versionsOf(part).length > 0;
    try {
      outputs.push(...(await ask(isPinned)));
    } catch (error) {
      if (!isPinned || !(error instanceof RemoteCallError) || error.status !== 400) throw error;
      outputs.push(...(await ask(false)));
      unpinned = true;
    }
  }
  return { outputs, unpinned };
}

/** Identifies extpost and the task to Celtra's support (docs/reference/celtra.md#caller). */
export function callerText(caller: string, { studio, taskId }: { studio: string; taskId: string }): string {
  return `${caller} ${studio}/${taskId}`;
}

function versionsOf(part: readonly PinnedOutput[]): { id: string; contentHash: string }[] {
  const versions = part.flatMap(({ designFileId: id, contentHash }) =>
    contentHash === undefined ? [] : [[`${id}/${contentHash}`, { id, contentHash }] as const],
  );
  return [...new Map(versions.sort(([one], [other]) => one.localeCompare(other))).values()];
}

/** Pins replace filters, so outputs without a known version are requested separately. */
function chunksOf(outputs: readonly PinnedOutput[], atMost: number): PinnedOutput[][] {
  return [true, false].flatMap((isPinned) =>
    chunk(
      outputs.filter(({ contentHash }) => (contentHash !== undefined) === isPinned),
      atMost,
    ),
  );
}
