import { isCancellation } from '@temporalio/workflow';

import type { NotificationInput } from '../../../domain/operator/notification';
import type { LifecyclePolicy } from '../../../domain/task/studio-settings';
import type { TaskReference } from '../../../domain/task/task';
import { notification } from '../../activity-options';
import type { StatusReporter } from '../state/status-reporter';

/** Notifies the people of a studio, where it has an address for that. The task never waits for it, nor fails by it. */
export async function notify(
  { task, lifecycle, reporter }: { task: TaskReference; lifecycle: LifecyclePolicy; reporter: StatusReporter },
  input: Omit<NotificationInput, 'task' | 'title'>,
): Promise<void> {
  if (!lifecycle.notifies) return;
  try {
    await notification(`Tell people: ${input.kind}`).notifyPeople({ ...input, task, title: reporter.title });
  } catch (error) {
    if (isCancellation(error)) return;
    reporter.warn('The notification could not be delivered; look at notifications.url of this studio in extpost.yaml.');
  }
}
