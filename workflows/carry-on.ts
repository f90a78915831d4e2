import { allHandlersFinished, condition, continueAsNew, workflowInfo } from '@temporalio/workflow';

import type { DeliveredRound } from '../domain/delivery/delivery-record';
import type { StudioSettings } from '../domain/task/studio-settings';
import type { TaskHeadline } from '../domain/task/current-details';
import type { TaskStatus } from '../domain/task/task-status';
import type { ExternalPostTaskInput } from './messages';
import type { CarriedRound } from './round-memory';
import type { CarriedPlan } from './round-plan';
import type { CarriedInbox } from './task-inbox';
import type { CarriedSearch } from './task-search';
import type { TaskStory } from './task-story';

/** What is shown of a task, and what it has behind it. */
export interface CarriedStory extends CarriedSearch {
  readonly rounds: readonly DeliveredRound[];
  readonly earlier?: readonly DeliveredRound[] | undefined;
  readonly told: readonly string[];
  readonly startedAt: number;
  readonly wasRead: boolean;
  readonly remarks: readonly string[];
  readonly status: TaskStatus;
  readonly headline: TaskHeadline;
  readonly plan?: CarriedPlan | undefined;
}

/** Where a run has come to: in the middle of a round, or watching what a round has submitted. */
export type Position =
  | { readonly at: 'round'; readonly memory: CarriedRound }
  | { readonly at: 'verdict'; readonly until: number; readonly isDone: boolean };

type Telling<T> = () => T;

/** All that the next run of a task has to know. */
export interface Carried {
  readonly inbox: CarriedInbox;
  readonly story: CarriedStory;
  readonly position: Position;
}

/**
 * Goes on as a new run when Temporal suggests it, so that neither fifty rounds nor a year of waiting make a history that
 * cannot be read any more. Only called where nothing is under way.
 */
export async function carryOnWhenLong(
  story: TaskStory,
  { lifecycle: life }: Partial<Pick<StudioSettings, 'lifecycle'>>,
  position: Telling<Position>,
): Promise<void> {
  const { continueAsNewSuggested, historyLength } = workflowInfo();
  const isLong = continueAsNewSuggested || historyLength > (life?.maxHistoryEvents ?? Infinity);
  // What somebody has just said is acted on first.
  if (!isLong || story.inbox.hasNews) return;
  await condition(allHandlersFinished);
  // replay-tested: 2026-11-23, by test/workflows/history-size.server.test.ts
  await continueAsNew<(input: ExternalPostTaskInput) => Promise<unknown>>({
    ...story.task,
    carried: { inbox: story.inbox.toCarry(), story: story.toCarry(), position: position() },
  });
}
