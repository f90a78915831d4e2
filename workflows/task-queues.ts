/** The task queues and what each is limited by. */
export const taskQueues = {
  /** Workflows, and short work that calls nobody. */
  main: 'extpost',
  /** One Creative Force request an activity; only the process that holds the gateway lease takes them (`gatewayQueue`). */
  gateway: 'extpost-gateway',
  /** The gateway lease: every process that could take the gateway's queue stands by here (`leaseQueue`). */
  lease: 'extpost-gateway-lease',
  /** Celtra requests: few in parallel. */
  celtra: 'extpost-celtra',
  /** Downloads into the spool of whichever worker takes them. */
  transfer: 'extpost-transfer',
} as const;

/** The gateway's queue of one network address; without a name that of the only one. */
export function gatewayQueue(egress?: string): string {
  return ofEgress(taskQueues.gateway, egress);
}

/** The queue of the lease of one network address. */
export function leaseQueue(egress?: string): string {
  return ofEgress(taskQueues.lease, egress);
}

function ofEgress(queue: string, egress: string | undefined): string {
  return egress === undefined ? queue : `${queue}/${egress}`;
}

/** The queue of one worker's spool: only the process that holds the bytes can upload them. */
export function spoolQueue(spoolName: string): string {
  return `${taskQueues.transfer}/${spoolName}`;
}

/** The memo of a run that names the network address of its requests to the gateway; absent where there is only one. */
export const EGRESS_MEMO = 'egress';
