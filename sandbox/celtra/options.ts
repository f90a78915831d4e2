/** How the stand-in for Celtra behaves. Durations are milliseconds. */
export interface CeltraOptions {
  /** In how many answers an asset is still pending. */
  readonly rendersTakePolls: number;
  readonly urlLifetimeMs: number;
}

const THIRTY_DAYS_MS = 30 * 24 * 60 * 60 * 1000;

export const celtraDefaults: CeltraOptions = { rendersTakePolls: 2, urlLifetimeMs: THIRTY_DAYS_MS };
