import type { Ledger } from './sandbox-control';

/** Where a task stands by the search attributes of its workflow. */
export interface WorkflowStage {
  readonly stage: string;
  readonly cause: string | undefined;
}

/** Where a task stands, in words: the stage that the Web UI shows, and why, by the ledger's knowledge of the day. */
export function describeStage(
  { stage, cause }: WorkflowStage,
  { sentBack, occasion, verdict }: Pick<Ledger['tasks'][number], 'sentBack' | 'occasion' | 'verdict'>,
): string {
  switch (stage) {
    case 'Rejected':
      return sentBack.length === 0 ? stage : `Rejected: waiting until the design of ${sentBack.join('; ')} changes`;
    case 'Needs attention':
      return cause === undefined ? stage : `Needs attention: ${cause}`;
    case 'Gone':
      return verdict === 'bypassed' ? 'Gone: bypassed in Creative Force' : stage;
    case 'Awaiting verdict':
    case 'Done':
      return occasion === 'correction' && sentBack.length === 0 ? 'Correction delivered' : stage;
    default:
      return occasion === undefined ? stage : `${stage} (${occasion})`;
  }
}
