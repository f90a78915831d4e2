import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';

import { Client, Connection, type WorkflowHandleWithFirstExecutionRunId } from '@temporalio/client';
import { IllegalStateError, type DataConverter } from '@temporalio/common';
import { DefaultLogger, NativeConnection, Runtime, Worker, type WorkerOptions } from '@temporalio/worker';

import { ensureNamespace } from '../../cli/setup/ensure-namespace';
import { ensureSearchAttributes } from '../../cli/setup/search-attributes';
import type { DeliveryRecord } from '../../domain/delivery/delivery-record';
import { taskWorkflowId } from '../../domain/task/workflow-id';
import { EXTERNAL_POST_TASK, type ExternalPostTaskInput } from '../../workflows/external-post-task/messages/messages';
import { repeatedUntil } from '../../temporal/closed-calls';
import { searchAttributes } from '../../workflows/search-attributes';
import { taskQueues } from '../../workflows/task-queues';
import { FAKE_SPOOL_QUEUE, type FakeWorld } from './fake-world';
import { SentMessages } from './sent-messages';

export type TaskHandle = WorkflowHandleWithFirstExecutionRunId<
  (input: ExternalPostTaskInput) => Promise<DeliveryRecord>
>;

/** The test run's Temporal server, with a namespace for each test file, so that test files do not interfere. */
export class TestTemporal {
  private stopWorkers: () => Promise<void> = () => Promise.resolve();
  private startMain: () => Promise<() => Promise<void>> = () => Promise.reject(new Error('Nothing is served yet.'));
  private stopMain: () => Promise<void> = () => Promise.resolve();
  private workflowTaskTimeout: '2s' | '10s' = '10s';

  private constructor(
    readonly client: Client,
    readonly connection: NativeConnection,
    readonly namespace: string,
    private readonly dataConverter: DataConverter,
    private readonly sent: SentMessages,
    private readonly closing: AbortController,
  ) {}

  /** To be called in a test file. `namespace` replaces that of the file. */
  static async connect(dataConverter: DataConverter = {}, namespace = namespaceOfFile()): Promise<TestTemporal> {
    const address = process.env['EXTPOST_TEST_TEMPORAL_ADDRESS'];
    if (address === undefined)
      throw new Error('The test server is started by test/support/global-setup.ts; run jest as configured.');
    beQuiet();
    // Longer than the SDK's own limit, for a busy machine.
    const closing = new AbortController();
    const interceptors = repeatedUntil(closing.signal);
    const connection = await Connection.connect({ address, connectTimeout: '1m', interceptors });
    await ensureNamespace(connection, namespace);
    await ensureSearchAttributes(connection, namespace);
    const native = await NativeConnection.connect({ address });
    const sent = new SentMessages();
    const client = new Client({
      connection,
      namespace,
      dataConverter,
      interceptors: { workflow: [sent.interceptor] },
    });
    return new TestTemporal(client, native, namespace, dataConverter, sent, closing);
  }

  /** Stops the workers, then the connections; workers that still run would be an open handle. */
  async close(): Promise<void> {
    await Promise.all([this.stopWorkers(), this.stopMain()]);
    this.closing.abort();
    await this.client.connection.close();
    await this.connection.close();
  }

