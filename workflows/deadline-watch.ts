import { CancellationScope, isCancellation, sleep } from '@temporalio/workflow';

import { attentionFor } from '../domain/operator/attention';
import { deadlineMessage, type Deadline } from '../domain/task/deadline';
import { lifecycleOf } from '../domain/task/lifecycle-policy';
import type { StudioSettings } from '../domain/task/studio-settings';
import type { TaskStory } from './task-story';
import { tellPeople } from './tell-people';

/**
 * Warns ahead of a deadline, and tells people when it has passed. It runs beside the work and never holds it up; a
 * submission ends it, and so does the end of the task.
 */
export class DeadlineWatch {
  private scope: CancellationScope | undefined;
  private armedFor: number | undefined;

  constructor(
    private readonly story: TaskStory,
    private readonly settings: StudioSettings,
  ) {}

  /** Watches this deadline from now on, instead of any other. */
  arm(due: Deadline | undefined): void {
    if (due?.at === this.armedFor) return;
    this.disarm();
    if (due === undefined) return;
    this.story.showDeadline(due.at);
    this.armedFor = due.at;
    this.scope = new CancellationScope();
    this.scope
      .run(() => this.watch(due))
      .catch((error: unknown) => {
        if (!isCancellation(error)) throw error;
      });
  }

  disarm(): void {
    this.scope?.cancel();
    this.scope = undefined;
    this.armedFor = undefined;
    this.story.showLate(false);
  }

  private async watch(due: Deadline): Promise<void> {
    const { warnBeforeMs } = lifecycleOf(this.settings);
    const warnIn = due.at - warnBeforeMs - Date.now();
    if (warnIn > 0) await sleep(warnIn, { summary: 'Warn ahead of the deadline' });
    if (Date.now() < due.at) {
      await this.tell(due, 'deadline near');
      await sleep(Math.max(1, due.at - Date.now()), { summary: 'Tell people when the deadline has passed' });
    }
    await this.tell(due, 'deadline passed');
  }

  private async tell(due: Deadline, kind: 'deadline near' | 'deadline passed'): Promise<void> {
    const word = `${kind} ${due.at}`;
    if (this.story.told.includes(word)) return;
    this.story.told.push(word);
    const sentence = deadlineMessage(due, Date.now());
    this.story.remark(sentence);
    const isPassed = kind === 'deadline passed';
    if (isPassed) this.story.showLate(true);
    const { cause, nextActions } = attentionFor('deadline passed', sentence);
    await tellPeople(this.story, this.settings, { kind, ...(isPassed && { cause }), sentence, nextActions });
  }
}
