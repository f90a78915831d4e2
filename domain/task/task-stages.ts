import type { Stage, TaskStatus } from './task-status';

const stagesOfWork: ReadonlySet<Stage> = new Set([
  'Brief',
  'Start',
  'Export',
  'Deliver',
  'Submit',
  'Rejected',
  'Needs attention',
]);

/** Whether a round is in progress in this stage, so that an operator's decision still counts. */
export function isWorkingStage(stage: Stage): boolean {
  return stagesOfWork.has(stage);
}

/** The next step in one sentence; `undefined` when there is none. */
export function nextStepText({ stage, attention }: Pick<TaskStatus, 'stage' | 'attention'>): string | undefined {
  if (attention !== undefined) {
    return attention.cause === 'rejected' || attention.cause === 'unchanged'
      ? 'The corrections are delivered, and nothing else.'
      : 'The task is read again, and the round goes on.';
  }
  switch (stage) {
    case 'Brief':
      return 'Creative Force is told that work has begun, and the creatives are looked for in Celtra.';
    case 'Start':
      return 'The creatives are looked for in Celtra.';
    case 'Export':
      return 'The renders are downloaded, checked and uploaded.';
    case 'Deliver':
      return 'All files are submitted in one go.';
    case 'Submit':
      return 'The task is watched for a verdict.';
    case 'Rejected':
    case 'Needs attention':
      return 'The round goes on.';
    case 'Awaiting verdict':
    case 'Done':
      return 'A rejection would begin the next round; without one the task ends with the review window.';
    case 'Abandoned':
    case 'Gone':
    case 'Cancelled':
      return undefined;
  }
}
