import { randomUUID } from 'node:crypto';

import type { Client } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';

import type { DeliveryRecord } from '../../../domain/delivery/delivery-record';
import type { ListingRow } from '../../../domain/sweep/sweep';
import type { TaskReference } from '../../../domain/task/task';
import type { TaskEvent } from '../../../domain/task/task-event';
import type { Stage } from '../../../domain/task/task-status';
import { taskWorkflowId } from '../../../domain/task/workflow-id';
import { readTrigger } from '../../../starters/tasks/start-metadata';
import { createTaskStarter, NOT_STARTED, type TaskStarter } from '../../../starters/tasks/task-starter';
import { countUnconfirmedTasks } from '../../../starters/webhook/unconfirmed-tasks';
import type { TemporalConnection } from '../../../temporal/connection';
import { EXTERNAL_POST_TASK, SEEN_EVENTS_MEMO } from '../../../workflows/external-post-task/messages/messages';
import { searchAttributes } from '../../../workflows/search-attributes';
import { taskQueues } from '../../../workflows/task-queues';
import { connectToTestTemporal, eventually, uniqueStudio } from '../test-temporal';

// No worker runs here: what is tested is what Temporal itself has stored.
let temporal: TemporalConnection;
let client: Client;
let starter: TaskStarter;
let task: TaskReference;

const ready: TaskEvent = { kind: 'ready', source: 'webhook', eventId: 'first', happenedAt: 1_767_225_600_123 };
const toDo: ListingRow = { status: 'to do' };
const rejected: ListingRow = { status: 'to do', isRejected: true };

beforeAll(async () => {
  temporal = await connectToTestTemporal();
  client = temporal.client;
  starter = createTaskStarter(client);
});
afterAll(() => temporal.close());
beforeEach(() => {
  task = { studio: uniqueStudio(), taskId: randomUUID(), contentCreationType: 'ecom' };
});
afterEach(async () => {
  const run = client.workflow.getHandle(taskWorkflowId(task));
  await run.terminate('the test is over').catch(() => undefined);
});

const run = () => client.workflow.getHandle(taskWorkflowId(task));

/** The events that the current run has received. */
async function signals(): Promise<unknown[]> {
  const history = await run().fetchHistory();
  return (history.events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: signalled }) =>
    (signalled?.input?.payloads ?? []).map((payload) => defaultPayloadConverter.fromPayload<unknown>(payload)),
  );
}

/** Starts a run as if it had come to a stage. */
async function startAt(stage: Stage, round: number): Promise<void> {
  await client.workflow.start(EXTERNAL_POST_TASK, {
    workflowId: taskWorkflowId(task),
    taskQueue: taskQueues.main,
    args: [task],
    typedSearchAttributes: [
      { key: searchAttributes.studio, value: task.studio },
      { key: searchAttributes.stage, value: stage },
      { key: searchAttributes.round, value: round },
    ],
  });
}

type Completed = Parameters<Client['workflowService']['respondWorkflowTaskCompleted']>[0];

/** Ends the task's run as a worker would, with this record; one that is not there yet is started first. */
async function endWith(record: Partial<DeliveryRecord>, seen: readonly string[] = []): Promise<void> {
  const { namespace } = temporal;
  const isThere = await run()
    .describe()
    .catch(() => undefined);
  if (isThere === undefined) await starter.notify(task, { ...ready, eventId: randomUUID() });
  const taskQueue = { name: taskQueues.main };
  const result = { payloads: [defaultPayloadConverter.toPayload(record)] };
  // COMMAND_TYPE_COMPLETE_WORKFLOW_EXECUTION of Temporal's API.
  const end = { commandType: 4, completeWorkflowExecutionCommandAttributes: { result } };
  const fields = { [SEEN_EVENTS_MEMO]: defaultPayloadConverter.toPayload(seen) };
  // COMMAND_TYPE_MODIFY_WORKFLOW_PROPERTIES.
  const remember = { commandType: 16, modifyWorkflowPropertiesCommandAttributes: { upsertedMemo: { fields } } };
  for (let left = true; left;) {
    const { taskToken, workflowExecution } = await client.withDeadline(Date.now() + 10_000, () =>
      client.workflowService.pollWorkflowTaskQueue({ namespace, taskQueue, identity: 'test' }),
    );
    left = workflowExecution?.workflowId !== taskWorkflowId(task);
    const commands: unknown = left ? [] : [remember, end];
    await client.workflowService.respondWorkflowTaskCompleted({ namespace, taskToken, commands } as Completed);
  }
}

