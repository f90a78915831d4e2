import type { WorkflowExecutionStatusName } from '@temporalio/client';

const words: Readonly<Partial<Record<WorkflowExecutionStatusName, string>>> = {
  CANCELLED: 'cancelled',
  TERMINATED: 'terminated',
  FAILED: 'failed',
  TIMED_OUT: 'timed out',
  PAUSED: 'paused',
};

/** How a run ended, in a word, when it did not end by itself; nothing while it runs. */
export function lastWords(status: WorkflowExecutionStatusName): string | undefined {
  return words[status];
}

/** Whether a run can still be asked to do something. */
export function isOpen(status: WorkflowExecutionStatusName): boolean {
  return status === 'RUNNING' || status === 'PAUSED' || status === 'CONTINUED_AS_NEW';
}
