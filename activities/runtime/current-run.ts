import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';

import { failureTypes } from '../../domain/shared/failure-type';

/** The run of the workflow that this activity belongs to. */
export function currentRunId(): string {
  return activityInfo().workflowExecution?.runId ?? '';
}

/**
 * Refuses a write that was prepared by another run (`runId`; `undefined` allows any): the workflow was reset since, and
 * what it knows may be outdated. Only an activity can tell, because a workflow that is reset replays as before.
 */
export function assertSameRun(runId: string | undefined): void {
  if (runId === undefined || runId === currentRunId()) return;
  throw ApplicationFailure.create({
    message: 'The workflow was reset since it read the task, so nothing was sent; it reads the task again first.',
    type: failureTypes.otherRun,
    nonRetryable: true,
    category: ApplicationFailureCategory.BENIGN,
  });
}
