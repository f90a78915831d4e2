import type { Pace } from './pace';

/** What a task's workflow needs to know of its studio's configuration. Durations are milliseconds. */
export interface StudioSettings {
  /** How often a task that waits is looked at. */
  readonly looks: Pace;
  /** How old a reading of the task may be before start, export and submit. */
  readonly freshForMs: number;
  /** How long a task is watched after it was submitted. */
  readonly reviewWindowMs: number;
  /** How long a submit waits while Creative Force does not know the uploaded files yet (creative-force.md §16 row 9). */
  readonly assetKnown: { readonly pace: Pace; readonly giveUpMs: number };
  /** How long Celtra may take for the renders of one round. */
  readonly renderDeadlineMs: number;
  /** Which optional facts are read, computed from what the recipes mention. */
  readonly reads: {
    readonly job: boolean;
    readonly product: boolean;
    readonly inputAssets: boolean;
    /** Absent in histories from before editorial tasks: not read. */
    readonly project?: boolean;
    /** All deliverables of the task; absent as above. */
    readonly deliverable?: boolean;
  };
  readonly onMismatch: 'block' | 'warn';
}
