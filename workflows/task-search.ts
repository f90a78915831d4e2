import { upsertSearchAttributes } from '@temporalio/workflow';

import type { SearchAttributeUpdatePair } from '@temporalio/common';

import { isWorkingStage, type AttentionCause, type Stage } from '../domain/task/task-status';
import { searchAttributes } from './search-attributes';

/** What the next run has to know of it. */
export interface CarriedSearch {
  readonly shownCause?: AttentionCause | undefined;
  readonly isLate?: boolean | undefined;
}

/** By what a task can be found. An upsert costs an event, so only what has changed makes one. */
export class TaskSearch {
  private shownCause: AttentionCause | undefined;
  private isLate: boolean;

  constructor({ shownCause, isLate = false }: CarriedSearch) {
    this.shownCause = shownCause;
    this.isLate = isLate;
  }

  /** Shows where the task stands: its stage, its round when that is another one, and why it is parked, if it is. */
  show(
    before: { readonly stage: Stage; readonly round: number },
    after: { readonly stage: Stage; readonly round?: number | undefined; readonly cause?: AttentionCause | undefined },
  ): void {
    const { stage, round, cause = this.causeOfLateness(stage) } = after;
    const changes: SearchAttributeUpdatePair[] = [];
    if (stage !== before.stage) changes.push({ key: searchAttributes.stage, value: stage });
    if (round !== undefined && round !== before.round) changes.push({ key: searchAttributes.round, value: round });
    if (cause !== this.shownCause) changes.push({ key: searchAttributes.cause, value: cause ?? null });
    this.shownCause = cause;
    if (changes.length > 0) upsertSearchAttributes(changes);
  }

  /** Lets a task that is late be found by that, until it is submitted; while it is parked its cause is worth more. */
  showLate(stage: Stage, isLate: boolean): void {
    this.isLate = isLate;
    const cause = this.causeOfLateness(stage);
    if (cause === undefined || this.shownCause !== undefined) return;
    this.shownCause = cause;
    upsertSearchAttributes([{ key: searchAttributes.cause, value: cause }]);
  }

  showRound(round: number): void {
    upsertSearchAttributes([{ key: searchAttributes.round, value: round }]);
  }

  showProduct(code: string): void {
    upsertSearchAttributes([{ key: searchAttributes.product, value: code }]);
  }

  toCarry(): CarriedSearch {
    return { shownCause: this.shownCause, isLate: this.isLate };
  }

  private causeOfLateness(stage: Stage): AttentionCause | undefined {
    return this.isLate && isWorkingStage(stage) ? 'deadline passed' : undefined;
  }
}
