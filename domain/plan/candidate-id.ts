import type { Candidate } from './candidate';

/** Tells candidates apart: the output, and the asset where several count. */
export function candidateId({ outputId, assetKey }: Pick<Candidate, 'outputId' | 'assetKey'>): string {
  return assetKey === undefined ? outputId : `${outputId}/${assetKey}`;
}
