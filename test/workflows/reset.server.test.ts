import { randomUUID } from 'node:crypto';

import { type FakeWorld, hanging } from '../support/fake-world';
import { eventually, type TaskHandle } from '../support/temporal';
import { reaches, signalRejection, watching, WorkflowStage } from './stage';

const stage = WorkflowStage.forEach();
const story = 'output-Front/Story';

/** Resets the workflow, as people do in the Web UI, to before it scheduled this activity for the n-th time. */
async function resetBefore(handle: TaskHandle, activity: string, nth = 1): Promise<void> {
  const { events = [] } = await handle.fetchHistory();
  const scheduled = (events ?? []).filter(
    (event) => event.activityTaskScheduledEventAttributes?.activityType?.name === activity,
  )[nth - 1]?.activityTaskScheduledEventAttributes;
  await reset(handle, scheduled?.workflowTaskCompletedEventId);
}

async function resetToTheFirstTask(handle: TaskHandle): Promise<void> {
  const { events = [] } = await handle.fetchHistory();
  await reset(handle, (events ?? []).find(({ workflowTaskCompletedEventAttributes: completed }) => completed)?.eventId);
}

async function reset(handle: TaskHandle, workflowTaskFinishEventId: HistoryEvent['eventId']): Promise<void> {
  if (!workflowTaskFinishEventId) throw new Error('The history has no such event.');
  const { client, namespace } = stage.server;
  const before = (await handle.describe()).runId;
  await client.workflowService.resetWorkflowExecution({
    namespace,
    workflowExecution: { workflowId: handle.workflowId, runId: before },
    reason: 'a test',
    requestId: randomUUID(),
    workflowTaskFinishEventId,
  });
  await eventually(
    async () => (await handle.describe()).runId,
    (runId) => runId !== before,
  );
}

type HistoryEvent = NonNullable<Awaited<ReturnType<TaskHandle['fetchHistory']>>['events']>[number];

/** QC sits on what was returned: the task is not Done by itself. */
function inReview(world: FakeWorld): void {
  world.task = { ...world.task, status: 'in progress', statusText: 'In Progress' };
}

/** Submits, and leaves the task with QC. */
async function taskWithQc(): Promise<TaskHandle> {
  stage.world.settings = watching();
  const { submitAssets } = stage.world.activities;
  stage.world.activities.submitAssets = async (request) => {
    await submitAssets(request);
    inReview(stage.world);
  };
  const handle = await stage.startTask();
  await reaches(handle, 'Awaiting verdict');
  return handle;
}

describe('a workflow that is reset to before its submission', () => {
  const points: [string, (handle: TaskHandle) => Promise<void>][] = [
    ['the submission', (handle) => resetBefore(handle, 'submitAssets')],
    ['the start', (handle) => resetBefore(handle, 'startTask')],
    ['everything', resetToTheFirstTask],
  ];

  it.each(points)('to before %s, does not send again what the task shows as returned', async (_point, resetTo) => {
    const handle = await taskWithQc();
    await resetTo(handle);
    const status = await reaches(handle, 'Awaiting verdict');
    expect([stage.world.submissions.length, stage.world.count('startTask'), status.rounds?.length]).toEqual([1, 1, 1]);
  });

  const farAndNear = [...points.slice(0, 1), ...points.slice(-1)];

  it.each(farAndNear)('to before %s, watches a task that is Done for a late rejection', async (_point, resetTo) => {
    const handle = await stage.submittedTask();
    await resetTo(handle);
    await reaches(handle, 'Done');
    expect([stage.world.submissions.length, stage.world.count('startTask')]).toEqual([1, 1]);
  });

  it.each(farAndNear)('to before %s, does not need the audit for it', async (_point, resetTo) => {
    stage.world.isAudited = false;
    const handle = await taskWithQc();
    await resetTo(handle);
    await reaches(handle, 'Awaiting verdict');
    expect([stage.world.submissions.length, stage.world.count('startTask')]).toEqual([1, 1]);
  });

  it('answers a rejection that has come meanwhile, compared with what was submitted before', async () => {
    const handle = await taskWithQc();
    stage.world.reject('spec-story');
    await resetBefore(handle, 'submitAssets');
    await reaches(handle, 'Rejected');
    stage.world.correct(story);
    await eventually(
      () => Promise.resolve(stage.world.submissions.length),
      (count) => count === 2,
    );
    expect(stage.world.submissions[1]?.map(({ specId }) => specId)).toEqual(['spec-story']);
  });

  it('does not send a correction again that an event had asked for', async () => {
    const handle = await taskWithQc();
    stage.world.task = { ...stage.world.task, status: 'to do', statusText: 'To Do' };
    await signalRejection(handle);
    await reaches(handle, 'Rejected');
    stage.world.correct(story);
    stage.world.correct('output-Front/Feed');
    await eventually(
      () => Promise.resolve(stage.world.submissions.length),
      (count) => count === 2,
    );
    await reaches(handle, 'Awaiting verdict');
    await resetBefore(handle, 'submitAssets', 2);
    const status = await reaches(handle, 'Awaiting verdict');
    expect([stage.world.submissions.length, status.round, status.rounds?.length]).toEqual([2, 1, 2]);
  });

  it('in the middle of its submission looks whether that took effect', async () => {
    stage.world.settings = watching();
    const { submitAssets } = stage.world.activities;
    stage.world.activities.submitAssets = async (request) => {
      stage.world.activities.submitAssets = submitAssets;
      await submitAssets(request);
      inReview(stage.world);
      return hanging();
    };
    const handle = await stage.startTask();
    await eventually(
      () => Promise.resolve(stage.world.submissions.length),
      (count) => count === 1,
    );
    await handle.signal('taskEvent', { kind: 'ready', source: 'webhook', eventId: 'event-1' });
    const completed = await eventually(
      async () => {
        const { events } = await handle.fetchHistory();
        const at = (events ?? []).findIndex(({ workflowExecutionSignaledEventAttributes: signal }) => signal);
        return (events ?? []).slice(at).find(({ workflowTaskCompletedEventAttributes: task }) => task)?.eventId;
      },
      (id) => id !== undefined,
    );
    await reset(handle, completed);
    const status = await reaches(handle, 'Awaiting verdict');
    expect([stage.world.submissions.length, status.rounds?.length]).toEqual([1, 1]);
  });

  it('does not overwrite what is returned by hand while the files are made again', async () => {
    stage.world.settings = watching();
    const { awaitRenders } = stage.world.activities;
    stage.world.activities.awaitRenders = () => hanging();
    const handle = await stage.startTask();
    await reaches(handle, 'Export');
    stage.world.activities.awaitRenders = (request) => {
      stage.world.returnByHand('spec-feed');
      return awaitRenders(request);
    };
    await resetToTheFirstTask(handle);
    await reaches(handle, 'Done');
    expect(stage.world.submissions.map((assets) => assets.map(({ specId }) => specId))).toEqual([['spec-story']]);
  });

  it('delivers when the task shows nothing of what was submitted', async () => {
    const untouched = stage.world.task;
    const handle = await taskWithQc();
    stage.world.task = untouched;
    await resetBefore(handle, 'submitAssets');
    await eventually(
      () => Promise.resolve(stage.world.submissions.length),
      (count) => count === 2,
    );
    expect((await reaches(handle, 'Awaiting verdict')).rounds).toHaveLength(2);
  });
});
