import { Context, log } from '@temporalio/activity';

import type { DeliveryRecord } from '../../domain/delivery/delivery-record';
import { runActivity } from '../runtime/run-activity';

const MAX_RUNS = 10;

export function createRecordActivities() {
  return {
    /** Reads what the newest earlier run delivered, for a run that a late rejection has started. */
    readEarlierRecord: (request: {
      workflowId: string;
      /** Ids of the current runs, which have no record yet. */
      notRuns: readonly string[];
    }): Promise<Pick<DeliveryRecord, 'rounds'> | undefined> =>
      runActivity(async () => {
        const { client } = Context.current();
        const query = `WorkflowId = "${request.workflowId}" AND ExecutionStatus = "Completed"`;
        let seen = 0;
        for await (const { runId } of client.workflow.list({ query })) {
          if (request.notRuns.includes(runId)) continue;
          if (++seen > MAX_RUNS) break;
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
