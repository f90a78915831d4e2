import type { DeliveredRound } from '../../../domain/delivery/delivery-record';
import type { LastSubmission } from '../../../domain/delivery/last-submission';
import type { SideEffects } from '../../../domain/delivery/side-effects';
import type { VerdictWatch } from '../../../domain/delivery/verdict-watch';
import { type Decisions, type KnownOutput, type Step, noDecisions } from '../../../domain/operator/decisions';
import type { OperatorAction } from '../../../domain/operator/operator-action';
import type { ExportPlan } from '../../../domain/plan/export-plan';
import type { PlanRecord } from '../../../domain/plan/plan-record';
import type { FileLine, TaskHeadline } from '../../../domain/task/current-details';
import type { OutputStatus } from '../../../domain/task/output-status';
import type { TaskRejection } from '../../../domain/task/rejection-notes';
import type { ContentCreationType, StepStatus, TaskReference } from '../../../domain/task/task';
import type { TaskEvent, TaskHints } from '../../../domain/task/task-event';
import type {
  Attention,
  AttentionCause,
  Corrections,
  StoppedAt,
  Stage,
  Waiting,
} from '../../../domain/task/task-status';
import { newRound, type RoundState } from './round-state';

/** A submitted task is watched for a verdict. */
export interface ReviewPhase extends Omit<VerdictWatch, 'task' | 'unclearAfterMs'> {
  readonly kind: 'reviewing';
}

/** Creative Force has never shown the task to this run; `attention` is what it answered. */
export interface UnknownPhase {
  readonly kind: 'unknown';
  readonly attention: Attention;
  /** Ids of the events that had come before it answered so. */
  readonly knownEvents: readonly string[];
}

export type TaskPhase = { readonly kind: 'delivering' } | UnknownPhase | ReviewPhase;

/** Recipes as they were resolved for certain facts and decisions: one that is edited meanwhile changes nothing. */
export interface ResolvedRecipes {
  /** `planBasis` of the facts. */
  readonly basis: string;
  readonly revision: number;
  readonly plan: ExportPlan;
}

/** An operator's request to go on, as the step that waits understands it. */
export interface ResumeInstruction {
  readonly by: string;
  /** The step to begin again from; absent means from the beginning. */
  readonly from?: Step | undefined;
  /** Also where extpost itself would refuse: the same bytes once more. */
  readonly force: boolean;
  /** Requested as such, and not along with a decision about files. */
  readonly isExplicit: boolean;
}

/** What people are shown. Only the StatusReporter writes it. */
export interface TaskView {
  stage: Stage;
  /** When the stage that people search for began; Unix milliseconds. */
  since: number;
  /** Set while a task that had stopped is being tried again: `from` is the stage of the step that had stopped it. */
  stoppedAt?: (StoppedAt & { readonly from: Stage; readonly isRetried: boolean }) | undefined;
  sentence: string;
  /** Files that this round must deliver, and those it has submitted. */
  expected: number;
  delivered: number;
  /** Files of the task that Creative Force shows as returned. */
  returned?: number | undefined;
  attention?: Attention | undefined;
  waitingFor?: Waiting | undefined;
  /** Unix milliseconds. */
  deadline?: number | undefined;
  isLate: boolean;
  headline: TaskHeadline;
  files: readonly FileLine[];
  plan?: PlanRecord | undefined;
  /** All expected outputs of the task. */
  outputs: readonly OutputStatus[];
  rejections: readonly TaskRejection[];
  /** The round whose rejection is not answered yet, so that its notes are shown first. */
  rejectedRound?: number | undefined;
  /** Which outputs have changed since they were rejected; absent while no correction is waited for. */
  corrections?: Corrections | undefined;
  warnings: readonly string[];
  /** The search attributes as they stand: an upsert costs an event, so only a change makes one. */
  searchable: {
    readonly stage: Stage;
    readonly round: number;
    readonly product?: string | undefined;
    readonly title?: string | undefined;
    readonly flavour?: ContentCreationType | undefined;
    readonly cause?: AttentionCause | undefined;
    /** Creative Force has shown the task. */
    readonly isConfirmed?: boolean | undefined;
    readonly due?: number | undefined;
    readonly tryingAgain?: boolean | undefined;
  };
}

