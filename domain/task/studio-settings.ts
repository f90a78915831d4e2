import type { Backoff } from '../shared/backoff';

/** What a task's workflow needs to know of its studio's configuration. Durations are milliseconds. */
export interface StudioSettings {
  /** How often a task that waits is looked at. */
  readonly polls: Backoff;
  /** How old a reading of the task may be before start, export and submit. */
  readonly freshForMs: number;
  /** How long a task is watched after it was submitted. */
  readonly reviewWindowMs: number;
  /**
   * How long a submit waits while Creative Force does not know the uploaded files yet
   * (docs/reference/creative-force.md#asset-registration).
   */
  readonly assetKnown: { readonly pace: Backoff; readonly giveUpMs: number };
  /** How long Celtra may take for the renders of one round. */
  readonly renderDeadlineMs: number;
  /** What happens when a design changes while it is rendered (docs/reference/celtra.md#design-changes). */
  readonly onDesignChange: 'restart' | 'ask';
  /** Which optional facts are read, computed from what the recipes mention. */
  readonly reads: {
    readonly job: boolean;
    readonly product: boolean;
    readonly inputAssets: boolean;
    readonly project: boolean;
    /** All deliverables of the task. */
    readonly deliverable: boolean;
  };
  readonly onMismatch: 'block' | 'warn';
  /** Whether pictures and brief of a new task are saved for designers. */
  readonly savesInputs: boolean;
  /** Most ids in one bulk read (docs/reference/creative-force.md#bulk-reads). */
  readonly bulkSize: number;
  /** How tasks wait and for how long. */
  readonly lifecycle: LifecyclePolicy;
}

/** How the life of a task is bounded, and when people are told. Durations are milliseconds. */
export interface LifecyclePolicy {
  /** How often Celtra is looked at for a correction, or for a creative that was missing. */
  readonly corrections: Backoff;
  /** How long such a watch goes on before only a person's word lets the task go on. */
  readonly correctionWindowMs: number;
  /** How often a step is tried again that a fault of the other side had stopped. */
  readonly retries: Backoff;
  /** Rounds after the first delivery; then a person is asked. */
  readonly maxRounds: number;
  /** Our own vendor id: a task that names another is not ours any more. Lower case. */
  readonly vendorId?: string | undefined;
  /** How long after its arrival a task is due by the studio's own agreement. */
  readonly slaMs?: number | undefined;
  /** How long before a deadline people are warned. */
  readonly warnBeforeMs: number;
  /** Whether there is an address to which notifications go. */
  readonly notifies: boolean;
  /** How long a task waits for a person until people are told once more. */
  readonly escalateAfterMs: number;
  /** Continues as a new run after so many events, also when Temporal does not suggest it yet; for tests. */
  readonly maxHistoryEvents?: number | undefined;
  /** How long what a killed worker had sent gets to take effect, instead of 5 s; for tests. */
  readonly inFlightGraceMs?: number | undefined;
  /** How long a worker may be away in whose spool files lie, instead of 1 min; for tests. */
  readonly workerAbsenceMs?: number | undefined;
  /** How long a cancel gives what it still waits for, instead of 3 s; for tests. */
  readonly cancellationGraceMs?: number | undefined;
}
