import { toNotification, type NotificationInput } from '../../domain/operator/notification';
import { runActivity } from '../runtime/run-activity';
import { getStudio, type Studios } from '../runtime/studios';

export function createNotificationActivities(studios: Studios) {
  return {
    notifyPeople: (notice: NotificationInput): Promise<void> =>
      runActivity(({ signal }) => {
        const { notifications } = getStudio(studios, notice.task.studio);
        return notifications?.post(toNotification(notice), signal) ?? Promise.resolve();
      }),
  };
}
