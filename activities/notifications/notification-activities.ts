import { activityInfo, getClient } from '@temporalio/activity';

import {
  groupWorkflowId,
  NOTICE_SIGNAL,
  NOTIFICATION_GROUP,
  toGroupNotification,
  type NotificationGroupInput,
  type NotificationInput,
} from '../../domain/operator/notification';
import { runActivity } from '../runtime/run-activity';
import { getStudio, type Studios } from '../runtime/studios';

export function createNotificationActivities(studios: Studios) {
  return {
    /** Hands a notice to the workflow of its group, which sends one message for all that come together. */
    notifyPeople: (notice: NotificationInput): Promise<void> =>
      runActivity(async () => {
        const { notifications, groupNoticesForMs: waitMs } = getStudio(studios, notice.task.studio);
        if (notifications === undefined) return;
        await getClient().workflow.signalWithStart<
          (input: NotificationGroupInput) => Promise<void>,
          [NotificationInput]
        >(NOTIFICATION_GROUP, {
          workflowId: groupWorkflowId(notice),
          taskQueue: activityInfo().taskQueue,
          args: [{ waitMs }],
          signal: NOTICE_SIGNAL,
          signalArgs: [notice],
          staticSummary: `${notice.task.studio}: notifications, ${notice.cause ?? notice.kind}`,
        });
      }),

    /** Posts one message for these notices, which are of one studio, kind and cause. */
    postNotices: ({ notices }: { notices: readonly NotificationInput[] }): Promise<void> =>
      runActivity(async ({ signal }) => {
        const [first, ...others] = notices;
        if (first === undefined) return;
        const { notifications } = getStudio(studios, first.task.studio);
        await notifications?.post(toGroupNotification([first, ...others]), signal);
      }),
  };
}
