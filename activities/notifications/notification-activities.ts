import { activityInfo, getClient, log } from '@temporalio/activity';

import { sendToChannels, type ChannelName, type MessagePicture, type Store } from '../../clients';
import {
  coverOf,
  parseKeptPictureKey,
  PICTURE_CONTENT_TYPE,
  type KeptPicture,
} from '../../domain/delivery/kept-picture';
import { storedFolder } from '../../domain/task/stored-folder';
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
import type { TaskReference } from '../../domain/task/task';
import { runActivity, type ActivityRun } from '../runtime/run-activity';
import { getStudio, type StudioNotifications, type Studios } from '../runtime/studios';

/** More pictures are not embedded in one e-mail. */
const MOST_PICTURES = 10;

/** `readCover`: absent where no pictures are kept. */
export function createNotificationActivities(studios: Studios, readCover?: ReadCover) {
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
        if (notifications === undefined) return;
        const embeds = notifications.channels.some(({ name }) => name === 'email');
        const pictures = embeds && readCover !== undefined ? await coversOf(group, readCover) : [];
        await send(notifications, toMessage(group, notifications), run, pictures);
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
async function send(
  { channels }: StudioNotifications,
  message: Message,
  run: ActivityRun,
  pictures: readonly MessagePicture[] = [],
): Promise<void> {
  const { workflowExecution, activityId } = activityInfo();
  await sendToChannels(channels, message, {
    id: `${workflowExecution?.runId ?? 'none'}-${activityId}`,
    sent: sentBefore(run.lastHeartbeat),
    onSent: (sent) => {
      run.heartbeat({ sent });
    },
    onOtherError: (error) => {
      log.warn('A notification was not delivered by one of its channels.', { reason: String(error) });
    },
    signal: run.signal,
    pictures,
  });
}

/** A message without a picture is better than none. */
async function coversOf({ notices }: NoticeGroup, readCover: ReadCover): Promise<MessagePicture[]> {
  const covers: MessagePicture[] = [];
  for (const { task } of notices.slice(0, MOST_PICTURES)) {
    try {
      const cover = await readCover(task);
      if (cover !== undefined) covers.push({ ...cover, task: task.taskId });
    } catch (error) {
      log.warn('The pictures of tasks could not be read for a message, which is sent without them.', {
        reason: String(error),
      });
      return covers;
    }
  }
  return covers;
}

function sentBefore(reported: unknown): readonly ChannelName[] {
  const { sent } = (reported ?? {}) as { readonly sent?: readonly ChannelName[] };
  return sent ?? [];
}

/** The small picture by which a task is recognised; `undefined` when none is kept. */
export type ReadCover = (
  task: Pick<TaskReference, 'studio' | 'taskId'>,
) => Promise<{ readonly bytes: Uint8Array; readonly contentType: string } | undefined>;

const MOST_LISTED = 200;

/** `store`: the part `pictures` of the storage. Throws what the store throws. */
export function createCoverReader(store: Pick<Store, 'list' | 'get'>): ReadCover {
  return async (task) => {
    const kept: KeptPicture[] = [];
    for await (const key of store.list(storedFolder(task))) {
      const picture = parseKeptPictureKey(key);
      if (picture !== undefined) kept.push(picture);
      if (kept.length >= MOST_LISTED) break;
    }
    const cover = coverOf(kept);
    const bytes = cover && (await store.get(cover.key));
    // A power failure may leave an empty file.
    return bytes && bytes.byteLength > 0 ? { bytes, contentType: PICTURE_CONTENT_TYPE } : undefined;
  };
}
