import { sleep } from '@temporalio/workflow';

import { leaseActivity } from '../activity-options';

export interface GatewayLeaseInput {
  readonly afterMs: number;
  readonly egress?: string | undefined;
}

/**
 * Makes exactly one process send requests to Creative Force’s gateway, which counts them for each network address: the activity
 * runs in one process at a time, and the server gives it to the next when that one stops or misses its heartbeats. It never ends.
 * `egress`: the name of the address, where there are several.
 * `afterMs`: how long the holder of a run that somebody has ended may still send; milliseconds.
 */
export async function gatewayLease({ afterMs, egress }: GatewayLeaseInput): Promise<void> {
  if (afterMs > 0) await sleep(afterMs, { summary: 'Wait until the previous worker has stopped sending' });
  await leaseActivity(egress).holdGateway();
}
