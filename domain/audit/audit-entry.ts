import { contentHash } from '../shared/content-hash';
import type { OperatorAction } from '../operator/operator-action';
import type { DeliveredFile, DeliveredRound } from '../delivery/delivery-record';
import type { ContentCreationType } from '../task/task';

export interface AuditedConversion {
  /** In words: `flattened on #ffffff`. */
  readonly what: string;
  readonly sha256Before: string;
  readonly sha256After: string;
}

/** One file that was uploaded to Creative Force. Sizes are pixels, times ISO 8601 in UTC. */
export interface AuditedFile extends DeliveredFile {
  readonly expectedKey: string;
  /** `uploaded`: not known to be submitted. `sent`: cancelled during submit, so the outcome is unknown. */
  readonly state: 'submitted' | 'sent' | 'uploaded';
  readonly format?: string | undefined;
  /** The asset of the Celtra output, where its assets are told apart. */
  readonly assetKey?: string | undefined;
  /** Texts of the creative that its recipe wants to be kept, by name. */
  readonly texts?: Readonly<Record<string, string>> | undefined;
  /** Of a film. */
  readonly framesPerSecond?: number | undefined;
  readonly seconds?: number | undefined;
  readonly findings?: readonly string[] | undefined;
  readonly conversions?: readonly AuditedConversion[] | undefined;
  /** When the download and the upload finished. */
  readonly fetchedAt?: string | undefined;
  readonly uploadedAt?: string | undefined;
  readonly attempts?: { readonly download?: number | undefined; readonly upload?: number | undefined } | undefined;
}

export interface AuditedSubmission {
  readonly begunAt: string;
  /** When its effect was confirmed. */
  readonly submittedAt: string;
  readonly attempts: number;
  /** Which attempt took effect; 0 means that the task showed our files before this run sent any. */
  readonly effectiveAttempt: number;
  /** `task`: the answer was lost or unclear, and reading the task showed our files. */
  readonly knownFrom: 'answer' | 'task';
}

export interface DeliveryEntry {
  readonly studio: string;
  readonly taskId: string;
  readonly contentCreationType: ContentCreationType;
  /** The first execution run id, which stays the same over continue-as-new and differs after a restart of the task. */
  readonly run: string;
  readonly round: number;
  /**
   * `delivered`: a submission took effect. The others end the task, and `files` is what had been uploaded by then; of a `terminated` one,
   * which the sweep has noted, that is not known.
   */
  readonly event: 'delivered' | 'cancelled' | 'abandoned' | 'gone' | 'terminated';
  /** Workflow time; ISO 8601, UTC. */
  readonly at: string;
  readonly sentence?: string | undefined;
  readonly plan?: DeliveredRound['plan'];
  readonly submission?: AuditedSubmission | undefined;
  readonly files: readonly AuditedFile[];
  readonly actions?: readonly OperatorAction[] | undefined;
}

/** The idempotency key of an entry: the same for the same round with the same files. SHA-256, lower-case hex. */
export function entryIdOf({ studio, taskId, run, round, event, files }: DeliveryEntry): string {
  const left = files.map(({ expectedKey, assetId, sha256, state }) => ({ expectedKey, assetId, sha256, state }));
  const inOrder = left.sort((one, other) => (one.expectedKey < other.expectedKey ? -1 : 1));
  return contentHash({ studio, taskId, run, round, event, files: inOrder });
}
