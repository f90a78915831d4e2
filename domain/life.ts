import type { LifecyclePolicy, StudioSettings } from './task/studio-settings';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What holds until a task's workflow has read the settings: the defaults of `extpost.yaml`. */
const usual: LifecyclePolicy = {
  corrections: { firstMs: 2 * MINUTE, factor: 1.5, maxMs: HOUR },
  correctionWindowMs: 90 * DAY,
  retries: { firstMs: 5 * MINUTE, factor: 2, maxMs: 6 * HOUR },
  maxRounds: 10,
  warnBeforeMs: 4 * HOUR,
  notifies: false,
  escalateAfterMs: DAY,
};

/** How the life of a studio's tasks is bounded. */
export function lifeOf({ lifecycle: life = usual }: Partial<Pick<StudioSettings, 'lifecycle'>>): LifecyclePolicy {
  return life;
}
