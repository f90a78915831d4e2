import { randomUUID } from 'node:crypto';

import type { Stage, TaskStatus } from '../../domain/task/task-status';
import type { TaskEvent } from '../../domain/task/task-event';
import { createTaskStarter } from '../../starters/tasks/task-starter';
import { statusQuery, taskEventSignal } from '../../workflows/external-post-task/messages/messages';
import { FakeWorld, later, quickSettings } from '../support/fake-world';
import { eventually, TestTemporal, type TaskHandle } from '../support/temporal';

/** A server for all tests of a file, a fresh world for each, and nothing left running after each. */
export class WorkflowStage {
  world = new FakeWorld();
  private temporal: TestTemporal | undefined;
  private begun: TaskHandle[] = [];

  /** Sets the stage up and takes it down; to be called once, at the top of a test file. */
  static forEach(maxCachedWorkflows?: number): WorkflowStage {
    const stage = new WorkflowStage();
    beforeAll(async () => {
      stage.temporal = await TestTemporal.connect();
      await stage.temporal.serve(() => stage.world, maxCachedWorkflows);
    });
    beforeEach(() => {
      stage.world = new FakeWorld();
    });
    afterEach(async () => {
      await Promise.allSettled(stage.begun.map((handle) => handle.terminate('The test is over.')));
      stage.begun = [];
    });
    afterAll(async () => {
      await stage.temporal?.close();
    });
    return stage;
  }

  /** A task in a world of its own for all tests of a `describe`, where this is to be called. None of them may change how it stands. */
  shared(begin: () => Promise<TaskHandle>): () => TaskHandle {
    const world = new FakeWorld();
    let handle: TaskHandle | undefined;
    beforeAll(async () => {
      this.world = world;
      handle = await begin();
      this.begun = [];
    });
    beforeEach(() => {
      this.world = world;
    });
    afterAll(() => handle?.terminate('The tests are over.').catch(() => undefined));
    return () => {
      if (handle === undefined) throw new Error('The shared task is begun by beforeAll; ask for it in a test.');
      return handle;
    };
  }

  get server(): TestTemporal {
    if (this.temporal === undefined) throw new Error('The stage is not set up yet.');
    return this.temporal;
  }

  /** The newest run of a task, which is ended after the test. */
  latest(workflowId: string): TaskHandle {
    const latest = this.server.client.workflow.getHandle(workflowId) as TaskHandle;
    this.begun.push(latest);
    return latest;
  }

  /** Lets the receiver's own starter bring an event of a task that has never run. */
  notify(event: TaskEvent): Promise<{ workflowId: string }> {
    const task = { studio: 'acme', taskId: randomUUID(), contentCreationType: 'ecom' as const };
    return createTaskStarter(this.server.client).notify(task, event);
  }

  async startTask(changes: Parameters<TestTemporal['startTask']>[0] = {}): Promise<TaskHandle> {
    const handle = await this.server.startTask(changes);
    // Without the run: a task may go on as a new one.
    return this.latest(handle.workflowId);
  }

  /** Starts a task that is watched for long after its submission, and waits until it has been submitted. */
  async submittedTask(): Promise<TaskHandle> {
    this.world.settings = watching(this.world.settings);
    const handle = await this.startTask();
    await reaches(handle, 'Done');
    return handle;
  }
}

const rejection = (eventId: string): TaskEvent => ({ kind: 'rejected', source: 'webhook', eventId });

export async function signalRejection(handle: TaskHandle, eventId = 'event-1'): Promise<void> {
  await handle.signal(taskEventSignal, rejection(eventId));
}

/** Long enough after the submission for something to happen to it. */
export function watching(settings = quickSettings): typeof quickSettings {
  return { ...settings, reviewWindowMs: 60_000, polls: { firstMs: 200, factor: 1, maxMs: 20_000 } };
}

/** Changes of the settings that bound a task's life. */
export function withLifecycle(changes: Partial<NonNullable<typeof quickSettings.lifecycle>>): typeof quickSettings {
  return { ...quickSettings, lifecycle: { ...quickSettings.lifecycle, ...changes } };
}

/** Nothing that waits recovers by itself: only events and operators let it go on. */
export function withoutRecovery(): typeof quickSettings {
  const { polls: looks } = quickSettings;
  return { ...withLifecycle({ corrections: later, retries: later }), polls: { ...looks, maxMs: later.maxMs } };
}

export function reaches(handle: TaskHandle, stage: Stage): Promise<TaskStatus> {
  return eventually(
    () => handle.query(statusQuery),
    (status) => status.stage === stage,
  );
}

/** What the Web UI shows as the workflow's current details. */
export async function detailsOf(handle: TaskHandle): Promise<string> {
  const metadata: unknown = await handle.query('__temporal_workflow_metadata');
  return JSON.stringify(metadata);
}
