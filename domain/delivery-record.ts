import type { ContentCreationType } from './task';

/** One file that was handed over. */
export interface DeliveredFile {
  readonly label: string;
  readonly fileName: string;
  readonly recipeKey: string;
  readonly outputId: string;
  readonly assetId: string;
  readonly bytes: number;
  readonly md5: string;
  readonly sha256: string;
}

export interface DeliveredRound {
  readonly round: number;
  /** ISO 8601, UTC. */
  readonly submittedAt: string;
  readonly files: readonly DeliveredFile[];
}

/** What a task's workflow ends with: what left the building, and how it ended. */
export interface DeliveryRecord {
  readonly studio: string;
  readonly taskId: string;
  readonly contentCreationType: ContentCreationType;
  readonly outcome: 'done' | 'no verdict' | 'gone' | 'nothing due';
  readonly sentence: string;
  readonly rounds: readonly DeliveredRound[];
}
