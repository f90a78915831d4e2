import type { FastifyInstance, FastifyReply } from 'fastify';
import { stringify } from 'yaml';

import type { Recipe } from '../../domain/recipe/recipe';
import { forEachInParallel } from '../../domain/shared/for-each-in-parallel';
import { listQuery, listTasks } from '../../starters';
import type { BoardOptions } from '../board-options';
import type { TaskParams } from '../task/task-page';
import { taskAddress } from '../../domain/task/board-address';
import { seesStudio, type Viewer } from '../viewer';
import { readDraft } from './draft-recipes';
import { planView } from './plan-view';
import { PLAN_WITHIN_MS, type RecipePlanner, unlessTooMuch } from './recipe-planner';

const MAX_DRAFT_BYTES = 256 * 1024;
/** What a task's id is made of: it becomes a part of a key of the storage. */
const TASK_ID = /^[0-9A-Za-z-]{1,64}$/;
const MAX_TASKS = 50;
const READ_AT_ONCE = 8;

interface DraftForm {
  readonly studio?: string;
  readonly recipes?: string;
  readonly task?: string;
}

/** The plan of a task, and recipes that are tried against open tasks. Nothing is saved, and nothing is asked outside. */
export function registerRecipes(
  server: FastifyInstance,
  { temporal, config, pictures, savedTasks, recipePlanner }: BoardOptions & { readonly recipePlanner: RecipePlanner },
): void {
  server.get<{ Params: TaskParams }>('/tasks/:studio/:taskId/plan', async ({ params }, reply) =>
    showPlan(reply, params),
  );

  server.get<{ Querystring: { studio?: string } }>('/recipes', async ({ query, viewer }, reply) => {
    const studio = studioOf(viewer, query.studio);
    const text = studio === undefined ? '' : stringify(recipesOf(studio), { lineWidth: 120 });
    return showForm(reply, viewer, { studio, text });
  });

  server.post<{ Body: DraftForm | undefined }>(
    '/recipes',
    { bodyLimit: MAX_DRAFT_BYTES, config: { needs: 'look' } },
    async ({ body, viewer }, reply) => {
      const { recipes: text = '', task } = body ?? {};
      const studio = studioOf(viewer, body?.studio);
      if (studio === undefined) return showForm(reply, viewer, { studio, text });
      const draft = await readDraft(text);
      if ('faults' in draft) return showForm(reply, viewer, { studio, text, faults: draft.faults });
      if (task !== undefined && !TASK_ID.test(task)) return notPlannedYet(reply, { studio, taskId: 'unknown' });
      if (task !== undefined) return showPlan(reply, { studio, taskId: task }, draft.recipes);
      const tried = await unlessTooMuch(tryDraft(studio, draft.recipes));
      if ('fault' in tried) return showForm(reply, viewer, { studio, text, faults: [tried.fault] });
      return showForm(reply, viewer, { studio, text, tried });
    },
  );

  server.post<{ Body: DraftForm | undefined }>(
    '/recipes/download',
    { bodyLimit: MAX_DRAFT_BYTES, config: { needs: 'look' } },
    async ({ body }, reply) =>
      reply
        .type('application/yaml; charset=utf-8')
        .header('content-disposition', 'attachment; filename="recipes.yaml"')
        .send(body?.recipes ?? ''),
  );

  function recipesOf(studio: string): readonly Recipe[] {
    return config.studios[studio]?.recipes ?? [];
  }

  function studiosOf(viewer: Viewer): readonly string[] {
    return Object.keys(config.studios).filter((studio) => seesStudio(viewer, studio));
  }

  /** The studio that is asked for, or the first that this viewer sees. */
  function studioOf(viewer: Viewer, asked: string | undefined): string | undefined {
    const seen = studiosOf(viewer);
    return seen.find((studio) => studio === asked) ?? (asked === undefined ? seen[0] : undefined);
  }

  async function showForm(
    reply: FastifyReply,
    viewer: Viewer,
    shown: {
      readonly studio: string | undefined;
      readonly text: string;
      readonly faults?: readonly string[];
      readonly tried?: Awaited<ReturnType<typeof tryDraft>>;
    },
  ): Promise<FastifyReply> {
    return reply.page('recipes', {
      title: 'Try a recipe',
      nav: 'recipes',
      studios: studiosOf(viewer),
      faults: [],
      ...shown,
    });
  }

  /** The plan that a task has, or would have with the recipes of a draft. */
  async function showPlan(reply: FastifyReply, task: TaskParams, draft?: readonly Recipe[]): Promise<FastifyReply> {
    const [saved, kept] = await Promise.all([savedTasks(task), pictures.list(task)]);
    if (saved === undefined) return notPlannedYet(reply, task);
    const plan = await unlessTooMuch(recipePlanner.plan(task.studio, saved, draft ?? recipesOf(task.studio)));
    if ('fault' in plan) return reply.code(422).page('message', { title: 'Not possible', sentence: plan.fault });
    const shown = planView(task, plan, kept);
    const isDraft = draft !== undefined;
    return reply.page('plan', {
      nav: isDraft ? 'recipes' : 'tasks',
      title: `Plan of ${shown.title}`,
      plan: shown,
      isDraft,
    });
  }

  /** What the draft would change in the newest open tasks of a studio. */
  async function tryDraft(studio: string, recipes: readonly Recipe[]) {
    const { rows, total } = await listTasks(temporal.client, listQuery({ studio }), MAX_TASKS);
    const signal = AbortSignal.timeout(PLAN_WITHIN_MS);
    const results = new Map<string, Awaited<ReturnType<typeof triedTask>>>();
    await forEachInParallel(READ_AT_ONCE, rows.values(), async (row) => {
      const saved = await savedTasks(row);
      if (saved !== undefined)
        results.set(row.taskId, await triedTask({ studio, taskId: row.taskId }, saved, recipes, signal));
    });
    return {
      tasks: rows.flatMap(({ taskId }) => results.get(taskId) ?? []),
      notPlanned: rows.length - results.size,
      notTried: total - rows.length,
    };
  }

  async function triedTask(
    task: TaskParams,
    saved: NonNullable<Awaited<ReturnType<BoardOptions['savedTasks']>>>,
    after: readonly Recipe[],
    signal: AbortSignal,
  ) {
    const before = recipesOf(task.studio);
    const compared = await recipePlanner.compare(task.studio, saved, { before, after }, signal);
    return { taskId: task.taskId, address: taskAddress(task), ...compared };
  }
}

function notPlannedYet(reply: FastifyReply, task: TaskParams): Promise<FastifyReply> {
  return reply.code(404).page('message', {
    title: 'Not planned yet',
    sentence: `No worker has read task ${task.taskId} recently. Its plan appears as soon as one has.`,
  });
}
