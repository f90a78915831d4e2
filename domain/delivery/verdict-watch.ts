import { formatTime } from '../shared/text';
import type { Annotation, Task, TaskReference } from '../task/task';
import type { TaskEvent } from '../task/task-event';
import type { LastSubmission } from './last-submission';
import { isEmptied, judgeSubmission, noteEvidence, sightOf, type TaskSight } from './verdict';

/** A wait for what Creative Force says about a submission. Times are Unix milliseconds. */
export interface VerdictWatch {
  readonly task: TaskReference;
  readonly submission: LastSubmission;
  /** When the review window is over. */
  readonly until: number;
  /** Whether the step has been Done since the submission. */
  readonly isDone: boolean;
  /** Poll at once, because of an event; otherwise the first poll comes after the first wait. */
  readonly pollNow: boolean;
  /** Events since the submission. */
  readonly events: readonly TaskEvent[];
  /** Since when it has been known that the task was rejected, though the task does not show it. */
  readonly unclearSince?: number | undefined;
  /** How long the task may take to show what was rejected; milliseconds. */
  readonly unclearAfterMs: number;
  /** How the workflow knows the task. */
  readonly known?: TaskSight | undefined;
}

/** A rejection as it became known. */
export interface Rejection {
  readonly evidence: readonly string[];
  /** False when only an event tells of it, and the task does not show it. */
  readonly isShown: boolean;
  /** Whether the task was Done when the rejection became known. */
  readonly wasDone: boolean;
  /** Whether the task no longer showed any file. */
  readonly wasEmptied: boolean;
}

export type VerdictObservation = { readonly sight: TaskSight } & (
  | { readonly kind: 'rejected'; readonly rejection: Rejection }
  | { readonly kind: 'reset'; readonly evidence: readonly string[] }
  | { readonly kind: 'done' }
  /** Nothing is decided, but people should see how the task stands now. */
  | { readonly kind: 'changed' }
  | { readonly kind: 'window over' }
);

export type VerdictLook =
  | VerdictObservation
  /** Look again, after `withinMs` at the latest. */
  | { readonly kind: 'again'; readonly state: string; readonly withinMs?: number };

/** What one reading of the task means for a wait. Annotations are absent when they may not be read. */
export function lookForVerdict(
  watch: VerdictWatch,
  { task, annotations, now }: { task: Task; annotations: readonly Annotation[] | undefined; now: number },
): VerdictLook {
  const { submission, isDone, events, known, until, unclearAfterMs } = watch;
  const reading = { task, annotations, events, now, wasDone: isDone, before: known, certainAfterMs: unclearAfterMs };
  const verdict = judgeSubmission(reading, submission);
  const sight = sightOf(task, submission, known);
  const isOver = now >= until;
  const rejected = (isShown: boolean, evidence: readonly string[]): VerdictObservation => ({
    kind: 'rejected',
    sight,
    rejection: { evidence, isShown, wasDone: task.status === 'done', wasEmptied: isEmptied(task) },
  });
  if (verdict.kind === 'rejected') return rejected(true, verdict.evidence);
  if (verdict.kind === 'reset') return { kind: 'reset', sight, evidence: verdict.evidence };
  const withinMs = (watch.unclearSince ?? now) + unclearAfterMs - now;
  if (verdict.kind === 'unclear' && (isOver || withinMs <= 0)) return rejected(false, verdict.evidence);
  // The last look comes after the end of the window.
  if (isOver) return { kind: 'window over', sight };
  if (verdict.kind === 'done' && !isDone) return { kind: 'done', sight };
  const isChanged = known?.returned !== sight.returned || known.statusText !== sight.statusText;
  if (isChanged) return { kind: 'changed', sight };
  if (verdict.kind === 'unclear') {
    return { kind: 'again', state: `The task does not show it: ${verdict.evidence.join('; ')}`, withinMs };
  }
  if (isEmptied(task)) {
    const certainAt = submission.at + unclearAfterMs;
    const state = `The task is ${task.statusText} and shows no file; from ${formatTime(certainAt)} on that is a reset`;
    return { kind: 'again', state, withinMs: Math.max(0, certainAt - now) };
  }
  return { kind: 'again', state: isDone ? 'Accepted, and nothing new' : 'No verdict yet' };
}

/** A rejection that the notes tell of while the task itself cannot be read; `undefined` if they tell of none. */
export function lookAtNotes(
  { submission, known }: Pick<VerdictWatch, 'submission' | 'known'>,
  annotations: readonly Annotation[],
): VerdictObservation | undefined {
  const evidence = noteEvidence(annotations, submission, {});
  if (known === undefined || evidence.length === 0) return undefined;
  const rejection = { evidence, isShown: true, wasDone: known.status === 'done', wasEmptied: false };
  return { kind: 'rejected', sight: known, rejection };
}

/** What people are shown while a submission is watched. */
export function watchSentence({
  isDone,
  until,
  known,
  submission,
  unclearAfterMs,
}: Pick<VerdictWatch, 'isDone' | 'until' | 'known' | 'submission' | 'unclearAfterMs'>): string {
  if (isDone) return `Accepted. A late rejection is still noticed until ${formatTime(until)}.`;
  const watching = `Watching for a verdict until ${formatTime(until)}.`;
  const isShownEmpty = known?.status === 'to do' && known.returned === 0;
  if (!isShownEmpty) return `Submitted. ${watching}`;
  const certainAt = formatTime(submission.at + unclearAfterMs);
  return `Submitted, but Creative Force shows the task as ${known.statusText} and without any file. If that does not change by ${certainAt}, the task counts as reset and is delivered again. ${watching}`;
}
