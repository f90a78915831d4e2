/** One delivered file: which expected output it answers, and the id it was uploaded under. */
export interface SubmittedAsset {
  readonly shotId: string;
  readonly specId?: string | undefined;
  readonly variant?: number | undefined;
  readonly assetId: string;
}

/** The request body (docs/reference/assumptions.md#submit): `specId` and `variant` are left out when there is none. */
export function encodeSubmission(assets: readonly SubmittedAsset[]): unknown {
  return {
    assets: assets.map(({ shotId, specId, variant, assetId }) => ({
      assetLifeCycleId: shotId,
      ...(specId !== undefined && { specId }),
      ...(variant !== undefined && { variant }),
      assetId,
    })),
  };
}
