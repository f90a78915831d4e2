import { randomUUID } from 'node:crypto';

import { ScheduleOverlapPolicy } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';

import { createNotificationActivities } from '../../activities/notifications/notification-activities';
import type { Message } from '../../domain/notification/message';
import { summaryScheduleId, type DailySummary } from '../../domain/notification/daily-summary';
import { failureTypes } from '../../domain/shared/failure-type';
import { countWaiting, ensureSummarySchedule, removeSummarySchedule } from '../../starters';
import { studiosWith } from '../activities/activity-harness';
import { eventually } from '../support/temporal';
import { reaches, withLifecycle, WorkflowStage } from './stage';

const stage = WorkflowStage.forEach();

/** The channels of acme, which keep what they are sent. */
function keepingChannel() {
  const sent: Message[] = [];
  const send = (message: Message) => {
    sent.push(message);
    return Promise.resolve();
  };
  const notifications = { channels: [{ name: 'slack' as const, send }], groupForMs: 5_000, timeZone: 'UTC' };
  Object.assign(stage.world.activities, createNotificationActivities(studiosWith({ notifications })));
  return sent;
}

describe('many tasks that stop for the same cause at once', () => {
  it('are told in one message, whatever nonsense is signalled besides', async () => {
    const sent = keepingChannel();
    stage.world.settings = withLifecycle({ notifies: true });
    stage.world.activities.readSpecs = () =>
      Promise.reject(ApplicationFailure.nonRetryable('It was a page.', failureTypes.contract));
    const tasks = await Promise.all([stage.startTask(), stage.startTask(), stage.startTask()]);
    for (const task of tasks) await reaches(task, 'Needs attention');
    const group = stage.latest('extpost-notifications/acme/needs-attention/contract-changed');
    await eventually(
      () =>
        group.signal('notice', null).then(
          () => true,
          () => false,
        ),
      (isSignalled) => isSignalled,
    );
    await eventually(
      () => Promise.resolve(sent),
      (messages) => messages.length > 0,
    );
    expect(sent).toMatchObject([{ kind: 'needs attention', cause: 'contract changed', count: 3 }]);
  });
});

describe('a daily summary', () => {
  const studio = `acme-${randomUUID().slice(0, 8)}`;
  const schedule = { studio, at: '07:30', days: ['monday', 'friday'], timeZone: 'Europe/Copenhagen' } as const;
  afterEach(() => removeSummarySchedule(stage.server.client, studio));

  it('is sent when its schedule says, of the time since the one before', async () => {
    const { client } = stage.server;
    expect(await ensureSummarySchedule(client, schedule)).toBe('created');
    expect(await ensureSummarySchedule(client, schedule)).toBe('updated');
    const handle = client.schedule.getHandle(summaryScheduleId(studio));
    const { spec } = await handle.describe();
    expect(spec.timezone).toBe('Europe/Copenhagen');
    expect(spec.calendars).toMatchObject([{ hour: [{ start: 7 }], minute: [{ start: 30 }] }]);
    const summaries: DailySummary[] = [];
    stage.world.activities.postSummary = (summary) => {
      summaries.push(summary);
      return Promise.resolve();
    };
    for (const number of [1, 2]) {
      // The next one follows when the server has noted the end of the one before.
      await handle.trigger(ScheduleOverlapPolicy.BUFFER_ONE);
      await eventually(
        () => Promise.resolve(summaries.length),
        (count) => count === number,
      );
    }
    expect(summaries[1]?.from).toBe(summaries[0]?.until);
  });

  it('counts what waits and what is late by what Temporal shows', async () => {
    stage.world.candidates = [];
    const waiting = { studio };
    stage.world.task = { ...stage.world.task, deadline: Date.now() - 3_600_000 };
    for (const task of [await stage.startTask(waiting), await stage.startTask(waiting)]) {
      await reaches(task, 'Needs attention');
    }
    const counted = await eventually(
      () => countWaiting(stage.server.client, studio),
      ({ waiting: causes, late }) => late === 2 && causes.some(({ count }) => count === 2),
    );
    expect(counted).toEqual({ waiting: [{ cause: 'no creative', count: 2 }], late: 2 });
  });
});
