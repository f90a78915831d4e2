import { ApplicationFailure } from '@temporalio/common';

import { createNotificationActivities } from '../../activities/notifications/notification-activities';
import { failureTypes } from '../../domain/shared/failure-type';
import type { GroupNotification, Notification, StudioNotification } from '../../domain/operator/notification';
import { studiosWith } from '../activities/activity-harness';
import { eventually } from '../support/temporal';
import { reaches, withLifecycle, WorkflowStage } from './stage';

const stage = WorkflowStage.forEach();

describe('many tasks that stop for the same cause at once', () => {
  it('are told in one message', async () => {
    const posted: (GroupNotification | Notification | StudioNotification)[] = [];
    const notifications = {
      post: (message: (typeof posted)[number]) => {
        posted.push(message);
        return Promise.resolve();
      },
    };
    const studios = studiosWith({ notifications, groupNoticesForMs: 5_000 });
    Object.assign(stage.world.activities, createNotificationActivities(studios));
    stage.world.settings = withLifecycle({ notifies: true });
    stage.world.activities.readSpecs = () =>
      Promise.reject(ApplicationFailure.nonRetryable('It was a page.', failureTypes.contract));
    const tasks = await Promise.all([stage.startTask(), stage.startTask(), stage.startTask()]);
    for (const task of tasks) await reaches(task, 'Needs attention');
    await eventually(
      () => Promise.resolve(posted),
      (messages) => messages.length > 0,
    );
    expect(posted).toMatchObject([{ kind: 'needs attention', cause: 'contract changed', count: 3 }]);
  });
});
