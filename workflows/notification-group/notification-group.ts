import { defineSignal, log, setHandler, sleep, workflowInfo } from '@temporalio/workflow';

import { isNotice, MOST_LISTED, type Notice, type NotificationGroupInput } from '../../domain/notification/notice';
import { formatDuration, pluralise } from '../../domain/shared/text';
import { notification } from '../activity-options';
import { errorText } from '../external-post-task/steps/step';

/** Its name is `NOTICE_SIGNAL` in domain/notification/notice.ts, by which the activity sends it. */
const noticeSignal = defineSignal<[Notice]>('notice');

/** So long after a message further notices of its group wait for the next one. */
const BETWEEN_MESSAGES_MS = 15 * 60_000;

/**
 * Sends one message for all tasks of a studio that have the same to tell at about the same time. It collects for a while, sends,
 * and goes on collecting; it ends when nothing has come since its last message.
 */
export async function notificationGroup(input: NotificationGroupInput): Promise<void> {
  let notices: readonly Notice[] = [];
  let tasks = new Set<string>();
  setHandler(noticeSignal, (notice) => {
    if (!isNotice(notice)) return;
    const { taskId } = notice.task;
    // An activity that is tried again may tell twice.
    if (tasks.has(taskId)) notices = notices.map((one) => (one.task.taskId === taskId ? notice : one));
    else if (notices.length < MOST_LISTED) notices = [...notices, notice];
    tasks.add(taskId);
  });
  let waitMs = input.waitMs;
  for (;;) {
    await sleep(waitMs, { summary: `Collect notices for ${formatDuration(waitMs)}` });
    const [first, ...others] = notices;
    if (first === undefined) return;
    const count = tasks.size;
    notices = [];
    tasks = new Set();
    try {
      const summary = `Send a notification about ${pluralise(count, 'task')}`;
      await notification(summary).postNotices({ notices: [first, ...others], count });
    } catch (error) {
      log.warn('A notification could not be delivered.', { reason: errorText(error) });
    }
    waitMs = BETWEEN_MESSAGES_MS;
    // The next notice starts a new run.
    if (workflowInfo().continueAsNewSuggested && tasks.size === 0) return;
  }
}
