import {
  ApplicationFailure,
  condition,
  log,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
} from '@temporalio/workflow';

import type { SearchAttributeUpdatePair } from '@temporalio/common';

import type { TaskFacts } from '../domain/recipe-scope';
import type { Task } from '../domain/task';
import { taskDetails, type FileLine, type TaskHeadline } from '../domain/task-details';
import type { TaskEvent } from '../domain/task-event';
import type { Attention, Stage, TaskStatus } from '../domain/task-status';
import { taskSubject } from '../domain/task-subject';
import { resumeUpdate, statusQuery, taskEventSignal, type ExternalPostTaskInput, type ResumeRequest } from './messages';
import { searchAttributes } from './search-attributes';

/** Events remembered by id, so that the same webhook delivered again has no second effect. */
const REMEMBERED_EVENTS = 200;

/**
 * What a task's workflow tells the world while it runs: its stage, what it waits for, what it knows of its files; and what
 * the world tells it: events, and operators' words.
 */
export class TaskStory {
  /** Whether Creative Force has shown us this task at least once. */
  wasRead = false;
  private status: TaskStatus = { stage: 'Brief', round: 0, sentence: 'Just begun.', expected: 0, delivered: 0 };
  private headline: TaskHeadline;
  private files: FileLine[] = [];
  private remarks: string[] = [];
  private readonly seenEvents: string[] = [];
  private readonly spools = new Set<string>();
  private pendingEvents: TaskEvent[] = [];
  private resumed: ResumeRequest | undefined;

  constructor(readonly task: ExternalPostTaskInput) {
    this.headline = { studio: task.studio, taskId: task.taskId };
    setHandler(
      taskEventSignal,
      (event) => {
        this.hear(event);
      },
      { description: 'Something happened to the task in Creative Force; the workflow reads the task again.' },
    );
    setHandler(statusQuery, () => this.status, { description: 'Where the task stands.' });
    setHandler(
      resumeUpdate,
      (request: ResumeRequest) => {
        this.resumed = request;
        return `Resumed by ${request.by}.`;
      },
      {
        validator: (_request: ResumeRequest) => {
          if (this.status.attention === undefined) {
            throw ApplicationFailure.nonRetryable(
              `The task does not wait for anybody: it is in "${this.status.stage}".`,
            );
          }
        },
        description: 'Go on with a task that needs attention: {"by": "your name", "reason": "what was done"}.',
      },
    );
  }

  /** The stage in which the task is now. */
  get stage(): Stage {
    return this.status.stage;
  }

  /** Goes to a stage and says in one sentence what happens there. An upsert costs an event, so only a new stage makes one. */
  enter(
    stage: Stage,
    sentence: string,
    more: Partial<Pick<TaskStatus, 'round' | 'expected' | 'delivered'>> = {},
  ): void {
    const changes: SearchAttributeUpdatePair[] = [];
    if (stage !== this.status.stage) changes.push({ key: searchAttributes.stage, value: stage });
    if (more.round !== undefined && more.round !== this.status.round) {
      changes.push({ key: searchAttributes.round, value: more.round });
    }
    if (changes.length > 0) upsertSearchAttributes(changes);
    const { stage: _, sentence: __, attention: ___, ...rest } = this.status;
    this.status = { ...rest, ...more, stage, sentence };
    this.tell();
    log.info(sentence, { studio: this.task.studio, taskId: this.task.taskId, round: this.status.round, stage });
  }

  /** Puts the product (of an editorial task: the deliverable, else the project) in the title, once it is known. */
  introduce(task: Task, known: Pick<TaskFacts, 'product' | 'project' | 'deliverables'> = {}): void {
    const { code, name } = taskSubject(task, known);
    const product = [code, name].filter((part) => part !== undefined).join(' ') || undefined;
    if (code !== undefined && this.headline.product === undefined) {
      upsertSearchAttributes([{ key: searchAttributes.product, value: code }]);
    }
    this.headline = {
      ...this.headline,
      // A new round begins with the task alone, and an editorial one has nothing but ids.
      product: product ?? this.headline.product,
      job: task.job?.code,
      project: known.project?.code ?? this.headline.project,
      deadline: task.deadline,
    };
    this.tell();
  }

  /** Shows where each file stands. */
  showFiles(files: readonly FileLine[]): void {
    this.files = [...files];
    this.tell();
  }

  /** Something a person should see, although the task goes on. */
  remark(remark: string): void {
    if (!this.remarks.includes(remark)) this.remarks.push(remark);
    this.tell();
  }

  /** Waits for a person: says why and what can be done, until an operator resumes or Creative Force tells of a change. */
  async park(attention: Attention): Promise<void> {
    this.enter(attention.cause === 'rejected' ? 'Rejected' : 'Needs attention', attention.message);
    upsertSearchAttributes([{ key: searchAttributes.cause, value: attention.cause }]);
    this.status = { ...this.status, attention };
    this.resumed = undefined;
    this.tell();
    // A rejection is not healed by hearing of it again: only a person's word lets the next round begin.
    const wakesByEvent = attention.cause !== 'rejected';
    await condition(() => this.resumed !== undefined || (wakesByEvent && this.pendingEvents.length > 0));
    const { attention: _, ...rest } = this.status;
    this.status = rest;
    upsertSearchAttributes([{ key: searchAttributes.cause, value: null }]);
  }

  /** Waits for the next event of Creative Force, at most so many milliseconds. */
  async nextEvent(atMostMs: number, waitingFor: string): Promise<void> {
    await condition(() => this.pendingEvents.length > 0, atMostMs, { summary: waitingFor });
    this.forgetEvents();
  }

  /** Remembers that a worker's spool holds files of this task. */
  usesSpool(queue: string): void {
    this.spools.add(queue);
  }

  /** The queues of the spools that hold files of this task; afterwards none is remembered. */
  takeSpools(): string[] {
    const queues = [...this.spools];
    this.spools.clear();
    return queues;
  }

  /** Forgets the events so far: the task is read right after, and what it says now counts. */
  forgetEvents(): void {
    this.pendingEvents = [];
  }

  private hear(event: TaskEvent): void {
    if (this.seenEvents.includes(event.eventId)) return;
    this.seenEvents.push(event.eventId);
    if (this.seenEvents.length > REMEMBERED_EVENTS) this.seenEvents.shift();
    this.pendingEvents.push(event);
    log.info(`Heard of "${event.kind}" by ${event.source}.`, { ...event });
  }

  private tell(): void {
    setCurrentDetails(taskDetails(this.headline, this.status, this.files, this.remarks));
  }
}