  /**
   * Runs workers on every queue until `close`; each activity call goes to the world that `current` names at that
   * moment. `more`: further options of these workers.
   */
  async serve(
    current: () => Pick<FakeWorld, 'activityNames' | 'call'>,
    maxCachedWorkflows = 100,
    more: Pick<WorkerOptions, 'workerDeploymentOptions'> = {},
  ): Promise<void> {
    const { connection, namespace, dataConverter } = this;
    // A cancellation reaches an activity with the answer to a heartbeat, so heartbeats must not be throttled for long.
    const heartbeats = { maxHeartbeatThrottleInterval: '100ms', defaultHeartbeatThrottleInterval: '100ms' } as const;
    const common = { connection, namespace, dataConverter, ...heartbeats, ...more };
    // The SDK's core drops a workflow task now and then when it may keep no workflow, and only the time-out brings it
    // back.
    this.workflowTaskTimeout = maxCachedWorkflows === 0 ? '2s' : '10s';
    const activities = Object.fromEntries(
      current().activityNames.map((name) => [name, (argument: unknown) => current().call(name, argument)]),
    );
    const begin = async (taskQueue: string, extra: Partial<WorkerOptions> = {}): Promise<() => Promise<void>> => {
      const worker = await Worker.create({ ...common, taskQueue, activities, ...extra });
      const running = worker.run();
      return async () => {
        worker.shutdown();
        await running;
      };
    };
    const workflowBundle = { codePath: process.env['EXTPOST_TEST_BUNDLE'] ?? '' };
    this.startMain = () => begin(taskQueues.main, { workflowBundle, maxCachedWorkflows });
    const [main, ...others] = await Promise.all([
      this.startMain(),
      ...[taskQueues.gateway, taskQueues.celtra, taskQueues.transfer, FAKE_SPOOL_QUEUE].map((queue) => begin(queue)),
    ]);
    this.stopMain = main;
    this.stopWorkers = async () => {
      await Promise.all(others.map((stop) => stop()));
    };
  }

  /** Does something while no worker runs workflows, so that all messages sent meanwhile reach them at once. */
  async inOneMoment<T>(say: () => Promise<T>): Promise<T> {
    await this.stopMain();
    this.sent.forget();
    const said = say();
    await setImmediate();
    await this.sent.areRecorded(this.client);
    this.stopMain = await this.startMain();
    return said;
  }

  /** Starts a task's workflow under a fresh task id. */
  async startTask(changes: Partial<ExternalPostTaskInput> = {}): Promise<TaskHandle> {
    const input = { studio: 'acme', taskId: randomUUID(), contentCreationType: 'ecom' as const, ...changes };
    return this.client.workflow.start<(input: ExternalPostTaskInput) => Promise<DeliveryRecord>>(EXTERNAL_POST_TASK, {
      workflowId: taskWorkflowId(input),
      taskQueue: taskQueues.main,
      workflowTaskTimeout: this.workflowTaskTimeout,
      args: [input],
      typedSearchAttributes: [
        { key: searchAttributes.studio, value: input.studio },
        { key: searchAttributes.taskId, value: input.taskId },
      ],
    });
  }
}

/** Failures that a test causes on purpose are not logged. */
function beQuiet(): void {
  try {
    Runtime.install({ logger: new DefaultLogger('ERROR') });
  } catch (error) {
    // An earlier connection of this process has installed it.
    if (!(error instanceof IllegalStateError)) throw error;
  }
}

/**
 * What a worker that has been stopped was handed in its last moment is lost until its time-out; no other file may wait
 * for that.
 */
export function namespaceOfFile(): string {
  const file = expect.getState().testPath;
  if (file === undefined) throw new Error('A namespace is named for a test file; there is none here.');
  return path.basename(file).replace(/\.test\.ts$/, '');
}

/** How long a test waits for an event; less would only fail on a slow machine. */
const PATIENCE_MS = 120_000;
/** Tests that wait in parallel must not keep the server busy with polling. */
const ASK_AGAIN_MS = { first: 25, most: 200 };

/** Polls until the answer is the wanted one; for what a server shows a moment later. `mostMs`: the longest pause, for what stays. */
export async function eventually<T>(
  ask: () => Promise<T>,
  isWanted: (answer: T) => boolean,
  { withinMs = PATIENCE_MS, mostMs = ASK_AGAIN_MS.most }: { withinMs?: number; mostMs?: number } = {},
): Promise<T> {
  const until = Date.now() + withinMs;
  for (let pause = ASK_AGAIN_MS.first; ; pause = Math.min(pause * 1.5, mostMs)) {
    const answer = await ask();
    if (isWanted(answer)) return answer;
    if (Date.now() > until) throw new Error(`Waited ${withinMs} ms; the last answer was ${JSON.stringify(answer)}.`);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}
