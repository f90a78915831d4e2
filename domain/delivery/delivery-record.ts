import type { OperatorAction } from '../operator/decisions';
import type { ContentCreationType, StepStatus } from '../task/task';

/** Why this creative went out for this expected output. */
export interface DeliveredFilePlan {
  readonly recipe: string;
  /** Which wording of the recipe it was. */
  readonly recipeHash?: string | undefined;
  /** The key of the creative: that of the expected output, but for what the recipe lets differ. */
  readonly outputKey?: string | undefined;
  /** The saved version of the design. */
  readonly contentHash?: string | undefined;
  /** What Celtra was asked for, in words. */
  readonly format: string;
}

/** One file that was handed over. */
export interface DeliveredFile {
  readonly label: string;
  readonly expectedKey: string;
  readonly fileName: string;
  readonly recipeKey: string;
  /** How it was planned; absent for a file that a person supplied. */
  readonly plan?: DeliveredFilePlan | undefined;
  readonly outputId: string;
  /** Names the pixels that Celtra had rendered; absent when Celtra did not name them. */
  readonly blobHash?: string | undefined;
  readonly assetId: string;
  readonly bytes: number;
  readonly md5: string;
  readonly sha256: string;
}

export interface DeliveredRound {
  readonly round: number;
  /** ISO 8601, UTC. */
  readonly submittedAt: string;
  /** What was decided before anything was rendered; absent when people supplied every file. */
  readonly plan?: { readonly hash: string; readonly extras: number } | undefined;
  readonly files: readonly DeliveredFile[];
}

/** What a task's workflow ends with: what left the building, and how it ended. */
export interface DeliveryRecord {
  readonly studio: string;
  readonly taskId: string;
  readonly contentCreationType: ContentCreationType;
  /** `left out`: people have left out everything that was due. */
  readonly outcome: 'done' | 'no verdict' | 'gone' | 'nothing due' | 'left out' | 'abandoned';
  readonly sentence: string;
  readonly rounds: readonly DeliveredRound[];
  /** What people did to the task, oldest first. */
  readonly actions: readonly OperatorAction[];
  /** How the listing last showed the task, as far as the run knew: tells a stale row from a task that came back. */
  readonly lastStatus?: StepStatus | undefined;
}
