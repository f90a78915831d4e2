import type { LifecyclePolicy, StudioSettings } from './studio-settings';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The defaults of `extpost.yaml`, until a task has read its settings. */
const defaultPolicy: LifecyclePolicy = {
  corrections: { firstMs: 2 * MINUTE, factor: 1.5, maxMs: HOUR },
  correctionWindowMs: 90 * DAY,
  retries: { firstMs: 5 * MINUTE, factor: 2, maxMs: 6 * HOUR },
  maxRounds: 10,
  warnBeforeMs: 4 * HOUR,
  notifies: false,
  escalateAfterMs: DAY,
};

/** The lifecycle policy of a studio, or the defaults until the settings are read. */
export function lifecycleOf({
  lifecycle = defaultPolicy,
}: Partial<Pick<StudioSettings, 'lifecycle'>>): LifecyclePolicy {
  return lifecycle;
}
