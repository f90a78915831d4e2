/** The stages of a task, in the words that people see in the Web UI and on the command line (DESIGN §1). */
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
  'Gone',
  'Cancelled',
] as const;
export type Stage = (typeof stages)[number];

/** Why a task waits for a person. */
export type AttentionCause =
  | 'no recipe'
  | 'no creative'
  | 'ambiguous'
  | 'template'
  | 'spec mismatch'
  | 'celtra error'
  | 'creative force error'
  | 'permission missing'
  | 'credentials refused'
  | 'contract changed'
  | 'delivery failed'
  | 'rejected';

/** A task that waits for a person: why, in one or two sentences, and what can be done. */
export interface Attention {
  readonly cause: AttentionCause;
  readonly message: string;
  readonly nextActions: readonly string[];
}

/** The answer to the `status` query. */
export interface TaskStatus {
  readonly stage: Stage;
  /** 0 is the first delivery. */
  readonly round: number;
  /** One sentence: what is happening or waited for. */
  readonly sentence: string;
  readonly attention?: Attention | undefined;
  readonly expected: number;
  readonly delivered: number;
}
