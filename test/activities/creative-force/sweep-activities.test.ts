import { CancelledFailure } from '@temporalio/common';

import { createSweepActivities, pageOrRefusal } from '../../../activities/creative-force/sweep-activities';
import type { ListedTask } from '../../../clients';
import { RemoteCallError } from '../../../clients/remote-call-error';
import type { SweepDecision } from '../../../domain/sweep/sweep';
import type { TaskReference } from '../../../domain/task/task';
import { anActivity, reportsOf, run, studiosWith } from '../activity-harness';

const row = (taskId: string): ListedTask => ({
  taskId,
  contentCreationType: 'editorial',
  status: 'to do',
  statusText: 'To Do',
});
const rows = [row('task-1'), row('task-2'), row('task-3')];

const notifyUnlisted = () => Promise.resolve({ unlisted: [], notified: [] });

/** The activity with a fake Temporal that decides as configured; `asked` are the tasks that it was called for. */
function sweepDeciding(decide: (taskId: string) => SweepDecision['action'], workspaces?: readonly string[]) {
  const asked: TaskReference[] = [];
  return {
    asked,
    ...createSweepActivities(
      {
        ensureRunning: (task) => {
          asked.push(task);
          return Promise.resolve({ action: decide(task.taskId), reason: 'as decided', workflowId: task.taskId });
        },
        notifyUnlisted,
      },
      studiosWith({ workspaces }),
    ),
  };
}

describe('the sweep', () => {
  it('says what it started and what it signalled', async () => {
    const decisions: Record<string, 'start' | 'signal'> = { 'task-1': 'start', 'task-2': 'signal' };
    const { ensureTasksRun } = sweepDeciding((taskId) => decisions[taskId] ?? 'leave');
    await expect(run(ensureTasksRun, { studio: 'acme', rows, notified: [] })).resolves.toEqual({
      started: ['task-1'],
      signalled: ['task-2'],
      found: [],
      notified: [],
    });
  });

  it('notes what a person has terminated', async () => {
    const terminated = { run: 'run-1', at: '2026-11-04T09:00:00.000Z' };
    const noted: unknown[] = [];
    const { ensureTasksRun } = createSweepActivities(
      {
        ensureRunning: ({ taskId }) =>
          Promise.resolve({ action: 'leave', reason: 'a person terminated it', workflowId: taskId, terminated }),
        notifyUnlisted,
      },
      studiosWith({}),
      (task, how) => {
        noted.push([task.taskId, how]);
        return Promise.resolve();
      },
    );
    await run(ensureTasksRun, { studio: 'acme', rows: rows.slice(0, 1), notified: [] });
    expect(noted).toEqual([['task-1', terminated]]);
  });

  it('distinguishes what no webhook had brought, and remembers what it reported', async () => {
    const { ensureTasksRun } = createSweepActivities(
      {
        ensureRunning: ({ taskId }) =>
          Promise.resolve(
            taskId === 'task-1'
              ? { action: 'start', reason: 'as decided', workflowId: taskId, isFound: true }
              : { action: 'signal', reason: 'as decided', workflowId: taskId, eventId: `notified-${taskId}` },
          ),
        notifyUnlisted,
      },
      studiosWith({}),
    );
    await expect(run(ensureTasksRun, { studio: 'acme', rows: rows.slice(0, 2), notified: [] })).resolves.toMatchObject({
      found: ['task-1'],
      notified: ['notified-task-2'],
    });
  });

  it('passes on what an earlier sweep has reported', async () => {
    const seen: (ReadonlySet<string> | undefined)[] = [];
    const { ensureTasksRun } = createSweepActivities(
      {
        ensureRunning: ({ taskId }, _row, { notified } = {}) => {
          seen.push(notified);
          return Promise.resolve({ action: 'leave', reason: 'as decided', workflowId: taskId });
        },
        notifyUnlisted,
      },
      studiosWith({}),
    );
    await run(ensureTasksRun, { studio: 'acme', rows: [row('task-1')], notified: ['event-1'] });
    expect(seen).toEqual([new Set(['event-1'])]);
  });

  it('names each task with its studio and type', async () => {
    const { asked, ensureTasksRun } = sweepDeciding(() => 'leave');
    await run(ensureTasksRun, { studio: 'acme', rows: [row('task-1')], notified: [] });
    expect(asked).toEqual([{ studio: 'acme', taskId: 'task-1', contentCreationType: 'editorial' }]);
  });

  it('leaves tasks of workspaces that are not served alone, and those that do not say theirs', async () => {
    const { asked, ensureTasksRun } = sweepDeciding(() => 'leave', ['workspace-1']);
    const listed = [
      { ...row('task-1'), workspaceId: 'workspace-1' },
      { ...row('task-2'), workspaceId: 'workspace-2' },
      row('task-3'),
    ];
    await run(ensureTasksRun, { studio: 'acme', rows: listed, notified: [] });
    expect(asked.map(({ taskId }) => taskId)).toEqual(['task-1']);
  });

  it('reports where it is', async () => {
    const { ensureTasksRun } = sweepDeciding(() => 'leave');
    const environment = anActivity();
    const reports = reportsOf(environment);
    await run(ensureTasksRun, { studio: 'acme', rows, notified: [] }, environment);
    expect(reports).toEqual(rows.map(({ taskId }) => ({ taskId })));
  });

  it('stops between two tasks when it is cancelled', async () => {
    const environment = anActivity();
    const { asked, ensureTasksRun } = sweepDeciding((taskId) => {
      if (taskId === 'task-2') environment.cancel();
      return 'leave';
    });
    await expect(run(ensureTasksRun, { studio: 'acme', rows, notified: [] }, environment)).rejects.toBeInstanceOf(
      CancelledFailure,
    );
    expect(asked.map(({ taskId }) => taskId)).toEqual(['task-1', 'task-2']);
  });

  it('fails when Temporal does not answer', async () => {
    const { ensureTasksRun } = createSweepActivities(
      { ensureRunning: () => Promise.reject(new Error('UNAVAILABLE')), notifyUnlisted },
      studiosWith({}),
    );
    await expect(run(ensureTasksRun, { studio: 'acme', rows, notified: [] })).rejects.toThrow('UNAVAILABLE');
  });
});

describe('a page of the listing', () => {
  const refused = (kind: 'forbidden' | 'unauthorized', code?: string) =>
    new RemoteCallError('refused', {
      system: 'Creative Force',
      endpoint: 'GET /extpost/tasks',
      kind,
      code,
      mayHaveActed: false,
    });

  it('that may not be read is no failure, and says which endpoint it was', async () => {
    await expect(pageOrRefusal(Promise.reject(refused('forbidden', 'PER-3')))).resolves.toEqual({
      rows: [],
      isLast: true,
      refusal: { endpoint: 'GET /extpost/tasks', code: 'PER-3' },
    });
  });

  it('passes every other error on', async () => {
    const error = refused('unauthorized');
    await expect(pageOrRefusal(Promise.reject(error))).rejects.toBe(error);
  });
});
