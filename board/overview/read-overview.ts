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

/** Tasks that need somebody. */
export interface Waiting {
  readonly rows: readonly TaskSummary[];
  /** How many need somebody, also those that are not in `rows`. */
  readonly total: number;
}

/** How many tasks need nobody. */
export interface Counts {
  /** By stage; stages without any are left out. */
  readonly underWay: readonly { readonly stage: Stage; readonly count: number }[];
  /** Tasks that were delivered, or accepted, since midnight of this computer's time zone. */
  readonly deliveredToday: number;
}

const { stage, cause, studio, since } = searchAttributes;
const NEEDS_SOMEBODY = `(${stage.name} IN ('Needs attention', 'Rejected') OR ${cause.name} IS NOT NULL)`;

/** Reads what waits in some studios, or in all. Throws when Temporal does not answer. */
export async function readWaiting(client: Client, studios: readonly string[] | undefined): Promise<Waiting> {
  return listTasks(client, openTasks(studios, NEEDS_SOMEBODY), MAX_WAITING);
}

/** Counts the other tasks of some studios, or of all. Throws when Temporal does not answer. */
export async function readCounts(client: Client, studios: readonly string[] | undefined, now: number): Promise<Counts> {
  const count = async (query: string): Promise<number> =>
    (await client.withDeadline(Date.now() + WITHIN_MS, () => client.workflow.count(query))).count;
  const [deliveredToday, ...counts] = await Promise.all([
    count(deliveredSince(startOfDay(now), studios)),
    ...stagesUnderWay.map((name) =>
      count(openTasks(studios, `${stage.name} = ${quoted(name)}`, `${cause.name} IS NULL`)),
    ),
  ]);
  return {
    underWay: stagesUnderWay.flatMap((name, index) => {
      const found = counts[index] ?? 0;
      return found === 0 ? [] : [{ stage: name, count: found }];
    }),
    deliveredToday,
  };
}

function openTasks(studios: readonly string[] | undefined, ...conditions: readonly string[]): string {
  return listQuery({ query: [...conditions, ...ofStudios(studios)].join(' AND ') });
}

function ofStudios(studios: readonly string[] | undefined): readonly string[] {
  return studios === undefined ? [] : [studiosCondition(studio.name, studios)];
}

/** Tasks that came into such a stage since then, also those whose run has ended. */
function deliveredSince(at: number, studios: readonly string[] | undefined): string {
  return listQuery({
    all: true,
    query: [
      `${stage.name} IN ('Awaiting verdict', 'Done')`,
      `${since.name} >= ${quoted(new Date(at).toISOString())}`,
      ...ofStudios(studios),
    ].join(' AND '),
  });
}
