import { defineSignal, log, setHandler, sleep, workflowInfo } from '@temporalio/workflow';

import type { NotificationGroupInput, NotificationInput } from '../../domain/operator/notification';
import { formatDuration, pluralise } from '../../domain/shared/text';
import { notification } from '../activity-options';

/** Its name is `NOTICE_SIGNAL` in domain/operator/notification.ts, by which the activity sends it. */
const noticeSignal = defineSignal<[NotificationInput]>('notice');

/** So long after a message further notices of its group wait for the next one. */
const BETWEEN_MESSAGES_MS = 15 * 60_000;

/**
 * Sends one message for all tasks of a studio that have the same to tell at about the same time. It collects for a while, sends,
 * and goes on collecting; it ends when nothing has come since its last message.
 */
export async function notificationGroup(input: NotificationGroupInput): Promise<void> {
  let notices: readonly NotificationInput[] = [];
  setHandler(noticeSignal, (notice) => {
    // An activity that is tried again may tell twice.
    notices = [...notices.filter(({ task }) => task.taskId !== notice.task.taskId), notice];
  });
  let waitMs = input.waitMs;
  for (;;) {
    await sleep(waitMs, { summary: `Collect notices for ${formatDuration(waitMs)}` });
    if (notices.length === 0) return;
    const sent = notices;
    notices = [];
    try {
      await notification(`Tell people of ${pluralise(sent.length, 'task')}`).postNotices({ notices: sent });
    } catch (error) {
      log.warn('A notification could not be delivered; look at notifications.url of this studio in extpost.yaml.', {
        reason: String(error),
      });
    }
    waitMs = BETWEEN_MESSAGES_MS;
    // The next notice starts a new run.
    if (workflowInfo().continueAsNewSuggested && notices.length === 0) return;
  }
}
