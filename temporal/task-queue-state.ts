import type { Client } from '@temporalio/client';
import { temporal } from '@temporalio/proto';

const { TASK_QUEUE_TYPE_WORKFLOW, TASK_QUEUE_TYPE_ACTIVITY } = temporal.api.enums.v1.TaskQueueType;
const types = { workflow: TASK_QUEUE_TYPE_WORKFLOW, activity: TASK_QUEUE_TYPE_ACTIVITY } as const;

/** A worker that is free polls at least once a minute. Temporal lists one that has ended for five minutes. */
export const POLLS_WITHIN_MS = 75_000;

export interface Poller {
  /** As the worker names itself: its process and host, and what else it says. */
  readonly identity: string;
  /** Unix milliseconds. */
  readonly polledAt: number;
}

export interface TaskQueueState {
  /** Also workers that have ended within the last five minutes. */
  readonly pollers: readonly Poller[];
  /** Tasks that wait for a worker. */
  readonly backlog: number;
  /** Tasks that workers took in the last moments, per second. */
  readonly perSecond: number;
}

/** Who polls a task queue, and how busy it is. Throws when Temporal does not answer. */
export async function readTaskQueue(
  client: Pick<Client, 'workflowService'>,
  { namespace, queue, type }: { readonly namespace: string; readonly queue: string; readonly type: keyof typeof types },
): Promise<TaskQueueState> {
  const { pollers, stats } = await client.workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: queue },
    taskQueueType: types[type],
    reportStats: true,
  });
  return {
    pollers: pollers.map(({ identity, lastAccessTime }) => ({
      identity: identity ?? '',
      polledAt: Number(lastAccessTime?.seconds ?? 0) * 1000 + (lastAccessTime?.nanos ?? 0) / 1e6,
    })),
    backlog: Number(stats?.approximateBacklogCount ?? 0),
    perSecond: stats?.tasksDispatchRate ?? 0,
  };
}

/**
 * The identities of the workers of each of these task queues, the latest first. A worker that has all the work that it can do does not poll
 * that queue for as long; it counts while it polls another one of them.
 */
export function activePollers(states: readonly Pick<TaskQueueState, 'pollers'>[], now = Date.now()): string[][] {
  const isRecent = ({ polledAt }: Poller): boolean => now - polledAt < POLLS_WITHIN_MS;
  const alive = new Set(states.flatMap(({ pollers }) => pollers.filter(isRecent).map(({ identity }) => identity)));
  return states.map(({ pollers }) => {
    const active = pollers.filter(({ identity }) => alive.has(identity));
    return [...new Set(active.toSorted((one, other) => other.polledAt - one.polledAt).map(({ identity }) => identity))];
  });
}
