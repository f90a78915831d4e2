import { expectedOutputKey, expectedOutputs } from '../task/expected-output';
import { expectedOutputLabel } from '../task/output-label';
import type { Annotation, ExpectedOutput, StepStatus, Task } from '../task/task';
import type { TaskEvent } from '../task/task-event';
import { formatTime, summariseList } from '../shared/text';
import { showsDelivered } from './returned-files';
import {
  eventsSince,
  isSameId,
  notesSince,
  STALE_READ_MS,
  wasFlaggedBefore,
  type LastSubmission,
  type TaskTimes,
} from './last-submission';

export interface SubmittedAsset extends Pick<ExpectedOutput, 'shotId' | 'specId' | 'variant'> {
  readonly assetId: string;
}

/** How a submitted task looked when it was read. */
export interface TaskSight {
  readonly status: StepStatus;
  readonly statusText: string;
  /** Outputs that show a file. */
  readonly returned: number;
  /** Whether one of them is ours, now or at an earlier reading. */
  readonly hasShownOurs: boolean;
}

/** All that can tell what Creative Force thinks of a submission. */
export interface VerdictReading {
  readonly task: Task;
  /** Absent when they were not read, or may not be. */
  readonly annotations?: readonly Annotation[] | undefined;
  /** Events that came after the submission, in whatever order. */
  readonly events: readonly TaskEvent[];
  /** When the task was read; Unix milliseconds. */
  readonly now: number;
  /** Whether the step has been Done since the submission. */
  readonly wasDone: boolean;
  readonly before?: TaskSight | undefined;
  /** From this age on a submission is certainly shown; milliseconds. */
  readonly certainAfterMs: number;
}

/** `evidence` are phrases for people: `status QCRejected in the task`. */
export type Verdict =
  | { readonly kind: 'done' | 'waiting' }
  /** The task is to be corrected. */
  | { readonly kind: 'rejected'; readonly evidence: readonly string[] }
  /** Somebody says that it was rejected; the task itself shows nothing of it. */
  | { readonly kind: 'unclear'; readonly evidence: readonly string[] }
  /** The task is to be done from the beginning. */
  | { readonly kind: 'reset'; readonly evidence: readonly string[] };

/**
 * What Creative Force says about the last submission. Any one of these is a rejection: a flag on an output, the status, a
 * note or an event, if it is newer than the submission (docs/reference/assumptions.md#rejection).
 */
export function judgeSubmission(reading: VerdictReading, submission: LastSubmission): Verdict {
  const { task, events, now, wasDone, before } = reading;
  const { flags, status, notes, told } = rejectionEvidence(reading, submission);
  const newest = eventsSince(events, submission, task).at(-1);
  const age = now - submission.at;

  if (flags.length === 0 && isEmptied(task) && newest?.kind !== 'rejected') {
    const isAnnounced = newest !== undefined;
    const isCertain = wasDone || before?.hasShownOurs === true || age >= reading.certainAfterMs;
    // With a note it may as well be a rejection that has removed what was returned.
    if (isAnnounced || (isCertain && notes.length === 0)) {
      return { kind: 'reset', evidence: [`the task is ${task.statusText} and no longer shows what was returned`] };
    }
  }
  const evidence = [...flags, ...status, ...notes, ...told];
  if (flags.length + status.length + notes.length > 0) return { kind: 'rejected', evidence };
  // A status of which nobody knows what it means does not contradict the event.
  const isOpenAgain = task.status === 'to do' || task.status === 'open';
  if (told.length > 0) return { kind: isOpenAgain ? 'rejected' : 'unclear', evidence };
  const isReopened =
    task.status === 'to do' &&
    (wasDone || newest !== undefined || (before?.hasShownOurs === true && before.status !== 'to do'));
  if (isReopened) return { kind: 'rejected', evidence: [`the task is ${task.statusText} again`] };
  return { kind: task.status === 'done' ? 'done' : 'waiting' };
}

/** What says that the task was rejected since the submission, in phrases; ever, if there is none. */
export function rejectionEvidence(
  { task, annotations = [], events, now }: Pick<VerdictReading, 'task' | 'annotations' | 'events' | 'now'>,
  submission: LastSubmission | undefined,
): Readonly<Record<'flags' | 'status' | 'notes' | 'told', string[]>> {
  return {
    flags: flagEvidence(task, submission, now),
    status: statusEvidence(task, submission, now),
    notes: noteEvidence(annotations, submission, task),
    told: eventsSince(events, submission, task)
      .filter(({ kind }) => kind === 'rejected')
      .map(eventEvidence),
  };
}

