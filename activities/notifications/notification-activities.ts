import { activityInfo, getClient } from '@temporalio/activity';

import { sendToChannels, type ChannelName } from '../../clients';
import { dailySummaryMessage, type DailySummary } from '../../domain/notification/daily-summary';
import { toMessage, type Message } from '../../domain/notification/message';
import {
  groupWorkflowId,
  NOTICE_SIGNAL,
  NOTIFICATION_GROUP,
  type Notice,
  type NoticeGroup,
  type NotificationGroupInput,
} from '../../domain/notification/notice';
import { runActivity, type ActivityRun } from '../runtime/run-activity';
import { getStudio, type StudioNotifications, type Studios } from '../runtime/studios';

export function createNotificationActivities(studios: Studios) {
  return {
    /** Hands a notice to the workflow of its group, which sends one message for all that come together. */
    notifyPeople: (notice: Notice): Promise<void> =>
      runActivity(async () => {
        const { notifications } = getStudio(studios, notice.task.studio);
        if (notifications === undefined) return;
        await getClient().workflow.signalWithStart<(input: NotificationGroupInput) => Promise<void>, [Notice]>(
          NOTIFICATION_GROUP,
          {
            workflowId: groupWorkflowId(notice),
            taskQueue: activityInfo().taskQueue,
            args: [{ waitMs: notifications.groupForMs }],
            signal: NOTICE_SIGNAL,
            signalArgs: [notice],
            staticSummary: `${notice.task.studio}: notifications, ${notice.cause ?? notice.kind}`,
          },
        );
      }),

    /** Sends one message for these notices to each channel of their studio. */
    postNotices: (group: NoticeGroup): Promise<void> =>
      runActivity(async (run) => {
        const { notifications } = getStudio(studios, group.notices[0].task.studio);
        if (notifications !== undefined) await send(notifications, toMessage(group, notifications), run);
      }),

    /** Sends a studio's daily summary to each of its channels. */
    postSummary: (summary: DailySummary): Promise<void> =>
      runActivity(async (run) => {
        const { notifications } = getStudio(studios, summary.studio);
        if (notifications !== undefined) await send(notifications, dailySummaryMessage(summary, notifications), run);
      }),
  };
}

/** A channel that has the message gets it no second time when the attempt is repeated for another one. */
async function send({ channels }: StudioNotifications, message: Message, run: ActivityRun): Promise<void> {
  const { workflowExecution, activityId } = activityInfo();
  await sendToChannels(channels, message, {
    id: `${workflowExecution?.runId ?? 'none'}-${activityId}`,
    sent: sentBefore(run.lastHeartbeat),
    onSent: (sent) => {
      run.heartbeat({ sent });
    },
    signal: run.signal,
  });
}

function sentBefore(reported: unknown): readonly ChannelName[] {
  const { sent } = (reported ?? {}) as { readonly sent?: readonly ChannelName[] };
  return sent ?? [];
}
