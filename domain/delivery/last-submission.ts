import { expectedOutputKey, expectedOutputs } from '../task/expected-output';
import type { Annotation, ExpectedOutput, StepStatus, Task } from '../task/task';
import type { TaskEvent } from '../task/task-event';
import type { DeliveredRound } from './delivery-record';

/** What was submitted last, and what Creative Force said right before: whatever it has said since is news. */
export interface LastSubmission {
  /** When it was sent, by our clock; Unix milliseconds. */
  readonly at: number;
  /** Submitted asset ids by expected output key. */
  readonly assets: Readonly<Record<string, string>>;
  /** Ids of the annotations of that time. */
  readonly notesBefore: readonly string[];
  /** The time of the newest event of that time, by Creative Force's clock; Unix milliseconds. */
  readonly newestEventBefore?: number | undefined;
  /** The task right before; absent when another run has submitted. */
  readonly before?: TaskBefore | undefined;
}

interface TaskBefore {
  readonly status: StepStatus;
  readonly finishedAt?: number | undefined;
  /** The asset ids of the outputs that were flagged as rejected, by expected output key; '' where none was shown. */
  readonly flagged: Readonly<Record<string, string>>;
}

/** What earlier rounds have submitted, oldest first, where this run has no submission of its own. */
export function submissionOfRounds(rounds: readonly DeliveredRound[]): LastSubmission | undefined {
  const last = rounds.at(-1);
  if (last === undefined) return undefined;
  const files = rounds.flatMap((round) => round.files);
  return {
    at: Date.parse(last.submittedAt),
    assets: Object.fromEntries(files.map(({ expectedKey, assetId }) => [expectedKey, assetId])),
    notesBefore: [],
  };
}

/** What the task shows as returned when a run begins to watch it. */
export function submissionShown(task: Task, annotations: readonly Annotation[], now: number): LastSubmission {
  const outputs = expectedOutputs(task);
  return {
    at: now,
    assets: Object.fromEntries(
      outputs.flatMap(({ expected }) =>
        expected.assetId === undefined ? [] : [[expectedOutputKey(expected), expected.assetId]],
      ),
    ),
    notesBefore: noteIds(annotations),
    before: taskBefore(task),
  };
}

/** Most ids that are remembered; a state is carried from run to run. */
const MAX_NOTES = 500;

export function noteIds(annotations: readonly Annotation[]): string[] {
  return annotations.slice(-MAX_NOTES).map(({ annotationId }) => annotationId);
}

/** How much Creative Force's clock may be behind ours. */
const CLOCK_SKEW_MS = 30_000;
/** For so long after a submission the task or its row in the listing may still be shown as it was before. */
export const STALE_READ_MS = 30_000;

export function taskBefore(task: Task): TaskBefore {
  const flagged = expectedOutputs(task).filter(({ expected }) => expected.isRejected === true);
  return {
    status: task.status,
    finishedAt: task.finishedAt,
    flagged: Object.fromEntries(flagged.map(({ expected }) => [expectedOutputKey(expected), expected.assetId ?? ''])),
  };
}

/** The rejection notes that were written since the submission; all of them when none is known. */
export function notesSince(
  annotations: readonly Annotation[],
  submission: LastSubmission | undefined,
  task: TaskTimes,
): Annotation[] {
  const rejections = annotations.filter(({ kind }) => kind === 'rejection');
  if (submission === undefined) return rejections;
  const since = earliestNews(submission, task);
  const isOurs = (assetId: string): boolean => Object.values(submission.assets).some((one) => isSameId(one, assetId));
  // A note on a file of the submission is news whatever its time: clocks differ.
  return rejections.filter(
    ({ annotationId, assetId, createdAt = Infinity }) =>
      !submission.notesBefore.some((known) => isSameId(known, annotationId)) &&
      (createdAt >= since || (assetId !== undefined && isOurs(assetId))),
  );
}

/** The events that tell of something after the submission, oldest first; an event without a time counts as new. */
export function eventsSince(
  events: readonly TaskEvent[],
  submission: LastSubmission | undefined,
  task: Task,
): TaskEvent[] {
  if (submission === undefined) return [...events];
  const { at, newestEventBefore = 0 } = submission;
  const since = earliestNews(submission, task);
  const isNews = ({ source, happenedAt }: TaskEvent): boolean => {
    // The time of a row is ours, and the row may be older than it; without one it only says that a task is not listed.
    if (source === 'sweep') return happenedAt !== undefined && happenedAt >= at + STALE_READ_MS;
    return happenedAt === undefined || (happenedAt > newestEventBefore && happenedAt >= since);
  };
  return events.filter(isNews).sort((one, other) => timeOf(one) - timeOf(other));
}

function timeOf({ happenedAt = Number.MAX_SAFE_INTEGER }: TaskEvent): number {
  return happenedAt;
}

/** Whether this flag was there before the submission, on the file of that time. */
export function wasFlaggedBefore(expected: ExpectedOutput, { before }: LastSubmission): boolean {
  const assetId = before?.flagged[expectedOutputKey(expected)];
  return assetId !== undefined && isSameId(assetId, expected.assetId ?? '');
}

/** What a task says of times. */
export type TaskTimes = Pick<Task, 'finishedAt' | 'clockBehind'>;

/** Creative Force's own time of the submission, where the task or its clock shows an earlier one than ours. */
function earliestNews({ at, before }: LastSubmission, { finishedAt, clockBehind = 0 }: TaskTimes): number {
  const isFinishedSince = before !== undefined && finishedAt !== undefined && finishedAt !== before.finishedAt;
  return Math.min(at - clockBehind, isFinishedSince ? finishedAt : at) - CLOCK_SKEW_MS;
}

export function isSameId(one: string | undefined, other: string | undefined): boolean {
  return one?.toLowerCase() === other?.toLowerCase();
}
