import type { Ledger } from '../sandbox-control';

/** The stage of a task workflow, from its search attributes. */
export interface WorkflowStage {
  readonly stage: string;
  readonly cause: string | undefined;
}

/** Describes the stage of a task, with what the ledger knows about it. */
export function describeStage(
  { stage, cause }: WorkflowStage,
  { sentBack, trigger, verdict }: Pick<Ledger['tasks'][number], 'sentBack' | 'trigger' | 'verdict'>,
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
      return trigger === 'correction' && sentBack.length === 0 ? 'Correction delivered' : stage;
    default:
      return trigger === undefined ? stage : `${stage} (${trigger})`;
  }
}
