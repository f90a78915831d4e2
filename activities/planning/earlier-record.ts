import { Context, log } from '@temporalio/activity';

import type { DeliveryRecord } from '../../domain/delivery/delivery-record';
import { runActivity } from '../runtime/run-activity';

/** Most earlier runs of one task that are looked at for a record. */
const MOST_RUNS = 10;

/** What an earlier run of the same task left: a rejection that comes late begins a new run, which needs to know. */
export function createRecordActivities() {
  return {
    /** The record of the newest run that ended with one; `undefined` when no run is known to have delivered anything. */
    readEarlierRecord: (request: {
      workflowId: string;
      /** Runs of today, which have no record yet. */
      notRuns: readonly string[];
    }): Promise<Pick<DeliveryRecord, 'rounds'> | undefined> =>
      runActivity(async () => {
        const { client } = Context.current();
        const query = `WorkflowId = "${request.workflowId}" AND ExecutionStatus = "Completed"`;
        let seen = 0;
        for await (const { runId } of client.workflow.list({ query })) {
          if (request.notRuns.includes(runId)) continue;
          if (++seen > MOST_RUNS) break;
          try {
            const handle = client.workflow.getHandle(request.workflowId, runId, { followRuns: false });
            const { rounds } = (await handle.result()) as DeliveryRecord;
            if (rounds.length > 0) return { rounds };
          } catch (error) {
            log.debug('An earlier run has no record that can be read.', { runId, reason: String(error) });
          }
        }
        return undefined;
      }),
  };
}
