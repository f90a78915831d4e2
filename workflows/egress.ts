import { upsertMemo, workflowInfo } from '@temporalio/workflow';

import { chooseEgress } from '../domain/task/egress';
import { EGRESS_MEMO, gatewayQueue } from './task-queues';

/** Chooses the network address of this run's requests to the gateway, which the memo then shows. Does nothing where there is one. */
export function settleEgress(id: string, egresses: readonly string[] = []): void {
  const chosen = chooseEgress(id, egresses);
  if (chosen !== egressOfRun()) upsertMemo({ [EGRESS_MEMO]: chosen });
}

/** The task queue of this run's requests to the gateway. */
export function gatewayQueueOfRun(): string {
  return gatewayQueue(egressOfRun());
}

function egressOfRun(): string | undefined {
  const egress = workflowInfo().memo?.[EGRESS_MEMO];
  return typeof egress === 'string' ? egress : undefined;
}