describe('an event', () => {
  it('starts the workflow of its task and is stored with it, though no worker runs', async () => {
    const started = await starter.notify(task, ready);
    expect(started.workflowId).toBe(`extpost/${task.studio}/${task.taskId}`);
    expect((await run().describe()).runId).toBe(started.runId);
    expect(await signals()).toEqual([ready]);
  });

  it('of a running task goes to the same run', async () => {
    const first = await starter.notify(task, ready);
    const second = await starter.notify(task, { ...ready, kind: 'rejected', eventId: 'second' });
    expect(second).toEqual(first);
    expect(await signals()).toHaveLength(2);
  });

  it('is counted among those that Creative Force has not shown, and one from the listing is not', async () => {
    const count = countUnconfirmedTasks(client, 10_000);
    await starter.notify(task, ready);
    const listed = { ...task, taskId: randomUUID() };
    await starter.ensureRunning(listed, toDo);
    expect(await eventually(async () => (await count(task.studio)) || undefined)).toBe(1);
    await client.workflow.getHandle(taskWorkflowId(listed)).terminate();
  });

  it('starts nothing where nothing may be started, and still reaches a running task', async () => {
    const refused = await starter.notify(task, ready, { mayStart: false });
    await starter.notify(task, ready);
    await starter.notify(task, { ...ready, eventId: 'second' }, { mayStart: false });
    expect([refused.refused, (await signals()).length]).toEqual([NOT_STARTED, 2]);
  });

  it('of a studio that has many is in Temporal at once, and begins in its turn or when the listing shows its task', async () => {
    await starter.notify(task, ready, { startDelayMs: 600_000 });
    const { startTime, executionTime, status } = await run().describe();
    expect([status.name, (executionTime?.getTime() ?? 0) - startTime.getTime()]).toEqual(['RUNNING', 600_000]);
    expect(await starter.ensureRunning(task, toDo)).toMatchObject({ action: 'signal' });
  });

  it('after the last run has ended starts a new one', async () => {
    const first = await starter.notify(task, ready);
    await run().terminate();
    const news = { ...ready, eventId: 'second', happenedAt: Date.now() + 60_000 };
    const second = await starter.notify(task, news);
    expect(second.runId).not.toBe(first.runId);
  });

  it('that happened before a person ended the run, and comes again, starts nothing', async () => {
    const first = await starter.notify(task, ready);
    await run().terminate();
    const again = await starter.notify(task, ready);
    expect([again.runId, (await run().describe()).status.name]).toEqual([first.runId, 'TERMINATED']);
    expect(again.refused).toBe('an operator stopped the task after it');
  });

  it.each([
    ['the event that had started it', (event: TaskEvent) => event],
    ['an event that it had received', (event: TaskEvent) => ({ ...event, eventId: 'another', happenedAt: undefined })],
  ])('is refused after the last run has ended, when it repeats %s', async (_what, repeat) => {
    const news = { ...ready, happenedAt: Date.now() + 60_000 };
    await starter.notify(task, news);
    await endWith({ outcome: 'done' }, ['first', 'another']);
    const ended = await run().describe();
    const again = await starter.notify(task, repeat(news));
    expect(again).toMatchObject({ runId: ended.runId, refused: 'the last run of its task has already seen it' });
    expect((await run().describe()).runId).toBe(ended.runId);
  });

  it('starts a new run after the last one has ended, when that has not seen it', async () => {
    await endWith({ outcome: 'done' }, ['another']);
    const ended = await run().describe();
    const news = await starter.notify(task, { ...ready, eventId: 'news' });
    expect(news.refused).toBeUndefined();
    expect(news.runId).not.toBe(ended.runId);
  });

  it('gives the workflow a title with studio, task and trigger', async () => {
    await starter.notify(task, ready);
    const description = await run().describe();
    expect(await description.staticSummary()).toBe(`${task.studio}: External Post task ${task.taskId}`);
    const details = await description.staticDetails();
    expect(details).toContain('**ready to work**');
    expect(details).toContain('Source: webhook.');
    expect(details).toContain('2026-01-01T00:00:00.123Z');
  });

  it('makes the workflow findable by studio, task and stage', async () => {
    await starter.notify(task, ready);
    const { typedSearchAttributes: shown } = await run().describe();
    expect(shown.get(searchAttributes.studio)).toBe(task.studio);
    expect(shown.get(searchAttributes.taskId)).toBe(task.taskId);
    expect(shown.get(searchAttributes.stage)).toBe('Brief');
  });

  it('puts the workflow on the main queue, in fair turn with other studios', async () => {
    await starter.notify(task, ready);
    const description = await run().describe();
    expect(description.type).toBe(EXTERNAL_POST_TASK);
    expect(description.taskQueue).toBe(taskQueues.main);
    expect(description.priority?.fairnessKey).toBe(task.studio);
  });

  it('of a task id in upper case goes to the same workflow', async () => {
    const started = await starter.notify({ ...task, taskId: task.taskId.toUpperCase() }, ready);
    expect(started.workflowId).toBe(taskWorkflowId(task));
  });
});

