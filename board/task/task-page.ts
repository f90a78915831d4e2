import type { FastifyInstance, FastifyRequest } from 'fastify';

import { taskWorkflowId } from '../../domain/task/workflow-id';
import { describeTask, historyLines, statusIfAnswered, readTaskHistory, type TaskSummary } from '../../starters';
import { actionsView } from '../actions/actions-view';
import type { BoardOptions } from '../board-options';
import { notFound } from '../not-found';
import { compareView } from './compare-view';
import { readTask } from './read-task-page';
import { storyView } from './story-view';
import { taskFingerprint, taskView } from './task-view';

export interface TaskParams {
  readonly studio: string;
  readonly taskId: string;
}

/** The pages of one task: what it is about, its story, and two rounds compared. */
export function registerTask(server: FastifyInstance, { config, temporal, pictures }: BoardOptions): void {
  const { client } = temporal;

  server.get<{ Params: TaskParams }>('/tasks/:studio/:taskId', async (request, reply) => {
    const summary = await findSummary(request);
    if (summary === undefined) return notFound(reply);
    const reading = await readTask(client, pictures, summary);
    const recipes = config.studios[summary.studio]?.recipes.map(({ name }) => name);
    const actions = actionsView({ ...reading, viewer: request.viewer, recipes });
    return reply.page('task', { nav: 'tasks', actions, ...taskView(reading, Date.now()) });
  });

  server.get<{ Params: TaskParams; Querystring: { seen?: string } }>(
    '/tasks/:studio/:taskId/news',
    async (request, reply) => {
      const summary = await findSummary(request);
      if (summary === undefined) return notFound(reply);
      const status = await statusIfAnswered(client, summary);
      if (taskFingerprint({ summary, status }) === request.query.seen) return reply.code(204).send();
      return reply.page('task-news', { stage: summary.stage ?? '', task: request.params });
    },
  );

  server.get<{ Params: TaskParams }>('/tasks/:studio/:taskId/story', async (request, reply) => {
    const summary = await findSummary(request);
    if (summary === undefined) return notFound(reply);
    const lines = historyLines(await readTaskHistory(client, summary));
    const isFragment = request.headers['hx-request'] === 'true';
    return reply.page(isFragment ? 'story-lines' : 'story', {
      nav: 'tasks',
      title: `Story of ${summary.title ?? summary.taskId}`,
      task: request.params,
      ...storyView(lines, Date.now()),
    });
  });

  server.get<{ Params: TaskParams; Querystring: Readonly<Record<string, unknown>> }>(
    '/tasks/:studio/:taskId/compare',
    async (request, reply) => {
      const summary = await findSummary(request);
      if (summary === undefined) return notFound(reply);
      const view = taskView(await readTask(client, pictures, summary), Date.now());
      const compared = compareView(view, request.query);
      return compared === undefined ? notFound(reply) : reply.page('compare', { nav: 'tasks', ...compared });
    },
  );

  async function findSummary({ params }: FastifyRequest<{ Params: TaskParams }>): Promise<TaskSummary | undefined> {
    return describeTask(client, taskWorkflowId(params));
  }
}
