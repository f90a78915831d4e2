/** The task queues and what each is limited by. */
export const taskQueues = {
  /** Workflows, and short work that calls nobody. */
  main: 'extpost',
  /** One Creative Force request an activity; the rate is the server's, so it holds across workers. */
  gateway: 'extpost-gateway',
  /** Celtra requests: few in parallel. */
  celtra: 'extpost-celtra',
  /** Downloads into the spool of whichever worker takes them. */
  transfer: 'extpost-transfer',
} as const;

/** The queue of one worker's spool: only the process that holds the bytes can upload them. */
export function spoolQueue(spoolName: string): string {
  return `${taskQueues.transfer}/${spoolName}`;
}
