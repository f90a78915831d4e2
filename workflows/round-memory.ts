import type { UploadReceipt } from '../domain/delivery/batch-report';
import { steps, type Decisions, type Step } from '../domain/operator/decisions';
import type { PlanRecord } from '../domain/plan/plan-record';
import type { AttentionCause } from '../domain/task/task-status';
import type { Brief } from './brief';
import type { RenderedPairing } from './export-creatives';
import type { UploadedFile } from './upload-files';

/** A file that lies in Creative Force's store already, and the id to submit it under. */
export interface StoredFile {
  readonly expectedKey: string;
  readonly sha256: string;
  readonly fileName: string;
  readonly assetId: string;
  readonly receipt?: UploadReceipt | undefined;
}

/** How often the files of a round were sent for submission. */
export interface Sendings {
  /** ISO 8601, UTC. */
  readonly begunAt: string;
  attempts: number;
  /** The last attempt of which it was not known whether it had taken effect; from 1. */
  open?: number | undefined;
}

/** What a round that is begun again knows of its earlier tries, also in a later run of the workflow. */
export interface CarriedRound {
  /**
   * Corrections may go out: the pixels have changed, or a person has said so
   * (docs/reference/assumptions.md#corrections).
   */
  mayCorrect: boolean;
  /** A person wants even the very bytes that were rejected to go out again. */
  isForced: boolean;
  /** A person has said that there may be more rounds than the setting allows. */
  mayExceed: boolean;
  /** Creative Force told of a rejection, though it may mark no output as rejected. */
  isCorrection: boolean;
  /** Uploads that need not be repeated. */
  stored: StoredFile[];
  /** What was sent for submission, so that a lost answer is not answered by a second submission. */
  sent?: readonly UploadedFile[] | undefined;
  /** How often that was sent. */
  sendings?: Sendings | undefined;
  /** That was refused in so many words, so that a task which is done was finished by somebody else. */
  wasRefused?: boolean | undefined;
  /** The plan by which it was sent. */
  plan?: PlanRecord | undefined;
  /** How often the task has waited for the same cause running, and what was told of it. */
  parking?: Parking | undefined;
}

/** A wait that may be left and entered again by the same cause: people are told of it once. */
export interface Parking {
  readonly cause: AttentionCause;
  readonly message: string;
  /** Unix milliseconds. */
  readonly since: number;
  readonly times: number;
  readonly isEscalated: boolean;
}

/** With what the steps have made, so that a person can let the round go on from a later one. */
export interface RoundMemory extends CarriedRound {
  brief?: Brief | undefined;
  /** What people had decided when pairings and files were made. */
  decided?: Decisions | undefined;
  pairings?: readonly RenderedPairing[] | undefined;
  files?: readonly UploadedFile[] | undefined;
}

/** None sent yet. */
export function noSendings(): Sendings {
  return { begunAt: new Date().toISOString(), attempts: 0 };
}

export function freshRound(changes: Partial<CarriedRound> = {}): RoundMemory {
  return { mayCorrect: false, isForced: false, mayExceed: false, isCorrection: false, stored: [], ...changes };
}

/** Forgets what the steps from `from` on have made, for they are done again. */
export function forgetFrom(memory: RoundMemory, from: Step = 'brief'): void {
  const first = steps.indexOf(from);
  if (first <= steps.indexOf('brief')) memory.brief = undefined;
  if (first <= steps.indexOf('export')) memory.pairings = undefined;
  if (first <= steps.indexOf('deliver')) memory.files = undefined;
}

/** The part that a later run of the workflow goes on with. */
export function toCarriedRound({
  brief: _,
  decided: __,
  pairings: ___,
  files: ____,
  ...carried
}: RoundMemory): CarriedRound {
  return carried;
}
