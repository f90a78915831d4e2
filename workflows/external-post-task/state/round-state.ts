import type { UploadReceipt } from '../../../domain/delivery/batch-report';
import type { ReturnedFiles } from '../../../domain/delivery/returned-files';
import type { Rejection } from '../../../domain/delivery/verdict-watch';
import { type Step, steps } from '../../../domain/operator/decisions';
import type { ExportGroup, PlannedOutput } from '../../../domain/plan/export-plan';
import type { Pairing } from '../../../domain/plan/matching';
import type { PlanRecord } from '../../../domain/plan/plan-record';
import type { AssetFormats } from '../../../domain/recipe/recipe';
import type { AnnouncedFilm } from '../../../domain/render/film';
import type { RenderedAsset, SpooledFile } from '../../../domain/render/rendered-asset';
import type { DueReading } from '../../../domain/task/due-set';
import type { ShotOutput } from '../../../domain/task/expected-output';
import type { Annotation } from '../../../domain/task/task';
import type { TaskFacts } from '../../../domain/task/task-facts';
import type { AttentionCause } from '../../../domain/task/task-status';

/** What was read at the start of a round: the facts, and what must be delivered. */
export interface Brief {
  readonly facts: TaskFacts;
  readonly due: readonly ShotOutput[];
  /** What says what is due, and the keys of the outputs of which nothing says that they themselves were rejected. */
  readonly saidBy: DueReading['saidBy'];
  readonly inferred: readonly string[];
  readonly annotations: readonly Annotation[];
  /** When the task itself was read; Unix milliseconds. */
  readonly readAt: number;
}

export interface RenderedPairing extends Pairing, Pick<ExportGroup, 'preflight' | 'convert' | 'film'> {
  readonly asset: RenderedAsset;
  readonly assetFormats: AssetFormats;
}

/** A file that lies in a worker's spool, what it is delivered for, and what its recipe says of checks and changes. */
export interface FetchedFile extends Pick<ExportGroup, 'preflight' | 'convert' | 'film'> {
  readonly expected: PlannedOutput;
  readonly creative: string;
  readonly file: SpooledFile;
  /** The asset of the output, where its assets are told apart. */
  readonly assetKey?: string | undefined;
  /** Texts of the creative that its recipe wants to be kept. */
  readonly texts?: Readonly<Record<string, string>> | undefined;
  /** What Celtra announced of a film. */
  readonly announced?: AnnouncedFilm | undefined;
  /** The saved version of the design, and the pixels, as Celtra names them. */
  readonly contentHash?: string | undefined;
  readonly blobHash?: string | undefined;
  /** What the check found and let pass. */
  readonly findings?: readonly string[] | undefined;
}

/** A file that lies in Creative Force's store, and the id to submit it under. */
export interface UploadedFile extends FetchedFile {
  readonly assetId: string;
  readonly receipt?: UploadReceipt | undefined;
}

export interface SentSubmission {
  readonly files: readonly UploadedFile[];
  readonly plan?: PlanRecord | undefined;
  /** When it was sent first; ISO 8601, UTC. */
  readonly begunAt: string;
  readonly attempts: number;
  /** The last attempt of which it was not known whether it had taken effect; from 1. */
  readonly lastUnknownAttempt?: number | undefined;
  /** False as long as every attempt was refused: a task that is done was then finished by somebody else. */
  readonly mayHaveWorked: boolean;
}

/** A wait for a cause to go away. The same cause again continues it, and people are notified of it once. */
export interface WaitState {
  readonly cause: AttentionCause;
  readonly message: string;
  /** Unix milliseconds. */
  readonly since: number;
  readonly times: number;
  readonly isEscalated: boolean;
}

/** The rejection that a round answers. */
export interface RoundRejection extends Rejection {
  /** When it became known; Unix milliseconds. */
  readonly since: number;
  /** Whether a rejection note came with it. */
  readonly isNoted?: boolean | undefined;
}

/** A start that Creative Force has refused. */
export interface RefusedStart {
  /** The status that the task had. */
  readonly status: string;
  /** How many actions of operators there had been. */
  readonly actions: number;
}

/** What is known of one delivery round. A step whose result is here is not run again. */
export interface RoundState {
  /** 0 is the first delivery. */
  readonly number: number;
  readonly brief?: Brief | undefined;
  readonly refusedStart?: RefusedStart | undefined;
  /** The revision of the decisions by which `pairings` and `files` were made. */
  readonly decisionsRevision?: number | undefined;
  readonly pairings?: readonly RenderedPairing[] | undefined;
  readonly plan?: PlanRecord | undefined;
  /** Everything that was uploaded, so that the same bytes are not uploaded twice. */
  readonly stored: readonly UploadedFile[];
  /** Of the files that go out now, those that lie in Creative Force's store. */
  readonly uploaded: readonly UploadedFile[];
  /** All files of the round, uploaded. */
  readonly files?: readonly UploadedFile[] | undefined;
  readonly submission?: SentSubmission | undefined;
  readonly wait?: WaitState | undefined;
  /** What others have returned while this round was made; it is not overwritten. */
  readonly returnedByOthers: ReturnedFiles;
  /** An operator resumed the round, so the task is read once more before anything is sent. */
  readonly looksBeforeSubmitting: boolean;
  /** Creative Force told of a rejection, though it may mark no output as rejected. */
  readonly isCorrection: boolean;
  readonly rejection?: RoundRejection | undefined;
  /** Corrections may go out: the pixels have changed, or a person has said so. */
  readonly correctionsAllowed: boolean;
  /** Keys of the outputs that have changed since they were rejected, where nothing says which were. */
  readonly corrected?: readonly string[] | undefined;
  /** A person wants even the very bytes that were rejected to go out again. */
  readonly isForced: boolean;
  /** A person has allowed more rounds than `maxRounds`. */
  readonly roundLimitLifted: boolean;
}

export function newRound(number: number, isCorrection = false, rejection?: RoundRejection): RoundState {
  return {
    number,
    rejection,
    stored: [],
    uploaded: [],
    returnedByOthers: {},
    looksBeforeSubmitting: false,
    isCorrection,
    correctionsAllowed: false,
    isForced: false,
    roundLimitLifted: false,
  };
}

/** Drops the results of a step and of those after it, so that they are run again. */
export function invalidateFrom(round: RoundState, from: Step = 'brief'): RoundState {
  const first = steps.indexOf(from);
  return {
    ...round,
    ...(first <= steps.indexOf('brief') && { brief: undefined }),
    ...(first <= steps.indexOf('export') && { pairings: undefined }),
    ...(first <= steps.indexOf('deliver') && { files: undefined }),
  };
}
