import { workerLostFailure } from '../../workers/crash-recovery/report-lost-activities';
import { failOnce } from '../replay/scenarios';
import { detailsOf, withLifecycle, WorkflowStage } from './stage';

const stage = WorkflowStage.forEach();

beforeEach(() => {
  stage.world.settings = withLifecycle({ inFlightGraceMs: 300 });
});

/** Has the request of a killed worker arrive only after the workflow has looked for the first time. */
function arrivesLate(arrive: () => void): void {
  const { world } = stage;
  const read = world.activities.readTask;
  world.activities.readTask = async (task) => {
    world.activities.readTask = read;
    const seen = await read(task);
    arrive();
    return seen;
  };
}

describe('a start whose worker was killed', () => {
  it('is not sent again when it had taken effect', async () => {
    const { world } = stage;
    const start = world.activities.startTask;
    world.activities.startTask = async (task) => {
      await start(task);
      throw workerLostFailure('startTask');
    };
    await (await stage.startTask()).result();
    expect(world.count('startTask')).toBe(1);
  });

  it('is not sent again when it was only on its way', async () => {
    const { world } = stage;
    const start = world.activities.startTask;
    world.activities.startTask = (task) => {
      arrivesLate(() => void start(task));
      return Promise.reject(workerLostFailure('startTask'));
    };
    await (await stage.startTask()).result();
    expect(world.count('startTask')).toBe(1);
  });

  it('is sent again however many workers are killed over it, for none of them says what Creative Force would', async () => {
    const { world } = stage;
    world.settings = withLifecycle({ inFlightGraceMs: 1 });
    const start = world.activities.startTask;
    world.activities.startTask = (task) =>
      world.count('startTask') > 5 ? start(task) : Promise.reject(workerLostFailure('startTask'));
    const handle = await stage.startTask();
    const { outcome } = await handle.result();
    expect([outcome, world.count('startTask')]).toEqual(['done', 6]);
    expect(await detailsOf(handle)).not.toContain('did not take the start');
  });
});

describe('a submission whose worker was killed', () => {
  it('is sent again when it never left', async () => {
    const { world } = stage;
    failOnce(world, 'submitAssets', workerLostFailure('submitAssets'));
    await (await stage.startTask()).result();
    expect([world.count('submitAssets'), world.submissions.length]).toEqual([2, 1]);
  });

  it('is not sent again when it was only on its way', async () => {
    const { world } = stage;
    world.activities.submitAssets = ({ assets }) => {
      arrivesLate(() => {
        world.takeSubmission(assets);
      });
      return Promise.reject(workerLostFailure('submitAssets'));
    };
    const { rounds } = await (await stage.startTask()).result();
    expect([world.count('submitAssets'), world.submissions.length, rounds[0]?.files.length]).toEqual([1, 1, 2]);
  });
});

describe('a transfer whose workers were killed', () => {
  it('is repeated and needs no attention', async () => {
    const { world } = stage;
    const upload = world.activities.uploadFiles;
    world.activities.uploadFiles = (request) =>
      world.count('uploadFiles') > 2 ? upload(request) : Promise.reject(workerLostFailure('uploadFiles'));
    const { outcome } = await (await stage.startTask()).result();
    expect([outcome, world.count('submitAssets')]).toEqual(['done', 1]);
  });

  it('is begun again elsewhere when the worker that has the files does not come back', async () => {
    const { world } = stage;
    world.settings = withLifecycle({ workerAbsenceMs: 300 });
    const fetch = world.activities.fetchRenders;
    world.activities.fetchRenders = async (request) => {
      world.activities.fetchRenders = fetch;
      return (await fetch(request)).map((file) => ({ ...file, queue: 'extpost-transfer/gone' }));
    };
    const { outcome, rounds } = await (await stage.startTask()).result();
    expect([outcome, rounds[0]?.files.length]).toEqual(['done', 2]);
    expect([world.count('fetchRenders'), world.submissions.length]).toEqual([2, 1]);
  });

  it('does not hold up the watch for the verdict, though its spool cannot be cleared', async () => {
    const { world } = stage;
    world.settings = withLifecycle({ workerAbsenceMs: 300 });
    const fetch = world.activities.fetchRenders;
    world.activities.fetchRenders = async (request) => {
      world.activities.fetchRenders = fetch;
      return (await fetch(request)).map((file) => ({ ...file, queue: 'extpost-transfer/gone' }));
    };
    const handle = await stage.startTask();
    await handle.result();
    const { events } = await handle.fetchHistory();
    const all = events ?? [];
    const scheduled = (name: string) =>
      all.find(({ activityTaskScheduledEventAttributes: one }) => one?.activityType?.name === name)?.eventId;
    const clearing = scheduled('dropFiles');
    const givenUp = all.find(
      ({ activityTaskTimedOutEventAttributes: one }) => one?.scheduledEventId?.toString() === clearing?.toString(),
    );
    const watching = Number(scheduled('awaitVerdict'));
    expect([clearing !== undefined, watching < Number(givenUp?.eventId ?? Infinity)]).toEqual([true, true]);
  });
});
