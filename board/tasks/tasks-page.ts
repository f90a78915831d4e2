import type { FastifyInstance } from 'fastify';

import { causeInWords } from '../../domain/operator/cause-words';
import { attentionCauses, stages } from '../../domain/task/task-status';
import { listQuery, listTasks, quoted, shortId, stageText, type TaskSummary } from '../../starters';
import { searchAttributes } from '../../workflows/search-attributes';
import type { BoardOptions } from '../board-options';
import { coverAddress, taskAddress } from '../../domain/task/board-address';
import { filterText } from '../shared/filter-text';
import { shownTime } from '../shared/times';

const MAX_ROWS = 200;
/** Shorter beginnings of an id would too often fit by chance. */
const MIN_ID_PREFIX = 4;

interface TasksFilter {
  /** A product code, or the beginning of a task's id. */
  readonly search?: string | undefined;
  readonly stage?: string | undefined;
  readonly cause?: string | undefined;
  readonly all: boolean;
}

/** The page of all tasks, newest first: also those that need nobody, and those that have ended. */
export function registerTasks(server: FastifyInstance, { temporal }: BoardOptions): void {
  server.get<{ Querystring: Readonly<Record<string, unknown>> }>('/tasks', async ({ query, viewer }, reply) => {
    const filter: TasksFilter = {
      search: filterText(query['search']),
      stage: filterText(query['stage']),
      cause: filterText(query['cause']),
      all: query['all'] === 'yes',
    };
    const { rows, total } = await listTasks(temporal.client, tasksQuery(filter, viewer.studios), MAX_ROWS);
    const now = Date.now();
    return reply.page('tasks', {
      title: 'All tasks',
      nav: 'tasks',
      rows: rows.map((row) => taskRow(row, now)),
      total,
      filter: { ...filter, search: filter.search ?? '' },
      stages: stages.map((stage) => ({ value: stage, text: stage, isChosen: stage === filter.stage })),
      causes: attentionCauses.map((cause) => ({
        value: cause,
        text: causeInWords(cause),
        isChosen: cause === filter.cause,
      })),
    });
  });
}

/** Temporal's list filter for these tasks of the studios that the viewer sees. */
export function tasksQuery({ search, stage, cause, all }: TasksFilter, studios: readonly string[] | undefined): string {
  const { product, taskId, studio } = searchAttributes;
  const ways =
    search === undefined
      ? []
      : [
          `${product.name} = ${quoted(search)}`,
          ...(search.length >= MIN_ID_PREFIX ? [`${taskId.name} STARTS_WITH ${quoted(search.toLowerCase())}`] : []),
        ];
  const conditions = [
    ...(ways.length === 0 ? [] : [`(${ways.join(' OR ')})`]),
    ...(stage === undefined ? [] : [`${searchAttributes.stage.name} = ${quoted(stage)}`]),
    ...(cause === undefined ? [] : [`${searchAttributes.cause.name} = ${quoted(cause)}`]),
    ...(studios === undefined ? [] : [studiosCondition(studio.name, studios)]),
  ];
  return listQuery({ all: all || search !== undefined, query: conditions.join(' AND ') });
}

/** Holds for tasks of these studios; for none when the list is empty. */
export function studiosCondition(attribute: string, studios: readonly string[]): string {
  return `${attribute} IN (${['', ...studios].map(quoted).join(', ')})`;
}

function taskRow(row: TaskSummary, now: number) {
  const { studio, taskId, title, product, flavour = '', cause, round, stageSince, due } = row;
  return {
    address: taskAddress(row),
    picture: coverAddress(row),
    title: title ?? product ?? shortId(taskId),
    studio,
    flavour,
    round,
    stage: stageText(row),
    why: cause === undefined ? '' : causeInWords(cause),
    since: shownTime(Date.parse(stageSince), now),
    ...(due !== undefined && { due: shownTime(Date.parse(due), now) }),
  };
}
