import type { TaskStop } from '../audit/task-entries';
import type { Backoff } from '../shared/backoff';

/** Variables of templates that a task's detail mostly brings itself (docs/reference/assumptions.md#missing-keys). */
export type OftenInTask = 'job.code' | 'product.code' | 'product.cfCode' | 'task.deadline';

/** What a task's workflow needs of its studio's configuration. */
export interface StudioSettings {
  /** Backoff of polls while a task waits. */
  readonly polls: Backoff;
  /** Maximum age of a reading of the task before start, export and submit. */
  readonly freshForMs: number;
  /** How long a task is looked for that was never read, before it counts as gone. */
  readonly goneAfterMs: number;
  readonly reviewWindowMs: number;
  /** For uploads that Creative Force does not know yet (docs/reference/assumptions.md#refusal-24). */
  readonly assetKnown: { readonly pace: Backoff; readonly giveUpMs: number };
  readonly renderDeadlineMs: number;
  readonly onDesignChange: 'restart' | 'ask';
  /** Optional reads that the recipes need. */
  readonly reads: {
    readonly job: boolean;
    readonly product: boolean;
    readonly inputAssets: boolean;
    readonly project: boolean;
    readonly deliverable: boolean;
    /** Variables for which job or product are read where the task does not bring them. */
    readonly ifMissing: readonly OftenInTask[];
  };
  readonly onMismatch: 'block' | 'warn';
  /** Whether the inputs and the brief of a new task are saved for designers. */
  readonly savesInputs: boolean;
  /** Most ids in one bulk read (docs/reference/creative-force.md#bulk-reads). */
  readonly bulkSize: number;
  /** The network addresses over which tasks are spread; absent where there is only one. */
  readonly egresses?: readonly string[] | undefined;
  /** Where people open the board; absent when it has no public address. */
  readonly boardUrl?: string | undefined;
  readonly lifecycle: LifecyclePolicy;
}

/** The settings as a run has read them. */
export interface SettingsReading {
  readonly settings: StudioSettings;
  /** The run that has read them. After a reset the history still names the run from before. */
  readonly runId: string;
  /** The last that the audit knows of the task is that an operator stopped it. */
  readonly stop?: TaskStop | undefined;
}

export interface LifecyclePolicy {
  /** Backoff of polls for a correction or a missing creative. */
  readonly corrections: Backoff;
  /** How long these polls continue; afterwards only an operator can resume the task. */
  readonly correctionWindowMs: number;
  /** How long nothing may change in Celtra before corrections go out of which nobody says what was rejected. */
  readonly settlingMs: number;
  /** How long Creative Force may take to show what was rejected before the task needs attention. */
  readonly unclearAfterMs: number;
  /** Backoff of retries of a step that a fault of the other side stopped. */
  readonly retries: Backoff;
  /** Correction rounds before the task needs attention. */
  readonly maxRounds: number;
  /** Our vendor id, in lower case; a task with another one is no longer ours. */
  readonly vendorId?: string | undefined;
  /** The studio's service level: time from arrival to due. */
  readonly slaMs?: number | undefined;
  /** How long before a deadline a notification is sent. */
  readonly warnBeforeMs: number;
  readonly notifies: boolean;
  /** How long a task needs attention before a second notification. */
  readonly escalateAfterMs: number;
  /** For tests: continue as new after this many history events, even if Temporal does not suggest it. */
  readonly maxHistoryEvents?: number | undefined;
  /** For tests: how long a request of a killed worker gets to take effect (default 5 s). */
  readonly inFlightGraceMs?: number | undefined;
  /** For tests: how long a start may go on when the round has ended beside it (default 10 s). */
  readonly startGraceMs?: number | undefined;
  /** For tests: how long the worker that holds spooled files may be absent (default 45 s). */
  readonly workerAbsenceMs?: number | undefined;
  /** For tests: how long a cancellation waits for outstanding work (default 3 s). */
  readonly cancellationGraceMs?: number | undefined;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** What holds until a task's workflow has read the settings: the defaults of `extpost.yaml`. */
export const defaultLifecycle: LifecyclePolicy = {
  corrections: { firstMs: 2 * MINUTE, factor: 1.5, maxMs: HOUR },
  correctionWindowMs: 90 * DAY,
  settlingMs: 10 * MINUTE,
  unclearAfterMs: 10 * MINUTE,
  retries: { firstMs: 5 * MINUTE, factor: 2, maxMs: 6 * HOUR },
  maxRounds: 10,
  warnBeforeMs: 4 * HOUR,
  notifies: false,
  escalateAfterMs: DAY,
};
