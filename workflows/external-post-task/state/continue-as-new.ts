import { allHandlersFinished, condition, continueAsNew, workflowInfo } from '@temporalio/workflow';

import type { LifecyclePolicy } from '../../../domain/task/studio-settings';
import type { ExternalPostTaskInput } from '../messages/messages';
import { snapshotOf, type TaskState } from './task-state';

/** So that neither fifty rounds nor a year of waiting make a long history. Called where nothing is in progress. */
export async function continueAsNewWhenLong(state: TaskState, { maxHistoryEvents }: LifecyclePolicy): Promise<void> {
  const { continueAsNewSuggested, historyLength } = workflowInfo();
  const isLong = continueAsNewSuggested || historyLength > (maxHistoryEvents ?? Infinity);
  // What an operator wants is done with what this run has made. Events go along: one may stay unanswered as long as its task fails.
  if (!isLong || state.resume !== undefined) return;
  await condition(allHandlersFinished);
  // replay-tested: 2026-11-29, by test/workflows/history-size.server.test.ts
  await continueAsNew<(input: ExternalPostTaskInput) => Promise<unknown>>({
    ...state.task,
    snapshot: snapshotOf(state),
  });
}
