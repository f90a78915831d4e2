import { ScheduleOverlapPolicy, WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';

import { failureTypes } from '../../domain/shared/failure-type';
import type { SweepResult } from '../../domain/sweep/sweep';
import { sweepScheduleId } from '../../domain/task/workflow-id';
import { ensureSweepSchedule, removeSweepSchedule } from '../../starters/sweep/sweep-schedule';
import { searchAttributes } from '../../workflows/search-attributes';
import { FakeWorld } from '../support/fake-world';
import { eventually, TestTemporal } from '../support/temporal';

let temporal: TestTemporal;
let world: FakeWorld;
let sweeps: number;

const studio = 'acme';
const forbidden = { rows: [], isLast: true, refusal: { endpoint: 'GET /extpost/tasks' } };

beforeAll(async () => {
  temporal = await TestTemporal.connect();
  world = new FakeWorld();
  await temporal.serve(() => world);
});
afterAll(() => temporal.close());
beforeEach(async () => {
  world = new FakeWorld();
  sweeps = 0;
  // Its first sweep runs at once, and none by itself before the test is over.
  await ensureSweepSchedule(temporal.client, { studio, everyMs: 3_600_000 });
});
afterEach(() => removeSweepSchedule(temporal.client, studio));

/** The schedule's next sweep, run to its end. */
async function nextSweep(): Promise<{ handle: WorkflowHandle; result: SweepResult }> {
  sweeps += 1;
  const schedule = temporal.client.schedule.getHandle(sweepScheduleId(studio));
  if (sweeps > 1) await schedule.trigger(ScheduleOverlapPolicy.BUFFER_ONE);
  const { info } = await eventually(
    () => schedule.describe(),
    ({ info: { recentActions } }) => recentActions.length >= sweeps,
  );
  const workflow = info.recentActions[sweeps - 1]?.action.workflow;
  // With the run id, because two sweeps of the same second have the same workflow id.
  const handle = temporal.client.workflow.getHandle(workflow?.workflowId ?? '', workflow?.firstExecutionRunId);
  return { handle, result: (await handle.result()) as SweepResult };
}

describe('a sweep', () => {
  it('reports what it listed, started and signalled', async () => {
    const row = { taskId: 'task-1', contentCreationType: 'ecom', status: 'to do', statusText: 'To Do' } as const;
    world.activities.listTasks = () => Promise.resolve({ rows: [row], isLast: true });
    world.activities.ensureTasksRun = () =>
      Promise.resolve({ started: ['task-1'], signalled: [], found: [], notified: [] });
    expect((await nextSweep()).result).toEqual({ listed: 1, started: ['task-1'], signalled: [] });
  });

  it('reports what no webhook had brought, and hands what it signalled to the next sweep', async () => {
    const row = { taskId: 'task-1', contentCreationType: 'ecom', status: 'to do', statusText: 'To Do' } as const;
    const notified: unknown[] = [];
    world.activities.listTasks = () => Promise.resolve({ rows: [row], isLast: true });
    world.activities.ensureTasksRun = (request) => {
      notified.push(request.notified);
      return Promise.resolve({ started: ['task-1'], signalled: [], found: ['task-1'], notified: ['event-1'] });
    };
    const { result, handle } = await nextSweep();
    expect(result).toMatchObject({ found: ['task-1'], notified: ['event-1'] });
    await nextSweep();
    expect(notified).toEqual([[], ['event-1']]);
    expect(JSON.stringify(await handle.query('__temporal_workflow_metadata'))).toContain(
      'Found without a webhook: task-1',
    );
  });

  it('goes on when it does not understand a row, and names what it does not understand', async () => {
    const row = { taskId: 'task-1', contentCreationType: 'ecom', status: 'to do', statusText: 'To Do' } as const;
    const unread = { count: 2, faults: ['$.pageData[*].taskId: expected an id, found nothing'] };
    world.activities.listTasks = () => Promise.resolve({ rows: [row], isLast: true, unread });
    expect((await nextSweep()).result).toEqual({ listed: 1, started: [], signalled: [], unread });
  });

  it('signals runs whose task is no longer listed, once it has read the whole listing', async () => {
    const asked: unknown[] = [];
    world.activities.notifyUnlisted = (listing) => {
      asked.push(listing);
      return Promise.resolve({ unlisted: ['task-2'], notified: ['event-2'] });
    };
    expect((await nextSweep()).result).toMatchObject({ unlisted: ['task-2'], notified: ['event-2'] });
    expect(asked).toEqual([{ studio, taskIds: [], notified: [], readFrom: expect.any(Number) }]);
  });

  it('signals no run that a task is not listed when the listing may not be read', async () => {
    world.activities.listTasks = () => Promise.resolve(forbidden);
    await nextSweep();
    expect(world.count('notifyUnlisted')).toBe(0);
  });

  it('asks page after page, and stops at a listing that repeats itself', async () => {
    const row = { taskId: 'task-1', contentCreationType: 'ecom', status: 'to do', statusText: 'To Do' } as const;
    world.activities.listTasks = () => Promise.resolve({ rows: [row], isLast: false });
    expect((await nextSweep()).result.listed).toBe(1);
    expect(world.count('listTasks')).toBe(2);
  });

  it('reads on after a page of which it understands no row', async () => {
    const row = { taskId: 'task-1', contentCreationType: 'ecom', status: 'to do', statusText: 'To Do' } as const;
    const unread = { count: 2, faults: ['$.pageData[*].taskId: expected an id, found nothing'] };
    world.activities.listTasks = ({ pageNumber }) =>
      Promise.resolve(pageNumber === 1 ? { rows: [], isLast: false, unread } : { rows: [row], isLast: true });
    expect((await nextSweep()).result).toMatchObject({ listed: 1, unread });
  });

  it('gives up a listing of which it understands no row of any page, and tells no run that it is not listed', async () => {
    const unread = { count: 2, faults: ['$.pageData[*].taskId: expected an id, found nothing'] };
    world.activities.listTasks = () => Promise.resolve({ rows: [], isLast: false, unread });
    expect((await nextSweep()).result.listed).toBe(0);
    expect([world.count('listTasks'), world.count('notifyUnlisted')]).toEqual([3, 0]);
  });

  it('reads the editorial listing too, where the studio has one of its own', async () => {
    const asked: unknown[] = [];
    world.activities.listTasks = ({ flavour, pageNumber }) => {
      asked.push([flavour, pageNumber]);
      const row = {
        taskId: flavour ?? 'ecom',
        contentCreationType: flavour ?? 'ecom',
        status: 'to do',
        statusText: 'To Do',
      } as const;
      return Promise.resolve({ rows: [row], isLast: true, hasEditorial: true });
    };
    expect((await nextSweep()).result.listed).toBe(2);
    expect(asked).toEqual([
      [undefined, 1],
      ['editorial', 1],
    ]);
  });
});

describe('a sweep whose listing may not be read', () => {
  beforeEach(() => {
    world.activities.listTasks = () => Promise.resolve(forbidden);
  });

  it('is completed with a warning that can be found in the Web UI', async () => {
    const { handle, result } = await nextSweep();
    expect(result).toMatchObject({ listed: 0, warning: { sentence: expect.stringContaining('GET /extpost/tasks') } });
    const { status, typedSearchAttributes } = await handle.describe();
    expect([status.name, typedSearchAttributes.get(searchAttributes.cause)]).toEqual([
      'COMPLETED',
      'permission missing',
    ]);
  });

  it('knows from the sweep before it since when, also over a sweep that failed', async () => {
    const first = await nextSweep();
    world.activities.listTasks = () =>
      Promise.reject(ApplicationFailure.nonRetryable('401', failureTypes.unauthorized));
    await expect(nextSweep()).rejects.toBeInstanceOf(WorkflowFailedError);
    world.activities.listTasks = () => Promise.resolve(forbidden);
    const third = await nextSweep();
    expect(first.result.warning?.since).toMatch(/^\d{4}-/);
    expect(third.result.warning).toEqual(first.result.warning);
  });

  it('carries no warning on once the listing can be read', async () => {
    await nextSweep();
    world.activities.listTasks = () => Promise.resolve({ rows: [], isLast: true });
    expect((await nextSweep()).result).toEqual({ listed: 0, started: [], signalled: [] });
    world.activities.listTasks = () => Promise.resolve(forbidden);
    expect((await nextSweep()).result.warning).toBeDefined();
  });
});
