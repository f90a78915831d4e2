import type { WorkflowExecutionStatusName } from '@temporalio/client';

const endStatusTexts: Readonly<Partial<Record<WorkflowExecutionStatusName, string>>> = {
  CANCELLED: 'cancelled',
  TERMINATED: 'terminated',
  FAILED: 'failed',
  TIMED_OUT: 'timed out',
  PAUSED: 'paused',
};

/** How a run ended, in a word, when it did not end by itself; nothing while it runs. */
export function endStatusText(status: WorkflowExecutionStatusName): string | undefined {
  return endStatusTexts[status];
}

/** Whether a run can still be asked to do something. */
export function isRunOpen(status: WorkflowExecutionStatusName): boolean {
  return status === 'RUNNING' || status === 'PAUSED' || status === 'CONTINUED_AS_NEW';
}