describe('the sweep, finding a listed task', () => {
  it('starts it when it has no run', async () => {
    const outcome = await starter.ensureRunning(task, toDo);
    expect(outcome).toMatchObject({ action: 'start', workflowId: taskWorkflowId(task) });
    expect(await signals()).toMatchObject([{ kind: 'ready', source: 'sweep' }]);
  });

  it('leaves it when it runs', async () => {
    await starter.notify(task, ready);
    expect((await starter.ensureRunning(task, toDo)).action).toBe('leave');
    expect(await signals()).toEqual([ready]);
  });

  it('signals a rejection to its run, with the same event id each time', async () => {
    await startAt('Awaiting verdict', 1);
    expect((await starter.ensureRunning(task, rejected)).action).toBe('signal');
    await starter.ensureRunning(task, rejected);
    const [first, second] = await signals();
    expect(first).toMatchObject({ kind: 'rejected', source: 'sweep' });
    expect(first).toHaveProperty('eventId', expect.stringMatching(`^sweep/${task.taskId}/rejected/round-1/`));
    expect(second).toMatchObject({ eventId: (first as TaskEvent).eventId });
  });

  it('does not signal again what an earlier sweep has signalled', async () => {
    await startAt('Awaiting verdict', 1);
    const { eventId = '' } = await starter.ensureRunning(task, rejected);
    expect(await starter.ensureRunning(task, rejected, { notified: new Set([eventId]) })).toMatchObject({
      action: 'leave',
      eventId,
    });
    expect(await signals()).toHaveLength(1);
  });

  it('says which tasks no webhook had brought', async () => {
    expect(await starter.ensureRunning(task, toDo)).toMatchObject({ action: 'start', isFound: true });
    expect(readTrigger((await run().describe()).memo)).toEqual({
      isFound: true,
      kind: 'ready',
      source: 'sweep',
      eventId: `sweep/${task.taskId}/to-do`,
    });
  });

  it('leaves a rejected task whose run works on the correction', async () => {
    await startAt('Export', 1);
    expect((await starter.ensureRunning(task, rejected)).action).toBe('leave');
  });

  it('never restarts what a person terminated', async () => {
    const { runId } = await starter.notify(task, ready);
    await run().terminate('not this one');
    expect(await starter.ensureRunning(task, rejected)).toMatchObject({
      action: 'leave',
      reason: 'an operator terminated it',
      terminated: { run: expect.any(String), at: expect.any(String) },
    });
    expect((await run().describe()).runId).toBe(runId);
  });

  it('does not start a gone task again whose row is as its run has known it', async () => {
    await endWith({ outcome: 'gone', rounds: [], lastStatus: 'to do' });
    expect((await starter.ensureRunning(task, toDo)).action).toBe('leave');
    expect((await starter.ensureRunning(task, { status: 'in progress', isRejected: true })).action).toBe('start');
  });

  it('starts a task once for a row that leads to nothing', async () => {
    await starter.ensureRunning(task, toDo);
    const { runId } = await run().describe();
    await endWith({ outcome: 'nothing due', rounds: [] });
    expect(await starter.ensureRunning(task, toDo)).toMatchObject({
      action: 'leave',
      reason: 'its last run was started for the same row, and had nothing to deliver',
    });
    expect((await run().describe()).runId).toBe(runId);
  });

  it('starts it again when its last run timed out', async () => {
    const workflowId = taskWorkflowId(task);
    const timeouts = { workflowExecutionTimeout: '10ms' } as const;
    const handle = await client.workflow.start(EXTERNAL_POST_TASK, { workflowId, taskQueue: 'nobody', ...timeouts });
    await expect(handle.result()).rejects.toThrow();
    expect((await starter.ensureRunning(task, toDo)).action).toBe('start');
    expect((await run().describe()).status.name).toBe('RUNNING');
  });
});

