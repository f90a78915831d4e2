import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';

import { EXTERNAL_POST_TASK } from '../../workflows/external-post-task/messages/messages';
import { searchAttributes } from '../../workflows/search-attributes';
import { quoted } from '../tasks/list-tasks';

/** A count is believed for so long; what this receiver starts meanwhile is added. */
const COUNTED_FOR_MS = 2_000;

/** The running tasks of a studio that a webhook has started, and that Creative Force has not shown yet. */
export interface UnconfirmedTasks {
  /** Whether another one may be started. While Temporal does not count, the last count and what was started since decide. */
  readonly hasRoom: (studio: string) => Promise<boolean>;
  /** One more may have been started here. */
  readonly started: (studio: string) => void;
}

export interface UnconfirmedTasksOptions {
  readonly max: number;
  readonly count: (studio: string) => Promise<number>;
  readonly logger: Pick<Logger, 'warn'>;
  /** Milliseconds of a clock that never goes back. */
  readonly now?: () => number;
}

interface Known {
  readonly counted: number;
  readonly startedSince: number;
  readonly at: number;
}

/** Keeps a ceiling: ids that somebody has made up would otherwise become workflows without end. */
export function limitUnconfirmedTasks({
  max,
  count,
  logger,
  now = () => performance.now(),
}: UnconfirmedTasksOptions): UnconfirmedTasks {
  const known = new Map<string, Known>();
  const counting = new Map<string, Promise<void>>();
  const knownOf = (studio: string): Known => known.get(studio) ?? { counted: 0, startedSince: 0, at: -Infinity };

  async function recount(studio: string): Promise<void> {
    const before = knownOf(studio);
    const at = now();
    try {
      const counted = await count(studio);
      known.set(studio, { counted, startedSince: knownOf(studio).startedSince - before.startedSince, at });
    } catch (error) {
      known.set(studio, { ...knownOf(studio), at });
      logger.warn({ studio, err: error }, 'Temporal did not count the tasks that Creative Force has not shown yet.');
    }
  }

  return {
    hasRoom: async (studio) => {
      if (now() - knownOf(studio).at > COUNTED_FOR_MS) {
        const running = counting.get(studio) ?? recount(studio).finally(() => counting.delete(studio));
        counting.set(studio, running);
        await running;
      }
      const { counted, startedSince } = knownOf(studio);
      return counted + startedSince < max;
    },
    started: (studio) => {
      const before = knownOf(studio);
      known.set(studio, { ...before, startedSince: before.startedSince + 1 });
    },
  };
}

/** Asks Temporal's visibility, which may lag by a second or two. Throws when it does not answer in time. */
export function countUnconfirmedTasks(client: Client, timeoutMs: number): (studio: string) => Promise<number> {
  return async (studio) => {
    const query = [
      `WorkflowType = '${EXTERNAL_POST_TASK}'`,
      "ExecutionStatus = 'Running'",
      `${searchAttributes.studio.name} = ${quoted(studio)}`,
      `${searchAttributes.unconfirmed.name} IS NOT NULL`,
    ].join(' AND ');
    const { count } = await client.withDeadline(Date.now() + timeoutMs, () => client.workflow.count(query));
    return count;
  };
}
