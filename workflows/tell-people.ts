import { isCancellation } from '@temporalio/workflow';

import { lifecycleOf } from '../domain/task/lifecycle-policy';
import type { NotificationInput } from '../domain/operator/notification';
import type { StudioSettings } from '../domain/task/studio-settings';
import { peopleTold } from './profiles';
import type { TaskStory } from './task-story';

/** Tells the people of a studio, where it has an address for that. The work never waits for it, nor fails by it. */
export async function tellPeople(
  story: TaskStory,
  settings: Partial<Pick<StudioSettings, 'lifecycle'>>,
  notice: Omit<NotificationInput, 'task' | 'title'>,
): Promise<void> {
  if (!lifecycleOf(settings).notifies) return;
  try {
    await peopleTold(`Tell people: ${notice.kind}`).notifyPeople({ ...notice, task: story.task, title: story.title });
  } catch (error) {
    if (isCancellation(error)) return;
    story.remark('The notification could not be delivered; look at notifications.url of this studio in extpost.yaml.');
  }
}