describe('the sweep, having read the whole listing', () => {
  const later = () => Date.now() + 3_600_000;
  /** What it signals, once Temporal's search has the run. */
  const notifyUnlisted = (taskIds: string[], notified: string[] = []) =>
    starter.notifyUnlisted({ studio: task.studio, taskIds, notified, readFrom: later() });

  it('signals a run whose task is no longer listed, and remembers that', async () => {
    await startAt('Needs attention', 0);
    const { notified, unlisted } = await eventually(async () => {
      const done = await notifyUnlisted([]);
      return done.unlisted.length > 0 ? done : undefined;
    });
    expect([unlisted, await signals()]).toEqual([
      [task.taskId],
      [{ kind: 'ready', source: 'sweep', eventId: notified[0] }],
    ]);
    expect(await notifyUnlisted([], notified)).toEqual({ unlisted: [], notified });
  });

  it('leaves alone what is listed, what has submitted, and what was begun while it read', async () => {
    await startAt('Needs attention', 0);
    const other = { ...task, taskId: randomUUID() };
    await client.workflow.start(EXTERNAL_POST_TASK, {
      workflowId: taskWorkflowId(other),
      taskQueue: taskQueues.main,
      args: [other],
      typedSearchAttributes: [
        { key: searchAttributes.studio, value: task.studio },
        { key: searchAttributes.stage, value: 'Awaiting verdict' },
      ],
    });
    await eventually(async () => ((await notifyUnlisted([])).unlisted.length > 0 ? true : undefined));
    expect((await notifyUnlisted([task.taskId.toUpperCase()])).unlisted).toEqual([]);
    expect(
      (await starter.notifyUnlisted({ studio: task.studio, taskIds: [], notified: [], readFrom: Date.now() })).unlisted,
    ).toEqual([]);
    await client.workflow.getHandle(taskWorkflowId(other)).terminate();
  });
});

describe('a Temporal that takes too long', () => {
  it('makes the starter give up', async () => {
    const impatient = createTaskStarter(client, { timeoutMs: 0 });
    await expect(impatient.notify(task, ready)).rejects.toThrow();
  });
});
