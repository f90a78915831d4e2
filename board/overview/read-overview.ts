import type { Client } from '@temporalio/client';

import { listQuery, listTasks, quoted, type TaskSummary } from '../../starters';
import type { Stage } from '../../domain/task/task-status';
import { searchAttributes } from '../../workflows/search-attributes';
import { studiosCondition } from '../tasks/tasks-page';
import { startOfDay } from '../shared/times';

const WITHIN_MS = 15_000;
/** More than anybody reads; the counts still tell of all. */
const MAX_WAITING = 5_000;

/** Stages in which a task that needs nobody is under way. */
const stagesUnderWay = ['Brief', 'Start', 'Export', 'Deliver', 'Submit', 'Awaiting verdict'] as const satisfies Stage[];

/** What Temporal's visibility knows of all tasks of some studios. */
export interface Overview {
  /** Tasks that need somebody. */
  readonly waiting: readonly TaskSummary[];
  /** How many need somebody, also those that are not in `waiting`. */
  readonly waitingTotal: number;
  /** How many are under way, by stage; stages without any are left out. */
  readonly underWay: readonly { readonly stage: Stage; readonly count: number }[];
  /** Tasks that were delivered, or accepted, since midnight of this computer's time zone. */
  readonly deliveredToday: number;
}

const { stage, cause, studio, since } = searchAttributes;
const NEEDS_SOMEBODY = `(${stage.name} IN ('Needs attention', 'Rejected') OR ${cause.name} IS NOT NULL)`;

/** Reads the overview of some studios, or of all. Throws when Temporal does not answer. */
export async function readOverview(
  client: Client,
  studios: readonly string[] | undefined,
  now: number,
): Promise<Overview> {
  const ofStudios = studios === undefined ? [] : [studiosCondition(studio.name, studios)];
  const count = async (query: string): Promise<number> =>
    (await client.withDeadline(Date.now() + WITHIN_MS, () => client.workflow.count(query))).count;
  const which = (...conditions: readonly string[]): string =>
    listQuery({ query: [...conditions, ...ofStudios].join(' AND ') });
  const [waiting, deliveredToday, ...counts] = await Promise.all([
    listTasks(client, which(NEEDS_SOMEBODY), MAX_WAITING),
    count(deliveredSince(startOfDay(now), ofStudios)),
    ...stagesUnderWay.map((name) => count(which(`${stage.name} = ${quoted(name)}`, `${cause.name} IS NULL`))),
  ]);
  return {
    waiting: waiting.rows,
    waitingTotal: waiting.total,
    underWay: stagesUnderWay.flatMap((name, index) => {
      const found = counts[index] ?? 0;
      return found === 0 ? [] : [{ stage: name, count: found }];
    }),
    deliveredToday,
  };
}

/** Tasks that came into such a stage since then, also those whose run has ended. */
function deliveredSince(at: number, ofStudios: readonly string[]): string {
  return listQuery({
    all: true,
    query: [
      `${stage.name} IN ('Awaiting verdict', 'Done')`,
      `${since.name} >= ${quoted(new Date(at).toISOString())}`,
      ...ofStudios,
    ].join(' AND '),
  });
}
