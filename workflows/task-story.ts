import { CancellationScope, log, setCurrentDetails, setHandler } from '@temporalio/workflow';

import { revisionOf } from '../domain/operator/operator-action';
import type { KnownOutput } from '../domain/operator/decisions';
import type { DeliveredRound } from '../domain/delivery/delivery-record';
import { expectedOutputs } from '../domain/task/expected-output';
import { type TaskFacts, taskSubject } from '../domain/task/task-facts';
import type { RejectionNote } from '../domain/task/rejection-notes';
import type { StepStatus, Task, TaskReference } from '../domain/task/task';
import { currentDetails, type FileLine, type TaskHeadline } from '../domain/task/current-details';
import {
  type Attention,
  type AttentionCause,
  type Stage,
  type TaskStatus,
  type Waiting,
  isWorkingStage,
  nextStepText,
} from '../domain/task/task-status';
import type { StudioSettings } from '../domain/task/studio-settings';
import type { SideEffects } from '../domain/delivery/side-effects';
import type { CarriedStory } from './carry-on';
import type { UploadedFile } from './upload-files';
import { statusQuery, taskEventSignal, type ExternalPostTaskInput } from './messages';
import { takeUpdates } from './operator-updates';
import { RoundPlan } from './round-plan';
import { TaskInbox } from './task-inbox';
import { TaskSearch } from './task-search';

/**
 * What a task's workflow tells the world while it runs: its stage, what it waits for, what it knows of its files. What the
 * world tells it lies in the {@link TaskInbox}.
 */
export class TaskStory {
  readonly task: TaskReference;
  readonly inbox: TaskInbox;
  /** What this round delivers, and why. */
  readonly plan: RoundPlan;
  /** What left the building, round by round. */
  readonly rounds: DeliveredRound[];
  /** Unix milliseconds, when the task came to us. */
  readonly startedAt: number;
  /** Everything the task does runs in here, so that giving it up stops all of it. */
  readonly work = new CancellationScope();
  /** Whether Creative Force has shown us this task at least once. */
  wasRead: boolean;
  /** How the task stood when it was read last. */
  lastStatus: StepStatus | undefined;
  /** What the run before this one delivered, once it has been looked up. */
  earlier: readonly DeliveredRound[] | undefined;
  /** Files that lie in Creative Force's store and are not submitted yet. */
  underWay: readonly UploadedFile[] = [];
  /** What was on its way when the task was cancelled. */
  readonly left: Pick<SideEffects, 'start' | 'submission'> = {};
  /** How long tidying up may take after a cancel; before the settings have been read, the usual holds. */
  settling: Partial<Pick<StudioSettings, 'lifecycle'>> = {};
  /** What people were told of once for all. */
  readonly told: string[];
  /** The names under which people know this round's expected outputs. */
  known: readonly KnownOutput[] = [];
  private status: TaskStatus;
  private headline: TaskHeadline;
  private files: FileLine[] = [];
  private notes: readonly RejectionNote[] = [];
  private readonly remarks: string[];
  private readonly spools = new Set<string>();
  private readonly search: TaskSearch;

  constructor({ carried, ...task }: ExternalPostTaskInput) {
    const story: Partial<CarriedStory> = carried?.story ?? {};
    this.task = task;
    this.inbox = new TaskInbox(carried?.inbox);
    this.rounds = [...(story.rounds ?? [])];
    this.startedAt = story.startedAt ?? Date.now();
    this.wasRead = story.wasRead ?? false;
    this.remarks = [...(story.remarks ?? [])];
    this.status = story.status ?? { stage: 'Brief', round: 0, sentence: 'Just begun.', expected: 0, delivered: 0 };
    this.earlier = story.earlier;
    this.told = [...(story.told ?? [])];
    this.headline = story.headline ?? { studio: task.studio, taskId: task.taskId };
    this.search = new TaskSearch(story);
    this.plan = new RoundPlan(story.plan);
    setHandler(
      taskEventSignal,
      (event) => {
        this.inbox.hear(event);
      },
      { description: 'Something happened to the task in Creative Force; the workflow reads the task again.' },
    );
    setHandler(statusQuery, () => this.statusNow(), { description: 'Where the task stands.' });
    takeUpdates(this);
  }

  /** The stage in which the task is now. */
  get stage(): Stage {
    return this.status.stage;
  }

  get round(): number {
    return this.status.round;
  }

  /** Whether the task waits for a person, or for a cause to go away. */
  get isParked(): boolean {
    return this.status.attention !== undefined;
  }

  get isInWork(): boolean {
    return isWorkingStage(this.status.stage);
  }

  /** Stops everything that the task does: a person has given it up. */
  abandon(): void {
    this.work.cancel();
  }

