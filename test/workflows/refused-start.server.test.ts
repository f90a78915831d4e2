import { ApplicationFailure } from '@temporalio/common';

import { resumeUpdate, statusQuery } from '../../workflows/external-post-task/messages/messages';
import { failureTypes } from '../../domain/shared/failure-type';
import { givenUp, hanging, refusal } from '../support/fake-world';
import { eventually } from '../support/temporal';
import { reaches, withLifecycle, WorkflowStage } from './stage';

const stage = WorkflowStage.forEach();

/** Creative Force refuses every start, and gives upload addresses only from a certain request on. */
function refuseStarts(addressesFrom: number): void {
  const { requestUploadAddresses } = stage.world.activities;
  stage.world.activities.startTask = () => Promise.reject(refusal('PER-3', 'Not allowed.'));
  stage.world.activities.requestUploadAddresses = (request) =>
    stage.world.count('requestUploadAddresses') < addressesFrom
      ? Promise.reject(refusal('GEN-4', 'Not now.'))
      : requestUploadAddresses(request);
}

describe('a start that Creative Force refuses', () => {
  it('is not sent again when the round is tried again for another reason', async () => {
    stage.world.settings = withLifecycle({ retries: { firstMs: 50, factor: 1, maxMs: 50 } });
    refuseStarts(3);
    await (await stage.startTask()).result();
    expect([stage.world.count('requestUploadAddresses'), stage.world.count('startTask')]).toEqual([3, 1]);
  });

  it('is sent again when an operator has acted', async () => {
    refuseStarts(2);
    const handle = await stage.startTask();
    await reaches(handle, 'Needs attention');
    await handle.executeUpdate(resumeUpdate, { args: [{ by: 'Ha' }] });
    await handle.result();
    expect(stage.world.count('startTask')).toBe(2);
  });

  it('is sent again when the status of the task has changed', async () => {
    stage.world.settings = withLifecycle({ retries: { firstMs: 500, factor: 1, maxMs: 500 } });
    refuseStarts(2);
    const handle = await stage.startTask();
    await reaches(handle, 'Needs attention');
    stage.world.task = { ...stage.world.task, statusText: 'Ready to work' };
    await eventually(
      () => Promise.resolve(stage.world.count('startTask')),
      (count) => count === 2,
    );
    expect((await handle.query(statusQuery)).stage).not.toBe('Needs attention');
  });
});

describe('a start and an export, which go on at the same time:', () => {
  it('a start without an answer does not hold up what people are asked', async () => {
    stage.world.settings = withLifecycle({ startGraceMs: 100 });
    stage.world.candidates = [];
    stage.world.activities.startTask = () => givenUp();
    const { attention } = await reaches(await stage.startTask(), 'Needs attention');
    expect(attention?.cause).toBe('no creative');
  });

  it('renders that take long do not hold up a run that was reset', async () => {
    const { startTask, awaitRenders } = stage.world.activities;
    stage.world.activities.awaitRenders = () => hanging();
    stage.world.activities.startTask = () => {
      Object.assign(stage.world.activities, { startTask, awaitRenders });
      return Promise.reject(ApplicationFailure.nonRetryable('Another run.', failureTypes.otherRun));
    };
    await expect((await stage.startTask()).result()).resolves.toMatchObject({ outcome: 'done' });
  });
});

describe.each(['startTask', 'submitAssets'] as const)('%s, when Creative Force has too many requests,', (write) => {
  /** Refuses the write once, and asks for this wait; gives the milliseconds of the timers that the task has set. */
  async function timersAfter(retryAfterMs: number): Promise<number[]> {
    const { [write]: taken } = stage.world.activities;
    Object.assign(stage.world.activities, {
      [write]: () => {
        Object.assign(stage.world.activities, { [write]: taken });
        return Promise.reject(throttled(retryAfterMs));
      },
    });
    const handle = await stage.startTask();
    await handle.result();
    const { events } = await handle.fetchHistory();
    return (events ?? []).flatMap(({ timerStartedEventAttributes: timer }) => {
      const { seconds, nanos } = timer?.startToFireTimeout ?? {};
      return timer ? [Number(seconds ?? 0) * 1_000 + (nanos ?? 0) / 1e6] : [];
    });
  }

  it('is sent again after the wait that it asks for', async () => {
    expect(await timersAfter(321)).toContain(321);
    expect([stage.world.count(write), stage.world.submissions.length]).toEqual([2, 1]);
  });
});

it('a start that Creative Force would take only in an hour is left out', async () => {
  stage.world.activities.startTask = () => Promise.reject(throttled(3_600_000));
  const record = await (await stage.startTask()).result();
  expect([record.outcome, stage.world.count('startTask')]).toEqual(['done', 1]);
});

function throttled(retryAfterMs: number): ApplicationFailure {
  return ApplicationFailure.create({
    message: 'Creative Force answered 429.',
    type: failureTypes.throttled,
    details: [{ system: 'Creative Force', endpoint: 'POST …', status: 429, retryAfterMs }],
  });
}
