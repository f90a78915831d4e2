import { randomUUID } from 'node:crypto';

import type { Client } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';

import type { ListedTask } from '../../domain/sweep';
import type { TaskReference } from '../../domain/task';
import type { TaskEvent } from '../../domain/task-event';
import type { Stage } from '../../domain/task-status';
import { taskWorkflowId } from '../../domain/workflow-id';
import { createTaskStarter } from '../../starters/task-starter';
import type { TaskStarter } from '../../starters/task-starter';
import type { TemporalConnection } from '../../starters/temporal-connection';
import { EXTERNAL_POST_TASK } from '../../workflows/messages';
import { searchAttributes } from '../../workflows/search-attributes';
import { taskQueues } from '../../workflows/task-queues';
import { connectToTestTemporal, uniqueStudio } from './test-temporal';

// No worker runs here: what is tested is what Temporal itself has stored.
let temporal: TemporalConnection;
let client: Client;
let starter: TaskStarter;
let task: TaskReference;

const ready: TaskEvent = { kind: 'ready', source: 'webhook', eventId: 'first', happenedAt: 1_767_225_600_123 };
const toDo: ListedTask = { status: 'to do' };
const rejected: ListedTask = { status: 'to do', isRejected: true };

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

/** The events that the current run has been told of. */
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
      { key: searchAttributes.stage, value: stage },
      { key: searchAttributes.round, value: round },
    ],
  });
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

  it('after the last run has ended starts a new one', async () => {
    const first = await starter.notify(task, ready);
    await run().terminate();
    const second = await starter.notify(task, { ...ready, eventId: 'second' });
    expect(second.runId).not.toBe(first.runId);
  });

  it('gives the workflow a title and tells who, what and how it came', async () => {
    await starter.notify(task, ready);
    const description = await run().describe();
    expect(await description.staticSummary()).toBe(`${task.studio}: External Post task ${task.taskId}`);
    const details = await description.staticDetails();
    expect(details).toContain('**ready to work**');
    expect(details).toContain('It came by webhook.');
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

  it('tells its run of a rejection, with the same event id each time', async () => {
    await startAt('Awaiting verdict', 1);
    expect((await starter.ensureRunning(task, rejected)).action).toBe('signal');
    await starter.ensureRunning(task, rejected);
    const event = { kind: 'rejected', source: 'sweep', eventId: `sweep/${task.taskId}/rejected/round-1` };
    expect(await signals()).toEqual([event, event]);
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
      reason: 'a person terminated it',
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

describe('a Temporal that takes too long', () => {
  it('makes the starter give up', async () => {
    const impatient = createTaskStarter(client, { timeoutMs: 0 });
    await expect(impatient.notify(task, ready)).rejects.toThrow();
  });
});
