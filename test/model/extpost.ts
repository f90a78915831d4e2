import { randomUUID } from 'node:crypto';

import {
  isGrpcServiceError,
  ServiceError,
  WorkflowFailedError,
  WorkflowUpdateFailedError,
  type WorkflowHandle,
} from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';

import type { DeliveryRecord } from '../../domain/delivery/delivery-record';
import type { TaskReference } from '../../domain/task/task';
import type { TaskStatus } from '../../domain/task/task-status';
import { taskWorkflowId } from '../../domain/task/workflow-id';
import { createTaskStarter } from '../../starters/tasks/task-starter';
import { statusQuery } from '../../workflows/external-post-task/messages/messages';
import { eventually, TestTemporal } from '../support/temporal';
import { Worlds } from '../support/worlds';
import { Outside } from './outside';

/** Everything that a person does to a task has to be answered within this time. */
const SETTLES_WITHIN_MS = 20_000;

/** Of gRPC. */
const FAILED_PRECONDITION = 9;

/** The server, and the outside worlds of all tasks that run at the same time. */
export class Stage {
  private readonly worlds = new Worlds();

  private constructor(private readonly temporal: TestTemporal) {}

  static async open(): Promise<Stage> {
    const temporal = await TestTemporal.connect();
    const stage = new Stage(temporal);
    await temporal.serve(stage.worlds.current);
    return stage;
  }

  /** A fresh task, its outside and our side of it. */
  begin(reviewWindowMs: number): { model: Outside; real: Extpost } {
    const task = {
      studio: `model-${randomUUID().slice(0, 8)}`,
      taskId: randomUUID(),
      contentCreationType: 'ecom' as const,
    };
    const model = new Outside(reviewWindowMs);
    this.worlds.add(task.studio, model);
    return { model, real: new Extpost(this.temporal, task) };
  }

  close(): Promise<void> {
    return this.temporal.close();
  }
}

/** The real thing, as far as one task is concerned: its workflow on a Temporal server, and the starter of receiver and sweep. */
export class Extpost {
  readonly starter;
  private readonly workflowId: string;

  constructor(
    private readonly temporal: TestTemporal,
    readonly task: TaskReference,
  ) {
    this.starter = createTaskStarter(temporal.client);
    this.workflowId = taskWorkflowId(task);
  }

  get handle(): WorkflowHandle {
    return this.temporal.client.workflow.getHandle(this.workflowId);
  }

  /** How the newest run stands; `undefined` when there is none. */
  async runState(): Promise<string | undefined> {
    try {
      return (await this.handle.describe()).status.name;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return undefined;
      throw error;
    }
  }

  async isRunning(): Promise<boolean> {
    return (await this.runState()) === 'RUNNING';
  }

  status(): Promise<TaskStatus> {
    return this.handle.query(statusQuery);
  }

  /** Does something to the running workflow; `false` when it says no, or has ended meanwhile. */
  async attempt(act: (handle: WorkflowHandle) => Promise<unknown>): Promise<boolean> {
    for (;;) {
      try {
        await act(this.handle);
        return true;
      } catch (error) {
        if (error instanceof WorkflowUpdateFailedError || error instanceof WorkflowNotFoundError) return false;
        // The server drops an update when the workflow task that took it has to be repeated because of newer events.
        if (!(error instanceof ServiceError && isGrpcServiceError(error.cause))) throw error;
        const code: number = error.cause.code;
        if (code !== FAILED_PRECONDITION) throw error;
      }
    }
  }

  /** Somebody terminates the running workflow; `false` when it has ended before. */
  async terminate(): Promise<boolean> {
    const isTaken = await this.attempt((handle) => handle.terminate('somebody terminates it'));
    await this.ended();
    return isTaken;
  }

  /**
   * Somebody resets the newest run, to after one of its workflow tasks (a share of them, from 0 to 1); `false` when the
   * server refuses that.
   */
  async reset(share: number): Promise<boolean> {
    const runId = await this.runId();
    if (runId === undefined) return false;
    const { events } = await this.handle.fetchHistory();
    const points = (events ?? []).filter(({ workflowTaskCompletedEventAttributes: completed }) => completed);
    const point = points[Math.min(points.length - 1, Math.floor(share * points.length))]?.eventId;
    if (point === undefined || point === null) return false;
    const { client, namespace } = this.temporal;
    try {
      await client.workflowService.resetWorkflowExecution({
        namespace,
        workflowExecution: { workflowId: this.workflowId, runId },
        reason: 'somebody resets it',
        requestId: randomUUID(),
        workflowTaskFinishEventId: point,
      });
    } catch (error) {
      if (isGrpcServiceError(error)) return false;
      throw error;
    }
    await eventually(
      () => this.runId(),
      (now) => now !== runId,
      { withinMs: SETTLES_WITHIN_MS },
    );
    return true;
  }

  /** Does something like `attempt`, and gives the id of the run that took it; `undefined` when none did, or when it is not known which. */
  async attemptInOneRun(act: (handle: WorkflowHandle) => Promise<unknown>): Promise<string | undefined> {
    const before = await this.runId();
    const isTaken = await this.attempt(act);
    return isTaken && before === (await this.runId()) ? before : undefined;
  }

  private async runId(): Promise<string | undefined> {
    try {
      return (await this.handle.describe()).runId;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return undefined;
      throw error;
    }
  }

  /** Waits until the newest run has ended. */
  async ended(): Promise<void> {
    await eventually(
      () => this.runState(),
      (state) => state !== 'RUNNING',
      { withinMs: SETTLES_WITHIN_MS },
    );
  }

  /** Waits until the workflow waits for something from outside, or has ended. */
  settled(): Promise<void> {
    return this.stands(isSettled);
  }

  /** Waits until files are being made, or nothing is made any more. */
  makesFiles(): Promise<void> {
    return this.stands((status) => isSettled(status) || status.stage === 'Export' || status.stage === 'Deliver');
  }

  private async stands(isWanted: (status: TaskStatus) => boolean): Promise<void> {
    await eventually(
      async () => ((await this.isRunning()) ? await this.status() : undefined),
      (status) => status === undefined || isWanted(status),
      { withinMs: SETTLES_WITHIN_MS },
    );
  }

  /** The records of all runs that ended with one, and how the others ended. */
  async records(): Promise<{ records: DeliveryRecord[]; failures: string[] }> {
    const { client } = this.temporal;
    const records: DeliveryRecord[] = [];
    const failures: string[] = [];
    for await (const { runId } of client.workflow.list({ query: `WorkflowId = "${this.workflowId}"` })) {
      const run = client.workflow.getHandle(this.workflowId, runId, { followRuns: false });
      // A task may still be watched, and its run has no record yet.
      if ((await run.describe()).status.name === 'RUNNING') continue;
      try {
        records.push((await run.result()) as DeliveryRecord);
      } catch (error) {
        if (!(error instanceof WorkflowFailedError)) continue;
        if (!interrupted.has(error.cause?.name ?? '')) failures.push(String(error.cause?.message));
      }
    }
    return { records, failures };
  }
}

/** How runs end that somebody has cancelled, terminated or reset. */
const interrupted: ReadonlySet<string> = new Set(['CancelledFailure', 'TerminatedFailure']);

function isSettled({ attention, stage }: TaskStatus): boolean {
  return attention !== undefined || stage === 'Awaiting verdict' || stage === 'Done';
}
