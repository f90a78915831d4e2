/** The task queues and what each is limited by. */
export const taskQueues = {
  /** Workflows, and short work that calls nobody. */
  main: 'extpost',
  /** One Creative Force request an activity; only the process that holds the gateway lease takes them. */
  gateway: 'extpost-gateway',
  /** The gateway lease: every process that could take the gateway's queue stands by here. */
  lease: 'extpost-gateway-lease',
  /** Celtra requests: few in parallel. */
  celtra: 'extpost-celtra',
  /** Downloads into the spool of whichever worker takes them. */
  transfer: 'extpost-transfer',
} as const;

/** The queue of one worker's spool: only the process that holds the bytes can upload them. */
export function spoolQueue(spoolName: string): string {
  return `${taskQueues.transfer}/${spoolName}`;
}
