import { log } from '@temporalio/workflow';

import { noDecisions, type Decisions, type Step } from '../domain/operator/decisions';
import { type OperatorAction } from '../domain/operator/operator-action';
import type { TaskEvent } from '../domain/task/task-event';

/** Events remembered by id, so that the same webhook delivered again has no second effect. */
const REMEMBERED_EVENTS = 200;

/** An operator's word to go on, as the step that waits understands it. */
export interface Word {
  readonly by: string;
  /** The step to begin again from; absent means from the beginning. */
  readonly from?: Step | undefined;
  /** Also where extpost itself would refuse: the same bytes once more. */
  readonly force: boolean;
  /** Said as such, not along with a decision about files. */
  readonly isResume?: boolean | undefined;
}

/** What a new run of the same task has to know of what came in before. */
export interface CarriedInbox {
  readonly seenEvents: readonly string[];
  readonly acts: readonly OperatorAction[];
  readonly decisions: Decisions;
}

/** What the world tells a task: events of Creative Force, and what people do. Each event counts once. */
export class TaskInbox {
  /** What people did, oldest first. */
  readonly acts: OperatorAction[];
  /** Another object whenever something else is decided. */
  decisions: Decisions;
  /** Set once a person has given the task up. */
  abandoned: OperatorAction | undefined;
  private readonly seenEvents: string[];
  private pending: TaskEvent[] = [];
  private word: Word | undefined;
  private whenDecided: Promise<void> = Promise.resolve();
  private tellDecided: () => void = () => undefined;

  constructor(carried?: CarriedInbox) {
    this.acts = [...(carried?.acts ?? [])];
    this.decisions = carried?.decisions ?? noDecisions;
    this.seenEvents = [...(carried?.seenEvents ?? [])];
    this.awaitDecision();
  }

  /** Resolves once somebody decides something else about the files. */
  get nextDecision(): Promise<void> {
    return this.whenDecided;
  }

  /** Whether somebody has something to say: Creative Force by an event, or a person. */
  get hasNews(): boolean {
    return this.word !== undefined || this.pending.length > 0;
  }

  get hasEvent(): boolean {
    return this.pending.length > 0;
  }

  get hasWord(): boolean {
    return this.word !== undefined;
  }

  /** A person's word to go on, which nothing has acted upon yet. */
  get pendingResume(): Word | undefined {
    return this.word?.isResume === true ? this.word : undefined;
  }

  hear(event: TaskEvent): void {
    if (this.seenEvents.includes(event.eventId)) return;
    this.seenEvents.push(event.eventId);
    if (this.seenEvents.length > REMEMBERED_EVENTS) this.seenEvents.shift();
    this.pending.push(event);
    log.info(`Heard of "${event.kind}" by ${event.source}.`, { ...event });
  }

  say(word: Word): void {
    this.word = word;
  }

  decide(changes: Partial<Decisions>): void {
    this.decisions = { ...this.decisions, ...changes };
    this.tellDecided();
    this.awaitDecision();
  }

  note(act: OperatorAction): void {
    this.acts.push(act);
    log.info(`${act.by}: ${act.what}.`, { ...act });
  }

  /** What a person said since it was asked last: said once, done once. */
  takeWord(): Word | undefined {
    const { word } = this;
    this.word = undefined;
    return word;
  }

  /** Forgets the events so far: the task is read right after, and what it says now counts. Tells whether one was of a rejection. */
  forgetEvents(): { readonly toldOfRejection: boolean } {
    const toldOfRejection = this.pending.some(({ kind }) => kind === 'rejected');
    this.pending = [];
    return { toldOfRejection };
  }

  toCarry(): CarriedInbox {
    return { seenEvents: this.seenEvents, acts: this.acts, decisions: this.decisions };
  }

  private awaitDecision(): void {
    this.whenDecided = new Promise((resolve) => {
      this.tellDecided = resolve;
    });
  }
}