  /** Goes to a stage and says in one sentence what happens there; `cause` is why the task is parked in it. */
  enter(
    stage: Stage,
    sentence: string,
    more: Partial<Pick<TaskStatus, 'round' | 'expected' | 'delivered'>> = {},
    cause?: AttentionCause,
  ): void {
    this.search.show(this.status, { stage, round: more.round, cause });
    const { stage: _, sentence: __, attention: ___, waitingFor: ____, ...rest } = this.status;
    this.status = { ...rest, ...more, stage, sentence };
    this.tell();
    log.info(sentence, { studio: this.task.studio, taskId: this.task.taskId, round: this.status.round, stage });
  }

  /** Lets a task that is late be found by that, until it is submitted. */
  showLate(isLate: boolean): void {
    this.search.showLate(this.status.stage, isLate);
  }

  /** A run that goes on with what an earlier one delivered counts its rounds on. */
  goToRound(round: number): void {
    if (round === this.status.round) return;
    this.search.showRound(round);
    this.status = { ...this.status, round };
  }

  /** Shows why the task waits, what for and until when; `undefined` when it no longer does. */
  attend(attention: Attention | undefined, waitingFor?: Waiting): void {
    const { attention: _, waitingFor: __, ...rest } = this.status;
    this.status = { ...rest, ...(attention && { attention }), ...(waitingFor && { waitingFor }) };
    this.tell();
  }

  /** Says what the task waits for although it needs nobody. */
  waitFor(waitingFor: Waiting): void {
    this.status = { ...this.status, waitingFor };
    this.tell();
  }

  /** Puts the product (of an editorial task: the deliverable, else the project) in the title, once it is known. */
  introduce(task: Task, known: Pick<TaskFacts, 'product' | 'project' | 'deliverables'> = {}): void {
    const { code, name } = taskSubject(task, known);
    const product = [code, name].filter((part) => part !== undefined).join(' ') || undefined;
    if (code !== undefined && this.headline.product === undefined) {
      this.search.showProduct(code);
    }
    this.headline = {
      ...this.headline,
      // A new round begins with the task alone, and an editorial one has nothing but ids.
      product: product ?? this.headline.product,
      job: task.job?.code,
      project: known.project?.code ?? this.headline.project,
      deadline: task.deadline ?? this.headline.deadline,
    };
    this.tell();
  }

  /** Takes note of how the task stands, whenever it has been read. */
  saw(task: Task): void {
    this.wasRead = true;
    this.lastStatus = task.status;
    const returned = expectedOutputs(task).filter(({ expected }) => expected.assetId !== undefined).length;
    this.status = { ...this.status, returned };
  }

  /** Shows when the task is due; Unix milliseconds. */
  showDeadline(deadline: number): void {
    this.headline = { ...this.headline, deadline };
    this.status = { ...this.status, deadline };
    this.tell();
  }

  /** Shows where each file stands. */
  showFiles(files: readonly FileLine[]): void {
    this.files = [...files];
    this.tell();
  }

  /** Shows what was written about the files that were sent back, by position. */
  showNotes(notes: readonly RejectionNote[]): void {
    this.notes = notes;
    this.tell();
  }

  showActs(): void {
    this.tell();
  }

  /** Something a person should see, although the task goes on. */
  remark(remark: string): void {
    if (!this.remarks.includes(remark)) this.remarks.push(remark);
    this.tell();
  }

  /** Remembers that a worker's spool holds files of this task. */
  usesSpool(queue: string): void {
    this.spools.add(queue);
  }

  /** Remembers that a worker's spool has been cleared of this task. */
  hasCleared(queue: string): void {
    this.spools.delete(queue);
  }

  /** Whether files of this task may lie in spools. */
  get hasSpools(): boolean {
    return this.spools.size > 0;
  }

  /** The queues of the spools that hold files of this task; afterwards none is remembered. */
  takeSpools(): string[] {
    const queues = [...this.spools];
    this.spools.clear();
    return queues;
  }

  /** What people are told who name the task: product and job, as far as they are known. */
  get title(): string {
    return this.headline.product ?? this.task.taskId;
  }

  /** What the next run of this task has to know. */
  toCarry(): CarriedStory {
    const { rounds, earlier, startedAt, wasRead, remarks, told, status, headline } = this;
    const plan = this.plan.toCarry();
    return { rounds, earlier, startedAt, wasRead, remarks, told, status, headline, ...this.search.toCarry(), plan };
  }

  private statusNow(): TaskStatus {
    const { acts } = this.inbox;
    const next = nextStepText(this.status);
    return {
      ...this.status,
      ...(next !== undefined && { next }),
      revision: revisionOf(acts),
      actions: acts,
      rounds: this.rounds,
    };
  }

  private tell(): void {
    const status = { ...this.status, acts: this.inbox.acts };
    setCurrentDetails(currentDetails(this.headline, status, this.files, this.remarks, this.plan.record, this.notes));
  }
}
