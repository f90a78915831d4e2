import type { DeliveredRound } from '../delivery/delivery-record';
import type { OperatorAction } from '../operator/operator-action';
import type { OutputStatus } from './output-status';
import type { TaskRejection } from './rejection-notes';

/** The stages of a task as people see them in the Web UI and on the command line. */
export const stages = [
  'Brief',
  'Start',
  'Export',
  'Deliver',
  'Submit',
  'Awaiting verdict',
  'Rejected',
  'Needs attention',
  'Done',
  'Abandoned',
  'Gone',
  'Cancelled',
] as const;
export type Stage = (typeof stages)[number];

/** Every reason why a task can need attention; a closed list, so that people can search by it. */
export const attentionCauses = [
  'no recipe',
  'template',
  'no creative',
  'ambiguous',
  'spec mismatch',
  'celtra error',
  'creative force error',
  'permission missing',
  'credentials refused',
  'contract changed',
  'delivery failed',
  'rejected',
  'unclear rejection',
  'unchanged',
  'too many rounds',
  'deadline passed',
  'video',
] as const;
export type AttentionCause = (typeof attentionCauses)[number];

/** A Celtra output that an operator can choose for an expected output; `id` is what `use-output` takes. */
export interface CandidateChoice {
  readonly id: string;
  readonly name?: string | undefined;
  readonly key?: string | undefined;
}

/** An expected output that a cause is about. */
export interface AttentionOutput {
  readonly expectedKey: string;
  readonly label: string;
  /** The outputs that fit, or nearly fit, the likeliest first. */
  readonly candidates?: readonly CandidateChoice[] | undefined;
}

export interface Attention {
  readonly cause: AttentionCause;
  readonly message: string;
  /** What people can do about the cause elsewhere, a sentence each; `possibleActions` gives what extpost can do. */
  readonly nextActions: readonly string[];
  /** The expected outputs it is about; absent when it is about the whole task. */
  readonly outputs?: readonly AttentionOutput[] | undefined;
}

/** What a task waits for without an operator, and until when. */
export interface Waiting {
  /** Completes "Waits for …". */
  readonly what: string;
  /** Unix milliseconds; absent means without limit. */
  readonly until?: number | undefined;
}

/** Labels of the outputs of which corrections are waited for. */
export interface Corrections {
  readonly changed: readonly string[];
  readonly unchanged: readonly string[];
}

/** The stage and the cause by which a task had stopped. */
export interface StoppedAt {
  readonly stage: Stage;
  readonly cause: AttentionCause;
}

/** The answer to the `status` query. */
export interface TaskStatus {
  readonly stage: Stage;
  readonly round: number;
  /** One sentence: what is happening, or what is waited for. */
  readonly sentence: string;
  /** When the stage began; Unix milliseconds. */
  readonly since?: number | undefined;
  /** Where the task had stopped, while it is being tried again: the search attributes still show that. */
  readonly tryingAgain?: StoppedAt | undefined;
  readonly attention?: Attention | undefined;
  readonly waitingFor?: Waiting | undefined;
  /** The next step, in one sentence. */
  readonly next?: string | undefined;
  readonly expected: number;
  /** Files of this round that were submitted. */
  readonly delivered: number;
  readonly returned?: number | undefined;
  readonly corrections?: Corrections | undefined;
  /** Unix milliseconds; the earliest known deadline. */
  readonly deadline?: number | undefined;
  /** How many decisions of people have counted: an update names it as `expectedRevision`. */
  readonly revision?: number | undefined;
  /** Creative Force refuses this round's files when one more of its outputs is left out. */
  readonly wantsAll?: boolean | undefined;
  readonly actions?: readonly OperatorAction[] | undefined;
  readonly rounds?: readonly DeliveredRound[] | undefined;
  /** What a person should see although the task goes on, a sentence each. */
  readonly warnings?: readonly string[] | undefined;
  /** All expected outputs; absent until the task was read. */
  readonly outputs?: readonly OutputStatus[] | undefined;
  /** What Creative Force said of the rounds that it rejected, oldest first; absent when it has rejected none. */
  readonly rejections?: readonly TaskRejection[] | undefined;
}

/** The stages in which a round is in progress. */
export const workingStages: readonly Stage[] = [
  'Brief',
  'Start',
  'Export',
  'Deliver',
  'Submit',
  'Rejected',
  'Needs attention',
];

/** Whether a round is in progress in this stage, so that an operator's decision still counts. */
export function isWorkingStage(stage: Stage): boolean {
  return workingStages.includes(stage);
}

/** The next step in one sentence; `undefined` when there is none. */
export function nextStepText({ stage, attention }: Pick<TaskStatus, 'stage' | 'attention'>): string | undefined {
  if (attention !== undefined) {
    return ['rejected', 'unclear rejection', 'unchanged'].includes(attention.cause)
      ? 'Only the corrections are delivered.'
      : 'The task is read again, and the round continues.';
  }
  switch (stage) {
    case 'Brief':
      return 'The task is started in Creative Force, and its creatives are searched in Celtra.';
    case 'Start':
      return 'The creatives are searched in Celtra.';
    case 'Export':
      return 'The renders are downloaded, checked and uploaded.';
    case 'Deliver':
      return 'All files are submitted together.';
    case 'Submit':
      return 'The task is watched for a verdict.';
    case 'Rejected':
    case 'Needs attention':
      return 'The round continues.';
    case 'Awaiting verdict':
    case 'Done':
      return 'A rejection would begin the next round; without one the task ends with the review window.';
    case 'Abandoned':
    case 'Gone':
    case 'Cancelled':
      return undefined;
  }
}

/** A task of a year must not outgrow what a query can answer. */
const MAX_WARNINGS = 100;

/** Warnings with some more, each once; of too many the newest. */
export function withWarnings(warnings: readonly string[], more: readonly string[]): readonly string[] {
  return [...new Set([...warnings, ...more])].slice(-MAX_WARNINGS);
}