/** All that a workflow knows, as data. Handlers write events and actions, the StatusReporter writes the view. */
export interface TaskState {
  task: TaskReference;
  /** When the task came to us; Unix milliseconds. */
  readonly startedAt: number;
  phase: TaskPhase;
  round: RoundState;
  /** What was submitted, round by round. */
  deliveredRounds: readonly DeliveredRound[];
  /** What this run submitted last, or what was there when it began to watch the task. */
  lastSubmission?: LastSubmission | undefined;
  /** The time of the newest webhook that was acted on, by Creative Force's clock; Unix milliseconds. */
  newestEventAt?: number | undefined;
  /** What earlier runs delivered, once it has been looked up. */
  earlierRounds?: readonly DeliveredRound[] | undefined;
  /** The run, begun by a reset, that has looked for what was submitted after the point of the reset. */
  lookedAfterReset?: string | undefined;
  /** How the task stood when it was read last; absent until Creative Force has shown it once. */
  lastStatus?: StepStatus | undefined;
  /** Since when Creative Force has not known the task, if it never showed it; Unix milliseconds. */
  unknownSince?: number | undefined;
  knownOutputs: readonly KnownOutput[];
  resolved?: ResolvedRecipes | undefined;
  /** Queues of the workers whose spools hold files of this task. */
  spoolQueues: readonly string[];
  /** What was on its way when the task was cancelled. */
  inFlightWrites: Pick<SideEffects, 'start' | 'submission'>;
  /** Whether pictures and brief for designers were saved; absent until that begins. */
  inputs?: 'being saved' | 'settled' | undefined;
  /** What people were notified of once for all. */
  notified: readonly string[];

  /** Events that no reading of the task has answered yet. */
  pendingEvents: readonly TaskEvent[];
  /** Ids of events, so that the same webhook delivered again has no second effect. */
  seenEventIds: readonly string[];
  /** What events have told beside the task's id; of each the latest. */
  hints?: TaskHints | undefined;
  actions: readonly OperatorAction[];
  decisions: Decisions;
  resume?: ResumeInstruction | undefined;
  abandonedBy?: OperatorAction | undefined;

  readonly view: TaskView;
}

/**
 * A state as the next run begins with it: without what a round has made, which can be made again and may be large, and without
 * what ends with this run.
 */
export function snapshotOf(state: TaskState): TaskState {
  const { round, inputs } = state;
  return {
    ...state,
    round: { ...round, brief: undefined, pairings: undefined, files: undefined },
    inputs: inputs === 'being saved' ? undefined : inputs,
  };
}

export function newTaskState(task: TaskReference, now: number): TaskState {
  const { studio, taskId } = task;
  return {
    task,
    startedAt: now,
    phase: { kind: 'delivering' },
    round: newRound(0),
    deliveredRounds: [],
    knownOutputs: [],
    spoolQueues: [],
    inFlightWrites: {},
    notified: [],
    pendingEvents: [],
    seenEventIds: [],
    actions: [],
    decisions: noDecisions,
    view: {
      stage: 'Brief',
      since: now,
      sentence: 'Just begun.',
      expected: 0,
      delivered: 0,
      isLate: false,
      headline: { studio, taskId },
      files: [],
      outputs: [],
      rejections: [],
      warnings: [],
      searchable: { stage: 'Brief', round: 0 },
    },
  };
}

/** Changes the round's part of the state. */
export function updateRound(state: TaskState, changes: Partial<RoundState>): void {
  state.round = { ...state.round, ...changes };
}
