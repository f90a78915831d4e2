import { RemoteCallError } from '../../clients';
import { chunk } from '../../domain/shared/chunk';
import type { CeltraOutput } from '../../domain/render/celtra-output';
import type { Candidate } from '../../domain/plan/candidate';
import type { AssetFormats } from '../../domain/recipe/recipe';
import { getStudio, type Studios } from '../runtime/studios';

/** An output, and the saved version of its design that was seen first. */
export type PinnedOutput = Pick<Candidate, 'outputId' | 'designFileId' | 'contentHash'> & {
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
  /** True when Celtra would not take the pins, so that designs were asked for by their ids alone. */
  readonly unpinned: boolean;
}

/**
 * Reads outputs again at their pinned versions, in chunks (docs/reference/celtra.md#version-pins). When Celtra refuses
 * the pins with a 400, designs are asked for by their ids, and whoever judges the answer compares the versions.
 */
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
          filters: { designFile: { id: [...new Set(part.map(({ designFileId }) => designFileId))] } },
          ...(pinnedVersions.length > 0 && { pinnedVersions }),
          outputIds: part.map(({ outputId }) => outputId),
          assetFormats: request.assetFormats,
          caller: callerText(studio.celtraCaller, request),
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

/** Names us and the task to Celtra's support (docs/reference/celtra.md#caller). */
export function callerText(caller: string, { studio, taskId }: { studio: string; taskId: string }): string {
  return `${caller} ${studio}/${taskId}`;
}

/** How many answers running that could not be read are taken for a bad moment of Celtra or of a proxy before it. */
export const MAX_UNREADABLE_ANSWERS = 2;

/** An answer that was cut, or was another page: the next may be right, unlike one that ignored a filter. */
export function isUnreadableAnswer(error: unknown): error is RemoteCallError {
  return error instanceof RemoteCallError && error.kind === 'contract' && error.code === undefined;
}

function versionsOf(part: readonly PinnedOutput[]): { id: string; contentHash: string }[] {
  const versions = part.flatMap(({ designFileId: id, contentHash }) =>
    contentHash === undefined ? [] : [[`${id}/${contentHash}`, { id, contentHash }] as const],
  );
  return [...new Map(versions).values()];
}

/** Pins replace the filters, so outputs without a known version are asked for apart from those with one. */
function chunksOf(outputs: readonly PinnedOutput[], atMost: number): PinnedOutput[][] {
  return [true, false].flatMap((isPinned) =>
    chunk(
      outputs.filter(({ contentHash }) => (contentHash !== undefined) === isPinned),
      atMost,
    ),
  );
}
