import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';

import { EXTERNAL_POST_TASK } from '../../workflows/external-post-task/messages/messages';
import { searchAttributes } from '../../workflows/search-attributes';
import { quoted } from '../tasks/list-tasks';

/** A count is believed for so long; what this receiver starts meanwhile is added. */
const COUNTED_FOR_MS = 2_000;
/** So many begin at once; of a studio that has more, they begin one after the other. */
const BEGIN_AT_ONCE = 30;
/** The sweep wakes a listed task before that. */
const LONGEST_DELAY_MS = 10 * 60_000;

/** The running tasks of a studio that a webhook has started, and that Creative Force has not shown yet. */
export interface UnconfirmedTasks {
  /**
   * Takes a place for another one, if there is one. While Temporal does not count, the last count and what has taken a place since decide:
   * Temporal does not tell whether an event has started one more, but the next count does.
   */
  readonly take: (studio: string) => Promise<Place>;
}

export interface Place {
  readonly mayStart: boolean;
  /** Milliseconds after which it may begin; it is in Temporal at once. */
  readonly startDelayMs: number;
}

export interface UnconfirmedTasksOptions {
  readonly max: number;
  /** How many of a studio begin in a second, when there are many. */
  readonly beginPerSecond: number;
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

/** Keeps a ceiling and a pace: ids that somebody has made up would otherwise become workflows without end, and all at once. */
export function limitUnconfirmedTasks({
  max,
  beginPerSecond,
  count,
  logger,
  now = () => performance.now(),
}: UnconfirmedTasksOptions): UnconfirmedTasks {
  const known = new Map<string, Known>();
  const counting = new Map<string, Promise<void>>();
  const nextTurns = new Map<string, number>();
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

  function delayOf(studio: string): number {
    const at = now();
    const turn = Math.max(at, nextTurns.get(studio) ?? at);
    nextTurns.set(studio, Math.min(turn + 1_000 / beginPerSecond, at + LONGEST_DELAY_MS));
    return turn - at;
  }

  return {
    take: async (studio) => {
      if (now() - knownOf(studio).at > COUNTED_FOR_MS) {
        const running = counting.get(studio) ?? recount(studio).finally(() => counting.delete(studio));
        counting.set(studio, running);
        await running;
      }
      const before = knownOf(studio);
      const all = before.counted + before.startedSince;
      if (all >= max) return { mayStart: false, startDelayMs: 0 };
      known.set(studio, { ...before, startedSince: before.startedSince + 1 });
      return { mayStart: true, startDelayMs: all < BEGIN_AT_ONCE ? 0 : delayOf(studio) };
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
