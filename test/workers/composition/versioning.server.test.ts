import { randomUUID } from 'node:crypto';

import { taskEventSignal } from '../../../workflows/external-post-task/messages/messages';
import { taskQueues } from '../../../workflows/task-queues';
import { versioningOptions } from '../../../workers/composition/workers';
import { FakeWorld } from '../../support/fake-world';
import { eventually, TestTemporal, type TaskHandle } from '../../support/temporal';
import { reaches, watching } from '../../workflows/stage';

const deployment = 'extpost';
const stages: TestTemporal[] = [];

afterAll(async () => {
  for (const stage of stages) await stage.close();
});

/** Workers of one build, as `worker.versioning` makes them, and the world that they work for. */
async function workersOf(namespace: string, buildId: string): Promise<{ temporal: TestTemporal; world: FakeWorld }> {
  const temporal = await TestTemporal.connect({}, namespace);
  stages.push(temporal);
  const world = new FakeWorld();
  world.settings = watching();
  await temporal.serve(
    () => world,
    100,
    versioningOptions({ versioning: { deployment, buildId, behavior: 'pinned' } }),
  );
  return { temporal, world };
}

/** What `temporal worker deployment set-current-version` does, as soon as the server has seen a worker of the build. */
async function makeCurrent({ client, namespace }: TestTemporal, buildId: string): Promise<void> {
  await eventually(
    () =>
      client.workflowService
        .setWorkerDeploymentCurrentVersion({ namespace, deploymentName: deployment, buildId, identity: 'operator' })
        .then(
          () => 'done',
          (error: unknown) => String(error),
        ),
    (answer) => answer === 'done',
    { withinMs: 20_000 },
  );
  // The queue hears of it a moment later.
  await eventually(
    () => client.workflowService.describeTaskQueue({ namespace, taskQueue: { name: taskQueues.main } }),
    ({ versioningInfo }) => versioningInfo?.currentDeploymentVersion?.buildId === buildId,
  );
}

/** The builds that have executed the task so far, in order. */
async function buildsOf(handle: TaskHandle): Promise<string[]> {
  const { events } = await handle.fetchHistory();
  const builds = (events ?? []).flatMap(
    ({ workflowTaskCompletedEventAttributes: completed }) => completed?.deploymentVersion?.buildId ?? [],
  );
  return builds.filter((build, index) => build !== builds[index - 1]);
}

async function tell(handle: TaskHandle): Promise<void> {
  const before = (await handle.describe()).historyLength;
  await handle.signal(taskEventSignal, { kind: 'ready', source: 'webhook', eventId: randomUUID() });
  await eventually(
    () => handle.describe(),
    ({ historyLength }) => historyLength > before + 3,
  );
}

describe('the build of a worker', () => {
  it.each([
    ['pinned', 'PINNED'],
    ['auto upgrade', 'AUTO_UPGRADE'],
  ] as const)('is told to Temporal as it is configured: %s', (behavior, defaultVersioningBehavior) => {
    expect(versioningOptions({ versioning: { deployment, buildId: 'A', behavior } })).toEqual({
      workerDeploymentOptions: {
        version: { deploymentName: deployment, buildId: 'A' },
        useWorkerVersioning: true,
        defaultVersioningBehavior,
      },
    });
  });

  it('is none where none is configured', () => {
    expect(versioningOptions({ versioning: undefined })).toEqual({});
  });
});

describe('a new build that is made current', () => {
  it('gets the new tasks, and a pinned task goes on with the old one until it is moved', async () => {
    const namespace = `versioning-${randomUUID().slice(0, 8)}`;
    const a = await workersOf(namespace, 'A');
    await makeCurrent(a.temporal, 'A');
    const old = await a.temporal.startTask();
    await reaches(old, 'Done');
    const b = await workersOf(namespace, 'B');
    await makeCurrent(b.temporal, 'B');
    const young = await b.temporal.startTask();
    await reaches(young, 'Done');
    await tell(old);
    expect([await buildsOf(old), await buildsOf(young)]).toEqual([['A'], ['B']]);
    expect([a.world.submissions.length, b.world.submissions.length]).toEqual([1, 1]);

    // As `temporal workflow update-options --versioning-override-behavior auto_upgrade` does.
    b.world.task = a.world.task;
    await b.temporal.client.workflowService.updateWorkflowExecutionOptions({
      namespace,
      workflowExecution: { workflowId: old.workflowId },
      workflowExecutionOptions: { versioningOverride: { autoUpgrade: true } },
      updateMask: { paths: ['versioning_override'] },
    });
    await tell(old);
    expect(await buildsOf(old)).toEqual(['A', 'B']);
  });
});
