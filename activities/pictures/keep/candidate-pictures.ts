import { candidateId } from '../../../domain/plan/candidate-id';
import type { Problem } from '../../../domain/plan/export-plan';
import type { CeltraOutput } from '../../../domain/render/celtra-output';
import { deliverableAsset } from '../../../domain/render/rendered-asset';
import type { ActivityStudio } from '../../runtime/studios';
import type { PictureKeeper } from './picture-keeper';

/** More are not chosen from by picture. */
const MOST_CHOICES = 12;

/** Keeps pictures of the creatives among which a person may have to choose, as far as Celtra has rendered them. */
export function keepCandidates(
  pictures: PictureKeeper,
  { name: studio, allowLoopback, maxPixels }: Pick<ActivityStudio, 'name' | 'allowLoopback' | 'maxPixels'>,
  taskId: string,
  {
    problems,
    outputs,
    asset: choice,
  }: {
    readonly problems: readonly Pick<Problem, 'candidates'>[];
    readonly outputs: readonly CeltraOutput[];
    /** The asset that the recipe names. */
    readonly asset?: string | undefined;
  },
): void {
  const wanted = new Set(problems.flatMap(({ candidates = [] }) => candidates.map(({ id }) => id)));
  if (wanted.size === 0) return;
  const found = outputs.flatMap((output) => {
    const { outputId } = output;
    const main = wanted.has(outputId) ? [{ id: outputId, asset: deliverableAsset(output, choice) }] : [];
    const parts = output.assets.map((asset) => ({ id: candidateId({ outputId, assetKey: asset.key }), asset }));
    return [...main, ...parts.filter(({ id }) => wanted.has(id))];
  });
  for (const { id, asset } of found.slice(0, MOST_CHOICES)) {
    if (asset?.status !== 'finished' || asset.type !== 'image' || asset.url === undefined) continue;
    const subject = { kind: 'creative', candidateId: id } as const;
    pictures.keepFrom({ studio, taskId }, subject, {
      url: asset.url,
      version: asset.blobHash,
      allowLoopback,
      maxPixels,
    });
  }
}
