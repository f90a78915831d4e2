import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { activityInfo, Context, heartbeat } from '@temporalio/activity';
import { MockActivityEnvironment } from '@temporalio/testing';

import { journalActivities, reportLostActivities } from '../../../workers/crash-recovery/report-lost-activities';
import type { JournalEntry } from '../../../workers/crash-recovery/activity-journal';
import type { AllActivities } from '../../support/fake-world';
import type { TaskHandle } from '../../support/temporal';
import { detailsOf, withLifecycle, WorkflowStage } from '../../workflows/stage';
import { workerWithJournal } from './journaling-worker';
import { killOthers } from '../../support/other-process';

const stage = WorkflowStage.forEach();
let folder: string;
let lines: string[];
let counted: string[];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'extpost-lost-'));
  [lines, counted] = [[], []];
  stage.world.settings = withLifecycle({ inFlightGraceMs: 10 });
});
afterEach(async () => {
  await killOthers();
  await rm(folder, { recursive: true, force: true });
});

/** What a worker notes of the activity that runs now. */
function noteOfThis(): JournalEntry {
  const { namespace, activityType: activity, base64TaskToken: taskToken, workflowExecution } = activityInfo();
  const { workflowId, runId } = workflowExecution ?? { workflowId: '', runId: '' };
  return { namespace, activity, taskToken, workflowId, runId, runsWorkflows: true };
}

/** As a worker that is started does. */
function tell(namespace = stage.server.namespace): Promise<void> {
  const { client } = stage.server;
  const say = (line: unknown, more?: string): void => void lines.push(more ?? String(line));
  return reportLostActivities({
    folder,
    client:
      namespace === client.options.namespace ? client : Object.create(client, { options: { value: { namespace } } }),
    metrics: { activityFailed: (activity, type) => counted.push(`${activity} ${type}`) },
    logger: { info: say, warn: say },
  });
}

/**
 * Lets the first attempt of an activity be that of a worker which is killed over it: it reports, and is never heard of again.
 * `noted` ends with what that worker has noted, once it is dead.
 */
function killedDuring(
  name: 'readTaskAndNotes' | 'startTask' | 'submitAssets',
  before?: () => void,
): { noted: Promise<JournalEntry> } {
  const activities = stage.world.activities as unknown as Record<string, (argument: unknown) => Promise<unknown>>;
  const usual = activities[name];
  const noted = new Promise<JournalEntry>((resolve, reject) => {
    activities[name] = async () => {
      if (usual !== undefined) activities[name] = usual;
      before?.();
      heartbeat({ seen: 'half of it' });
      const note = noteOfThis();
      workerWithJournal(folder, note)
        .then((worker) => worker.kill())
        .then(() => {
          resolve(note);
        }, reject);
      return Context.current().cancelled;
    };
  });
  return { noted };
}

async function attemptsOf(handle: TaskHandle, activity: keyof AllActivities) {
  const events = (await handle.fetchHistory()).events ?? [];
  const ids = events
    .filter((event) => event.activityTaskScheduledEventAttributes?.activityType?.name === activity)
    .map(({ eventId }) => String(eventId));
  return events.flatMap((event) => {
    const started = event.activityTaskStartedEventAttributes;
    const failed = event.activityTaskFailedEventAttributes;
    const timedOut = event.activityTaskTimedOutEventAttributes;
    const id = String((started ?? failed ?? timedOut)?.scheduledEventId);
    if (!ids.includes(id)) return [];
    const failure = (started?.lastFailure ?? failed?.failure)?.applicationFailureInfo?.type;
    return [
      `${started ? `attempt ${started.attempt ?? 0}` : failed ? 'failed' : 'timed out'}: ${failure ?? 'nothing'}`,
    ];
  });
}

describe('an activity of a killed worker', () => {
  it('is tried again at once when the next worker tells of it, and goes on by what was reported', async () => {
    const { noted } = killedDuring('readTaskAndNotes');
    const handle = await stage.startTask();
    await noted;
    const reported: unknown[] = [];
    const usual = stage.world.activities.readTaskAndNotes;
    stage.world.activities.readTaskAndNotes = (task) => {
      reported.push(activityInfo().heartbeatDetails);
      return usual(task);
    };
    await tell();
    await handle.result();
    const [first] = await attemptsOf(handle, 'readTaskAndNotes');
    expect([first, reported[0]]).toEqual(['attempt 2: WorkerLost', { seen: 'half of it' }]);
    expect(counted).toEqual(['readTaskAndNotes WorkerLost']);
    expect(lines).toEqual(['A worker was killed; its activities are retried at once: readTaskAndNotes.']);
    expect(await readdir(folder)).toEqual([]);
  });

  it('fails at once where it must not be repeated blindly; the task is looked at, and the start sent once more', async () => {
    const { noted } = killedDuring('startTask');
    const handle = await stage.startTask();
    await noted;
    await tell();
    const record = await handle.result();
    expect(await attemptsOf(handle, 'startTask')).toEqual([
      'attempt 1: nothing',
      'failed: WorkerLost',
      'attempt 1: nothing',
    ]);
    expect([record.outcome, await detailsOf(handle)]).toEqual([
      'done',
      expect.not.stringContaining('did not take the start'),
    ]);
  });

  it('is not sent again when it had taken effect', async () => {
    const { world } = stage;
    const { noted } = killedDuring('submitAssets', () => {
      const assets = world.task.shots.flatMap(({ shotId, expectedOutputs }) =>
        expectedOutputs.map(({ specId, variant }) => ({
          shotId,
          specId,
          variant,
          assetId: `asset-0-${JSON.stringify([shotId, specId, variant])}`,
        })),
      );
      world.takeSubmission(assets);
    });
    const handle = await stage.startTask();
    await noted;
    await tell();
    await handle.result();
    expect([world.count('submitAssets'), world.submissions.length]).toEqual([1, 1]);
  });

  it('is left alone when it has ended since, or another attempt is under way', async () => {
    const { noted } = killedDuring('readTaskAndNotes');
    const handle = await stage.startTask();
    const note = await noted;
    await tell();
    await handle.result();
    await (await workerWithJournal(folder, note)).kill();
    await tell();
    expect([counted, lines.length, await readdir(folder)]).toEqual([['readTaskAndNotes WorkerLost'], 1, []]);
  });

  it('is left to the workers of its own namespace', async () => {
    const { noted } = killedDuring('readTaskAndNotes');
    await stage.startTask();
    await noted;
    await tell('another');
    expect([counted, (await readdir(folder)).length]).toEqual([[], 2]);
  });
});

describe('the notes of a worker', () => {
  it('hold what it has under way, until that has ended or failed', async () => {
    const noted: string[] = [];
    const notes = {
      begin: ({ activity, taskToken, runsWorkflows }: JournalEntry) => {
        noted.push(`${activity} begins: ${taskToken}, ${String(runsWorkflows)}`);
        return Promise.resolve(() => void noted.push('ends'));
      },
      close: () => Promise.resolve(),
    };
    const run = async (isLocal: boolean, work: () => Promise<unknown>) => {
      const info = { activityType: 'readTask', base64TaskToken: 'dG9rZW4=', isLocal };
      const { inbound } = journalActivities(notes, true)(new MockActivityEnvironment(info).context);
      await inbound?.execute?.({ args: [], headers: {} }, work).catch(() => undefined);
    };
    await run(false, () => Promise.resolve());
    await run(false, () => Promise.reject(new Error('no')));
    await run(true, () => Promise.resolve());
    const once = ['readTask begins: dG9rZW4=, true', 'ends'];
    expect(noted).toEqual([...once, ...once]);
  });
});
