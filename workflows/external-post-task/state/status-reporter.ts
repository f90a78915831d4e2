import { log, setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';

import type { SearchAttributeUpdatePair } from '@temporalio/common';

import type { TaskSight } from '../../../domain/delivery/verdict';
import { wantsEveryOutput } from '../../../domain/operator/decisions';
import { revisionOf } from '../../../domain/operator/operator-action';
import type { PlanRecord } from '../../../domain/plan/plan-record';
import { type FileLine, currentDetails } from '../../../domain/task/current-details';
import { expectedOutputKey, expectedOutputs, type ShotOutput } from '../../../domain/task/expected-output';
import { expectedOutputLabel } from '../../../domain/task/output-label';
import {
  type OutputChange,
  outputStatuses,
  refreshedOutputs,
  withOutputChanges,
} from '../../../domain/task/output-status';
import { type RejectionNote, withRejection } from '../../../domain/task/rejection-notes';
import type { Task } from '../../../domain/task/task';
import type { TaskEvent } from '../../../domain/task/task-event';
import { type TaskFacts, taskSubject } from '../../../domain/task/task-facts';
import {
  type AttentionCause,
  type Corrections,
  type Stage,
  type TaskStatus,
  type Waiting,
  isWorkingStage,
  nextStepText,
  withWarnings,
} from '../../../domain/task/task-status';
import { searchAttributes } from '../../search-attributes';
import type { TaskState, TaskView } from './task-state';

/** SQL databases keep at most 255 characters of such an attribute. */
const MAX_KEYWORD_LENGTH = 200;

/** Shows where a task stands: in the current details, the search attributes, the log and the answer to the status query. */
export class StatusReporter {
  private loggedActions: number;

  constructor(private readonly state: TaskState) {
    this.loggedActions = state.actions.length;
  }

  status(): TaskStatus {
    const { view, round, actions, deliveredRounds, knownOutputs, decisions } = this.state;
    const { stage, sentence, expected, delivered, returned, corrections, attention, waitingFor, deadline } = view;
    const { since, stoppedAt, warnings } = view;
    return {
      stage,
      round: round.number,
      sentence,
      since,
      ...(stoppedAt?.isRetried === true && { tryingAgain: { stage: stoppedAt.stage, cause: stoppedAt.cause } }),
      expected,
      delivered,
      returned,
      corrections,
      attention,
      waitingFor,
      deadline,
      next: nextStepText(view),
      revision: revisionOf(actions),
      ...(wantsEveryOutput(round.rejection === undefined, knownOutputs, decisions) && { wantsAll: true }),
      actions,
      rounds: deliveredRounds,
      ...(view.outputs.length > 0 && { outputs: view.outputs }),
      ...(view.rejections.length > 0 && { rejections: view.rejections }),
      warnings,
    };
  }

  /** What the task is called in notifications: its product, as soon as that is known. */
  get title(): string {
    return this.state.view.headline.product ?? this.state.task.taskId;
  }

  /** When the task is due, as far as that is known; Unix milliseconds. */
  get due(): number | undefined {
    return this.state.view.headline.deadline;
  }

  /** Goes to a stage and says in one sentence what happens there. Whatever was waited for before is over. */
  enter(
    stage: Stage,
    sentence: string,
    changes: Partial<Pick<TaskView, 'expected' | 'delivered' | 'attention' | 'waitingFor'>> = {},
  ): void {
    const { view, task, round } = this.state;
    const { attention } = changes;
    const { stoppedAt } = view;
    Object.assign(view, {
      // A step after the one that had stopped the task shows that its cause has gone.
      stoppedAt:
        attention !== undefined
          ? { stage, cause: attention.cause, from: stoppedAt?.from ?? view.stage, isRetried: false }
          : stoppedAt !== undefined && isUpTo(stoppedAt.from, stage)
            ? stoppedAt
            : undefined,
      attention: undefined,
      waitingFor: undefined,
      corrections: undefined,
      ...changes,
      stage,
      sentence,
    });
    this.upsert();
    this.render();
    log.info(sentence, { studio: task.studio, taskId: task.taskId, round: round.number, stage });
  }

  /** The task no longer waits: it is tried again, and is still found by its stage and its cause until that has helped. */
  endWait(): void {
    const { stoppedAt } = this.state.view;
    this.change({
      attention: undefined,
      waitingFor: undefined,
      corrections: undefined,
      ...(stoppedAt && { stoppedAt: { ...stoppedAt, isRetried: true } }),
    });
  }

  /** What the task waits for although it needs nobody. */
  waitFor(waitingFor: Waiting): void {
    this.change({ waitingFor });
  }

  taskRead(task: Task): void {
    this.state.lastStatus = task.status;
    const returned = expectedOutputs(task).filter(({ expected }) => expected.assetId !== undefined).length;
    this.change({ returned });
  }

  /** A task that an activity has read. */
  taskSeen({ status, returned }: TaskSight): void {
    this.state.lastStatus = status;
    this.change({ returned });
  }

  /** Puts the product (of an editorial task: the deliverable, else the project) in the title, once it is known. */
  identify(task: Task, facts: Pick<TaskFacts, 'product' | 'project' | 'deliverables'> = {}): void {
    const { view } = this.state;
    const { code, name } = taskSubject(task, facts);
    const product = [code, name].filter((part) => part !== undefined).join(' ') || undefined;
    const { headline } = view;
    view.headline = {
      ...headline,
      // A new round begins with the task alone, and an editorial one has nothing but ids.
      product: product ?? headline.product,
      job: task.job?.code ?? headline.job,
      project: facts.project?.code ?? headline.project,
      deadline: task.deadline ?? headline.deadline,
    };
    this.upsert(view.searchable.product ?? code?.slice(0, MAX_KEYWORD_LENGTH));
    this.render();
  }

  /** Links to the task's page on the board. */
  showBoard(boardUrl: string | undefined): void {
    const { headline } = this.state.view;
    if (headline.boardUrl !== boardUrl) this.change({ headline: { ...headline, boardUrl } });
  }

  /** The deadline as it is known now; `undefined` when there is none any more. */
  showDeadline(deadline: number | undefined): void {
    const { headline, searchable } = this.state.view;
    this.change({ deadline, headline: { ...headline, deadline } });
    // The first one goes along with the next stage, which saves an event.
    if (searchable.due !== undefined) this.upsert();
  }

  /** A late task can be found by that until it is submitted; while it waits, the cause of the wait is worth more. */
  showLate(isLate: boolean): void {
    this.state.view.isLate = isLate;
    if (isLate) this.upsert();
  }

  showFiles(files: readonly FileLine[]): void {
    this.change({ files });
  }

  /** Shows what this round must deliver. */
  showDue(facts: TaskFacts, due: readonly ShotOutput[]): void {
    this.showFiles(
      due.map((output) => ({
        label: expectedOutputLabel(facts, output),
        fileName: output.expected.name ?? expectedOutputKey(output.expected),
        state: 'wanted',
      })),
    );
  }

  showPlan(plan: PlanRecord): void {
    this.change({ plan });
  }

  showCorrections(corrections: Corrections): void {
    this.change({ corrections });
  }

  /** Shows all outputs of a task that was read. */
  showOutputs(facts: TaskFacts): void {
    this.state.view.outputs = refreshedOutputs(this.state.view.outputs, outputStatuses(facts));
  }

  /** What has become known of the creatives and files of some outputs. */
  outputsKnown(changes: readonly OutputChange[]): void {
    this.state.view.outputs = withOutputChanges(this.state.view.outputs, changes);
  }

  /** What Creative Force says of a round that it has rejected, until the next one is submitted. */
  showRejection(round: number, notes: readonly RejectionNote[]): void {
    const rejections = withRejection(this.state.view.rejections, { round, at: Date.now(), notes });
    this.change({ rejections, rejectedRound: round });
  }

  rejectionAnswered(): void {
    this.change({ rejectedRound: undefined });
  }

  /** Something that a person should see, although the task goes on. */
  warn(...warnings: readonly string[]): void {
    this.change({ warnings: withWarnings(this.state.view.warnings, warnings) });
  }

  takeBackWarning(warning: string): void {
    this.change({ warnings: this.state.view.warnings.filter((one) => one !== warning) });
  }

  eventReceived(event: TaskEvent): void {
    const { headline } = this.state.view;
    const { jobCode, productCode } = this.state.hints ?? {};
    // Until the task is read, the event's words are all that people can be shown.
    this.change({ headline: { ...headline, product: headline.product ?? productCode, job: headline.job ?? jobCode } });
    log.info(`Received "${event.kind}" from ${event.source}.`, { ...event });
  }

  /** Logs what operators have done since this was called last, and shows it. */
  actionsChanged(): void {
    for (const action of this.state.actions.slice(this.loggedActions)) {
      log.info(`${action.by}: ${action.what}.`, { ...action });
    }
    this.loggedActions = this.state.actions.length;
    this.render();
  }

  private change(changes: Partial<TaskView>): void {
    Object.assign(this.state.view, changes);
    this.render();
  }

  private render(): void {
    const { view, resolved } = this.state;
    // A plan is shown as long as the recipes hold by which it was made.
    const plan = resolved === undefined ? undefined : view.plan;
    const notes = view.rejections.find(({ round }) => round === view.rejectedRound)?.notes;
    setCurrentDetails(currentDetails(view.headline, this.status(), view.files, view.warnings, plan, notes));
  }

  /** Upserts the search attributes that have changed. */
  private upsert(product = this.state.view.searchable.product): void {
    const { view, round, task } = this.state;
    const before = view.searchable;
    const title = view.headline.product?.slice(0, MAX_KEYWORD_LENGTH);
    const flavour = task.contentCreationType;
    const isConfirmed = this.state.lastStatus !== undefined;
    const now = {
      stage: view.stoppedAt?.stage ?? view.stage,
      round: round.number,
      product,
      title,
      flavour,
      cause: this.searchableCause(),
      due: view.deadline,
      isConfirmed,
      tryingAgain: view.stoppedAt?.isRetried ?? false,
    };
    const changes: SearchAttributeUpdatePair[] = [];
    if (now.stage !== before.stage) {
      view.since = Date.now();
      changes.push({ key: searchAttributes.stage, value: now.stage });
      changes.push({ key: searchAttributes.since, value: new Date(view.since) });
    }
    if (now.round !== before.round) changes.push({ key: searchAttributes.round, value: now.round });
    if (product !== before.product) changes.push({ key: searchAttributes.product, value: product ?? null });
    if (now.cause !== before.cause) changes.push({ key: searchAttributes.cause, value: now.cause ?? null });
    if (now.due !== before.due)
      changes.push({ key: searchAttributes.due, value: now.due === undefined ? null : new Date(now.due) });
    if (now.tryingAgain !== (before.tryingAgain ?? false))
      changes.push({ key: searchAttributes.tryingAgain, value: now.tryingAgain });
    if (changes.length === 0) return;
    // What nobody searches for goes along with what they do: an upsert of its own would cost an event.
    if (title !== before.title) changes.push({ key: searchAttributes.title, value: title ?? null });
    if (flavour !== before.flavour) changes.push({ key: searchAttributes.flavour, value: flavour });
    if (isConfirmed && before.isConfirmed !== true) changes.push({ key: searchAttributes.unconfirmed, value: null });
    view.searchable = now;
    upsertSearchAttributes(changes);
  }

  private searchableCause(): AttentionCause | undefined {
    const { attention, stoppedAt, isLate, stage } = this.state.view;
    return attention?.cause ?? stoppedAt?.cause ?? (isLate && isWorkingStage(stage) ? 'deadline passed' : undefined);
  }
}

const stagesOfRound: readonly Stage[] = ['Brief', 'Start', 'Export', 'Deliver', 'Submit'];

/** Whether the steps of a round reach `stage` no later than `last`. */
function isUpTo(last: Stage, stage: Stage): boolean {
  const at = stagesOfRound.indexOf(stage);
  return at >= 0 && at <= stagesOfRound.indexOf(last);
}
