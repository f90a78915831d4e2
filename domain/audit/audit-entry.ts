import { contentHash } from '../shared/content-hash';
import type { OperatorAction } from '../operator/decisions';
import type { DeliveredFile, DeliveredRound } from '../delivery/delivery-record';
import type { ContentCreationType } from '../task/task';

/** What was done to the bytes of one file because a recipe asks for it. */
export interface AuditedConversion {
  /** In words: `flattened on #ffffff`. */
  readonly what: string;
  readonly sha256Before: string;
  readonly sha256After: string;
}

/** One file that left the building, with all that is known of it. Sizes are pixels, times ISO 8601 in UTC. */
export interface AuditedFile extends DeliveredFile {
  readonly expectedKey: string;
  /**
   * `uploaded`: it lies in Creative Force's store, but no submission of it took effect; `sent`: it was submitted when the
   * task was cancelled, and whether that took effect is not known.
   */
  readonly state: 'submitted' | 'sent' | 'uploaded';
  readonly format?: string | undefined;
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  readonly findings?: readonly string[] | undefined;
  readonly conversions?: readonly AuditedConversion[] | undefined;
  /** When its bytes had come from Celtra, and when they lay in Creative Force's store. */
  readonly fetchedAt?: string | undefined;
  readonly uploadedAt?: string | undefined;
  /** How often each was begun. */
  readonly attempts?: { readonly download?: number | undefined; readonly upload?: number | undefined } | undefined;
}

/** How the submission of a round came into effect. */
export interface AuditedSubmission {
  readonly begunAt: string;
  /** When it was known to have taken effect. */
  readonly submittedAt: string;
  /** How many were sent. */
  readonly attempts: number;
  /** Which of them took effect; 0 means that the task showed our files before this run had sent any. */
  readonly effectiveAttempt: number;
  /** `answer`: Creative Force said yes; `task`: the answer was lost or unclear, and the task then showed our files. */
  readonly knownFrom: 'answer' | 'task';
}

/** Something that happened to a task and is written down for good. */
export interface DeliveryEntry {
  readonly studio: string;
  readonly taskId: string;
  readonly contentCreationType: ContentCreationType;
  /** The id of the first run of the task's workflow, so that a task that began anew is told from one that goes on. */
  readonly run: string;
  readonly round: number;
  /** `delivered`: a submission took effect. The others end the task, and `files` is what had left by then. */
  readonly event: 'delivered' | 'cancelled' | 'abandoned' | 'gone';
  /** When, by the workflow's clock; ISO 8601, UTC. */
  readonly at: string;
  readonly sentence?: string | undefined;
  readonly plan?: DeliveredRound['plan'];
  readonly submission?: AuditedSubmission | undefined;
  readonly files: readonly AuditedFile[];
  /** What people skipped, forced, replaced or gave up in this run so far. */
  readonly actions?: readonly OperatorAction[] | undefined;
}

/**
 * The id of an entry: the same for the same round of the same task with the same files, whenever and however often it is
 * written. SHA-256, lower-case hex.
 */
export function entryIdOf({ studio, taskId, run, round, event, files }: DeliveryEntry): string {
  const left = files.map(({ expectedKey, assetId, sha256, state }) => ({ expectedKey, assetId, sha256, state }));
  const inOrder = left.sort((one, other) => (one.expectedKey < other.expectedKey ? -1 : 1));
  return contentHash({ studio, taskId, run, round, event, files: inOrder });
}
