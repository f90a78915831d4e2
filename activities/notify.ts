import { notificationOf, type Notice } from '../domain/notification';
import { perform } from './perform';
import { studioNamed, type Studios } from './studios';

/** Telling people of a studio that a task needs them. */
export function createPeopleActivities(studios: Studios) {
  return {
    /** Posts a notice to the studio's address, if it has one. */
    notifyPeople: (notice: Notice): Promise<void> =>
      perform(({ signal }) => {
        const { notifications } = studioNamed(studios, notice.task.studio);
        return notifications?.post(notificationOf(notice), signal) ?? Promise.resolve();
      }),
  };
}
