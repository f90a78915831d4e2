import { isCancellation } from '@temporalio/workflow';

import type { Notice } from '../../../domain/notification/notice';
import type { LifecyclePolicy } from '../../../domain/task/studio-settings';
import type { TaskReference } from '../../../domain/task/task';
import { notification } from '../../activity-options';
import type { StatusReporter } from '../state/status-reporter';
import { errorText } from '../steps/step';

/** Notifies the people of a studio, where it has a channel for that. The task never waits for it, nor fails by it. */
export async function notify(
  { task, lifecycle, reporter }: { task: TaskReference; lifecycle: LifecyclePolicy; reporter: StatusReporter },
  notice: Omit<Notice, 'task' | 'title' | 'due'>,
): Promise<void> {
  if (!lifecycle.notifies) return;
  const { title, due } = reporter;
  try {
    await notification(`Tell people: ${notice.kind}`).notifyPeople({ ...notice, task, title, due });
  } catch (error) {
    if (isCancellation(error)) return;
    reporter.warn(`People could not be notified. ${errorText(error)}`);
  }
}