export function sightOf(task: Task, { assets }: LastSubmission, before?: TaskSight): TaskSight {
  const outputs = expectedOutputs(task);
  return {
    status: task.status,
    statusText: task.statusText,
    returned: outputs.filter(({ expected }) => expected.assetId !== undefined).length,
    hasShownOurs:
      before?.hasShownOurs === true ||
      outputs.some(({ expected }) => {
        const ours = assets[expectedOutputKey(expected)];
        return ours !== undefined && isSameId(ours, expected.assetId);
      }),
  };
}

/** To Do, and no output has a file (docs/reference/assumptions.md#reset). */
export function isEmptied(task: Task): boolean {
  const outputs = expectedOutputs(task);
  return (
    task.status === 'to do' && outputs.length > 0 && outputs.every(({ expected }) => expected.assetId === undefined)
  );
}

function flagEvidence(task: Task, submission: LastSubmission | undefined, now: number): string[] {
  const flagged = expectedOutputs(task).filter(
    ({ expected }) =>
      expected.isRejected === true && !(mayBeStale(submission, now) && wasFlaggedBefore(expected, submission)),
  );
  if (flagged.length === 0) return [];
  return [
    `flag on ${summariseList(
      flagged.map((output) => expectedOutputLabel({ task, specs: [] }, output)),
      '; ',
    )}`,
  ];
}

function statusEvidence({ status, statusText }: Task, submission: LastSubmission | undefined, now: number): string[] {
  if (status !== 'rejected' || (mayBeStale(submission, now) && submission.before?.status === 'rejected')) return [];
  return [`status ${statusText} in the task`];
}

/** Right after a submission the task may still be shown as it was before. */
function mayBeStale(submission: LastSubmission | undefined, now: number): submission is LastSubmission {
  return submission !== undefined && now - submission.at < STALE_READ_MS;
}

/** The rejection notes since the submission, in phrases. */
export function noteEvidence(
  annotations: readonly Annotation[],
  submission: LastSubmission | undefined,
  task: TaskTimes,
): string[] {
  return notesSince(annotations, submission, task).map(describeNote);
}

function describeNote({ comment, createdAt }: Annotation): string {
  const time = createdAt === undefined ? '' : ` of ${formatTime(createdAt)}`;
  return `rejection note${time}${comment === undefined ? '' : `: “${comment.slice(0, MAX_SHOWN_COMMENT)}”`}`;
}

const MAX_SHOWN_COMMENT = 100;

function eventEvidence({ source, happenedAt, says }: TaskEvent): string {
  if (source === 'sweep') return says ?? 'rejected in the listing';
  return `rejection event${happenedAt === undefined ? '' : ` of ${formatTime(happenedAt)}`}`;
}

/** Whether the task is Done and no output is marked as rejected. */
export function isDone(task: Task): boolean {
  return task.status === 'done' && !isMarkedRejected(task);
}

/** Whether the task itself says that it was rejected, by its status or a flag. */
export function isMarkedRejected(task: Task): boolean {
  return task.status === 'rejected' || expectedOutputs(task).some(({ expected }) => expected.isRejected === true);
}

/** Whether everything was returned already, so that nothing is sent again. */
export function isReturned(task: Task): boolean {
  const outputs = expectedOutputs(task);
  return (
    task.status === 'in progress' &&
    outputs.length > 0 &&
    outputs.every(({ expected }) => expected.assetId !== undefined && expected.isRejected !== true)
  );
}

/**
 * Whether a submission took effect; repeating it would be an error (docs/reference/creative-force.md#refusals).
 * `wasDone`: the task was Done already when the files were made, so that this says nothing.
 */
export function isSubmissionAccepted(task: Task, submitted: readonly SubmittedAsset[], wasDone = false): boolean {
  return (task.status === 'done' && !wasDone) || showsSubmittedAssets(task, submitted);
}

/** Whether the task shows each of these assets at its expected output. */
export function showsSubmittedAssets(task: Task, submitted: readonly SubmittedAsset[]): boolean {
  return showsDelivered(
    task,
    submitted.map((asset) => ({ expectedKey: expectedOutputKey(asset), assetId: asset.assetId })),
  );
}
