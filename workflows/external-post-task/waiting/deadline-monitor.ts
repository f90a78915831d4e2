import { CancellationScope, isCancellation, sleep } from '@temporalio/workflow';

import { attentionFor } from '../../../domain/operator/attention';
import { type Deadline, deadlineMessage } from '../../../domain/task/deadline';
import type { LifecyclePolicy } from '../../../domain/task/studio-settings';
import type { StatusReporter } from '../state/status-reporter';
import type { TaskState } from '../state/task-state';
import { notify } from './notify';

/** Notifies people before and after a deadline, beside the delivery, which it never holds up; a submission ends it. */
export class DeadlineMonitor {
  private scope: CancellationScope | undefined;
  private deadlineAt: number | undefined;
  /** What people were warned of by this deadline. */
  private warnings: readonly string[] = [];

  constructor(
    private readonly state: TaskState,
    private readonly reporter: StatusReporter,
    private readonly lifecycle: LifecyclePolicy,
  ) {}

  /** Follows this deadline from now on; one that the studio has moved takes the place of the one before. */
  start(deadline: Deadline | undefined): void {
    if (deadline?.at === this.deadlineAt) return;
    this.stop();
    for (const warning of this.warnings) this.reporter.takeBackWarning(warning);
    this.warnings = [];
    this.reporter.showDeadline(deadline?.at);
    if (deadline === undefined) return;
    this.deadlineAt = deadline.at;
    this.scope = new CancellationScope();
    this.scope
      .run(() => this.monitor(deadline))
      .catch((error: unknown) => {
        if (!isCancellation(error)) throw error;
      });
  }

  stop(): void {
    this.scope?.cancel();
    this.scope = undefined;
    this.deadlineAt = undefined;
    this.reporter.showLate(false);
  }

  private async monitor(deadline: Deadline): Promise<void> {
    const warnIn = deadline.at - this.lifecycle.warnBeforeMs - Date.now();
    if (warnIn > 0) await sleep(warnIn, { summary: 'Send a warning before the deadline' });
    if (Date.now() < deadline.at) {
      await this.notifyOnce(deadline, 'deadline near');
      await sleep(Math.max(1, deadline.at - Date.now()), {
        summary: 'Send a notification when the deadline has passed',
      });
    }
    await this.notifyOnce(deadline, 'deadline passed');
  }

  private async notifyOnce(deadline: Deadline, kind: 'deadline near' | 'deadline passed'): Promise<void> {
    const { state, reporter, lifecycle } = this;
    const isPassed = kind === 'deadline passed';
    // Also where people know it already, as in a later round or after a continue-as-new.
    if (isPassed) reporter.showLate(true);
    const key = `${kind} ${deadline.at}`;
    if (state.notified.includes(key)) return;
    state.notified = [...state.notified, key];
    const sentence = deadlineMessage(deadline, { now: Date.now(), isCorrection: state.round.rejection !== undefined });
    reporter.warn(sentence);
    this.warnings = [...this.warnings, sentence];
    const { cause, nextActions } = attentionFor('deadline passed', sentence);
    const { task } = state;
    await notify({ task, lifecycle, reporter }, { kind, ...(isPassed && { cause }), sentence, nextActions });
  }
}
