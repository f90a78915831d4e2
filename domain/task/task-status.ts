import type { OperatorAction } from '../operator/decisions';
import type { DeliveredRound } from '../delivery/delivery-record';

/** The stages of a task, in the words that people see in the Web UI and on the command line. */
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

/**
 * Every reason for which a task can wait for a person; the list is closed, so that people can search and count by it.
 */
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
  'unchanged',
  'too many rounds',
  'deadline passed',
  'video',
] as const;
export type AttentionCause = (typeof attentionCauses)[number];

/** A task that waits for a person: why, in one or two sentences, and what can be done. */
export interface Attention {
  readonly cause: AttentionCause;
  readonly message: string;
  readonly nextActions: readonly string[];
}

/** What a waiting task waits for by itself, and until when it does. */
export interface Waiting {
  /** Continues "Waits for …". */
  readonly what: string;
  /** Unix milliseconds; absent means for as long as it takes. */
  readonly until?: number | undefined;
}

/** The answer to the `status` query. */
export interface TaskStatus {
  readonly stage: Stage;
  /** 0 is the first delivery. */
  readonly round: number;
  /** One sentence: what is happening or waited for. */
  readonly sentence: string;
  readonly attention?: Attention | undefined;
  readonly waitingFor?: Waiting | undefined;
  /** What comes after that, in one sentence. */
  readonly next?: string | undefined;
  /** Files that this round must deliver. */
  readonly expected: number;
  /** Files that this round has sent for submission. */
  readonly delivered: number;
  /** Files of the task that Creative Force shows as returned, at the last reading. */
  readonly returned?: number | undefined;
  /** Unix milliseconds; the earliest of all deadlines that are known. */
  readonly deadline?: number | undefined;
  /** How many decisions of people have counted: an update names it as `expectedRevision`. */
  readonly revision?: number | undefined;
  /** What people did to this task, oldest first. */
  readonly actions?: readonly OperatorAction[] | undefined;
  /** What left the building so far. */
  readonly rounds?: readonly DeliveredRound[] | undefined;
}
