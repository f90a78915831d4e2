import { Context, log } from '@temporalio/activity';

import { deliveriesIn } from '../../domain/audit/task-entries';
import { type DeliveryRecord, type EarlierDelivery, deliveryIdentity } from '../../domain/delivery/delivery-record';
import type { ReadTaskEntries } from '../audit/task-entries';
import { runActivity } from '../runtime/run-activity';

const MAX_RUNS = 10;
/** Only the newest delivery of each file matters, and a task is seldom sent back ten times. */
const MAX_DELIVERIES = 30;

/** `readEntries`: from the audit; absent when the audit is switched off. */
export function createRecordActivities(readEntries?: ReadTaskEntries) {
  return {
    /**
     * Reads what was delivered for a task before, oldest first: from the audit, which also has what a run delivered that
     * was terminated, cancelled, reset, or is no longer kept; and from the result of the newest completed run.
     */
    readEarlierDeliveries: (request: {
      studio: string;
      taskId: string;
      workflowId: string;
      /** The current run, which has no result yet. */
      notRun: string;
    }): Promise<readonly EarlierDelivery[]> =>
      runActivity(async () => {
        const { studio, taskId } = request;
        const audited = deliveriesIn((await readEntries?.(studio, taskId)) ?? []);
        const known = new Set(audited.map(deliveryIdentity));
        const recorded = (await roundsOfNewestRecord(request)).filter((round) => !known.has(deliveryIdentity(round)));
        return [...recorded, ...audited]
          .sort((one, other) => Date.parse(one.submittedAt) - Date.parse(other.submittedAt))
          .slice(-MAX_DELIVERIES);
      }),
  };
}

/** What the newest completed run delivered, if anything. */
async function roundsOfNewestRecord({
  workflowId,
  notRun,
}: {
  workflowId: string;
  notRun: string;
}): Promise<DeliveryRecord['rounds']> {
  const { client } = Context.current();
  const query = `WorkflowId = "${workflowId}" AND ExecutionStatus = "Completed"`;
  let seen = 0;
  for await (const { runId } of client.workflow.list({ query })) {
    if (runId === notRun) continue;
    if (++seen > MAX_RUNS) break;
    try {
      const handle = client.workflow.getHandle(workflowId, runId, { followRuns: false });
      const { rounds } = (await handle.result()) as DeliveryRecord;
      if (rounds.length > 0) return rounds;
    } catch (error) {
      log.debug('An earlier run has no record that can be read.', { runId, reason: String(error) });
    }
  }
  return [];
}
