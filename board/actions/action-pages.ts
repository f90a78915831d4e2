import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { recipesToUse } from '../../domain/operator/decisions';
import { possibleActions } from '../../domain/operator/possible-actions';
import { taskAddress } from '../../domain/task/board-address';
import { taskWorkflowId } from '../../domain/task/workflow-id';
import { describeTask, statusIfAnswered, type TaskSummary } from '../../starters';
import type { OperatorRequest } from '../../workflows/external-post-task/messages/messages';
import type { BoardOptions } from '../board-options';
import { notFound } from '../not-found';
import type { TypedFields } from '../login/sessions';
import { type PlanView, planView } from '../recipes/plan-view';
import { type RecipePlanner, unlessTooMuch } from '../recipes/recipe-planner';
import type { Viewer } from '../viewer';
import { consequences } from './consequences';
import { actionValue, type ChosenAction, needsAsking, parseAction, withTyped } from './chosen-action';
import { performAction } from './perform-action';

const MAX_TYPED = 2_000;

/** A route of one task. */
export interface TaskRoute {
  Params: { readonly studio: string; readonly taskId: string };
}

/** What a form has sent. */
export type Fields = Readonly<Record<string, unknown>>;

/**
 * `POST /tasks/<studio>/<task>/actions`: does what a button of the task's page says, and leads back to that page, which shows the answer and
 * the state after it. What cannot be taken back is asked about first.
 */
export function registerActions(
  server: FastifyInstance,
  options: BoardOptions & { readonly recipePlanner: RecipePlanner },
): void {
  const { config, temporal, pictures, savedTasks, recipePlanner, logger } = options;
  const { client } = temporal;

  server.post<TaskRoute>('/tasks/:studio/:taskId/actions', async (request, reply) => {
    const fields = (request.body ?? {}) as Fields;
    const typed = typedFields(fields);
    const parsed = parseAction(fields['action']);
    const chosen = parsed && withTyped(parsed, typed);
    const task = await describeTask(client, taskWorkflowId(request.params));
    if (task === undefined) return notFound(reply);
    if (chosen === undefined)
      return answer(reply, task, { text: 'not done: the form named no action.', hasTakenEffect: false });
    if (needsAsking(chosen) && fields['confirmed'] !== 'yes') return ask(request, reply, task, chosen);
    const result = await performAction(client, task, chosen, operatorRequest(request.viewer, fields));
    const { studio, taskId } = task;
    logger.info(
      { studio, taskId, action: chosen.kind, viewer: request.viewer.name, effect: result.hasTakenEffect },
      'action on the board',
    );
    return answer(reply, task, result, { typed });
  });

  async function ask(
    request: FastifyRequest<TaskRoute>,
    reply: FastifyReply,
    task: TaskSummary,
    chosen: ChosenAction,
  ): Promise<FastifyReply> {
    const status = await statusIfAnswered(client, task);
    const value = JSON.stringify(chosen);
    const recipes = chosen.recipe === undefined ? [] : [chosen.recipe];
    // While no worker answers, a task can still be stopped.
    const possible = possibleActions(task, status ?? { stage: 'Brief' }, { recipes });
    const fields = request.body as Fields;
    return reply.page('ask', {
      nav: 'tasks',
      title: possible.find((action) => actionValue(action) === value)?.title ?? chosen.kind,
      taskTitle: task.title ?? task.product ?? task.taskId,
      consequences: consequences(chosen, status),
      ...(chosen.recipe !== undefined && (await planWith(task, chosen.recipe))),
      address: taskAddress(task),
      value,
      revision: textOf(fields['revision']) ?? '',
      reason: textOf(fields['reason']) ?? '',
    });
  }

  /** The plan that would follow from another recipe; or a sentence that says why it is not known. */
  async function planWith(
    task: TaskSummary,
    recipe: string,
  ): Promise<{ readonly plan: PlanView } | { readonly whyNoPlan: string }> {
    const [saved, kept] = await Promise.all([savedTasks(task), pictures.list(task)]);
    if (saved === undefined) return { whyNoPlan: 'No worker has read yet what the task wants.' };
    const recipes = recipesToUse(config.studios[task.studio]?.recipes ?? [], { recipe });
    const plan = await unlessTooMuch(recipePlanner.plan(task.studio, saved, recipes));
    return 'fault' in plan ? { whyNoPlan: plan.fault } : { plan: planView(task, plan, kept) };
  }
}

/** Who acts, why, and what they had seen. */
export function operatorRequest({ name, identity }: Viewer, fields: Fields): OperatorRequest {
  const revision = Number(textOf(fields['revision']) ?? Number.NaN);
  const reason = textOf(fields['reason'])?.slice(0, MAX_TYPED);
  return {
    by: name,
    ...(identity !== undefined && { identity }),
    ...(reason !== undefined && { reason }),
    ...(Number.isSafeInteger(revision) && { expectedRevision: revision }),
  };
}

/** Back to the task with the answer on top of its page; what was refused goes back to its form, with what was typed. */
export function answer(
  reply: FastifyReply,
  task: Pick<TaskSummary, 'studio' | 'taskId'>,
  { text, hasTakenEffect }: { readonly text: string; readonly hasTakenEffect: boolean },
  { typed, formAddress }: { readonly typed?: TypedFields; readonly formAddress?: string } = {},
): FastifyReply {
  reply.request.session.flash = {
    text: text.charAt(0).toUpperCase() + text.slice(1),
    isBad: !hasTakenEffect,
    ...(!hasTakenEffect && { typed }),
  };
  return reply.redirect(hasTakenEffect ? taskAddress(task) : (formAddress ?? taskAddress(task)), 303);
}

/** What somebody has typed into a form of actions. */
export function typedFields(fields: Fields): TypedFields {
  const field = (name: string): string => (textOf(fields[name]) ?? '').slice(0, MAX_TYPED);
  return { reason: field('reason'), expected: field('expected'), outputId: field('outputId') };
}

/** A field that is filled in. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}
