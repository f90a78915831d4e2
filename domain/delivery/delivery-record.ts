import type { OperatorAction } from '../operator/operator-action';
import type { ContentCreationType, StepStatus } from '../task/task';

/** Why this creative was delivered for this expected output. */
export interface DeliveredFilePlan {
  readonly recipe: string;
  /** Identifies the version of the recipe. */
  readonly recipeHash?: string | undefined;
  /** The creative's key; it differs from the expected output's key only where the recipe allows it. */
  readonly outputKey?: string | undefined;
  /** The saved version of the design. */
  readonly contentHash?: string | undefined;
  /** The requested asset format, in words. */
  readonly format: string;
}

/** One submitted file. */
export interface DeliveredFile {
  readonly label: string;
  readonly expectedKey: string;
  readonly fileName: string;
  readonly recipeKey: string;
  /** How it was planned; absent for a file that a person supplied. */
  readonly plan?: DeliveredFilePlan | undefined;
  readonly outputId: string;
  /** Identifies the rendered pixels; absent when Celtra gave no hash. */
  readonly blobHash?: string | undefined;
  readonly assetId: string;
  /** Pixels, as shown. */
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  readonly bytes: number;
  readonly md5: string;
  readonly sha256: string;
}

export interface DeliveredRound {
  readonly round: number;
  /** ISO 8601, UTC. */
  readonly submittedAt: string;
  /** The plan it was delivered by. */
  readonly plan?: { readonly hash: string; readonly extras: number } | undefined;
  readonly files: readonly DeliveredFile[];
}

/** A submission that another run, or this one before it was reset, has made. */
export interface EarlierDelivery extends DeliveredRound {
  /** The first execution run id of that run, which a reset keeps; absent when only its result tells of it. */
  readonly run?: string | undefined;
}

/** The workflow's result: what was delivered, and how the task ended. */
export interface DeliveryRecord {
  readonly studio: string;
  readonly taskId: string;
  readonly contentCreationType: ContentCreationType;
  /** `left out`: operators skipped everything that was due. */
  readonly outcome: 'done' | 'no verdict' | 'gone' | 'nothing due' | 'left out' | 'abandoned';
  readonly sentence: string;
  readonly rounds: readonly DeliveredRound[];
  /** Operator actions, oldest first. */
  readonly actions: readonly OperatorAction[];
  /** The task's status at the last reading; tells an outdated listing row from a task that was reopened. */
  readonly lastStatus?: StepStatus | undefined;
}

/** Tells submissions apart: an asset id is given to one upload only. */
export function deliveryIdentity({ files }: Pick<DeliveredRound, 'files'>): string {
  return files.map(({ assetId }) => assetId).join(' ');
}
