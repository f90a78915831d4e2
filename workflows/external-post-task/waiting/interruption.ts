import { ActivityFailure, CancellationScope, condition, isCancellation } from '@temporalio/workflow';

import type { LifecyclePolicy } from '../../../domain/task/studio-settings';
import { hasDecidedSince, hasNews } from '../state/inbox';
import type { TaskState } from '../state/task-state';

type Work<T> = () => Promise<T>;
type Condition = () => boolean;
export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown };

interface RaceResult<T> {
  readonly outcome: Outcome<T>;
  readonly isInterrupted: boolean;
}

/** Interrupted work gets `graceMs` more, then is cancelled and awaited: what it has done must be known. */
export async function raceInterruption<T>(
  work: Work<T>,
  isInterrupted: Condition,
  graceMs?: number,
): Promise<RaceResult<T>> {
  const scope = new CancellationScope();
  let outcome: Outcome<T> | undefined;
  const settled = scope.run(work).then(
    (value) => (outcome = { ok: true, value }),
    (error: unknown) => (outcome = { ok: false, error }),
  );
  return CancellationScope.nonCancellable(async () => {
    await condition(() => outcome !== undefined || isInterrupted());
    const cameFirst = outcome === undefined;
    if (cameFirst && graceMs !== undefined) await condition(() => outcome !== undefined, graceMs);
    if (outcome === undefined) scope.cancel();
    return { outcome: await settled, isInterrupted: cameFirst };
  });
}

export function valueOf<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw outcome.error;
  return outcome.value;
}

interface Side<T> {
  readonly work: Work<T>;
  /** Whether the other side is of no more use when this one ends so; it always is when this one fails. */
  readonly endsBoth: (value: T) => boolean;
  /** How long this side may go on then, before it is cancelled; absent means not at all. */
  readonly graceMs?: number | undefined;
}

/** Does two things at the same time. One that makes the other one useless cancels it; both are awaited, so what each has done is known. */
export async function sideBySide<A, B>(one: Side<A>, other: Side<B>): Promise<[Outcome<A>, Outcome<B>]> {
  let isOver = false;
  const race = <T>({ work, endsBoth, graceMs }: Side<T>): Promise<RaceResult<T>> => {
    const watched = async (): Promise<T> => {
      try {
        const value = await work();
        isOver ||= endsBoth(value);
        return value;
      } catch (error) {
        isOver = true;
        throw error;
      }
    };
    return raceInterruption(watched, () => isOver, graceMs);
  };
  const [first, second] = await Promise.all([race(one), race(other)]);
  return [first.outcome, second.outcome];
}

/**
 * `undefined`: there was news, so the activity was cancelled. Costs three events however long it lasts. `known`: ids of events
 * that are no news.
 */
export async function cancelOnNews<T>(
  state: TaskState,
  wait: Work<T>,
  known: readonly string[] = [],
): Promise<T | undefined> {
  if (hasNews(state, known)) return undefined;
  const { outcome, isInterrupted } = await raceInterruption(wait, () => hasNews(state, known));
  if (isInterrupted && !outcome.ok && isCancellation(outcome.error)) return undefined;
  // What it found in the same moment is not lost.
  return valueOf(outcome);
}

/** A creative that does not render must not hold up whoever has just left it out. */
export async function cancelOnDecision<T>(state: TaskState, revision: number, work: Work<T>): Promise<T | 'decided'> {
  if (hasDecidedSince(state, revision)) return 'decided';
  const { outcome } = await raceInterruption(work, () => hasDecidedSince(state, revision));
  const result = valueOf(outcome);
  return hasDecidedSince(state, revision) ? 'decided' : result;
}

/**
 * Sends a write that must not be repeated blindly, and gives the failure with which it ended, if it failed. A cancel is passed
 * on to it, and then its outcome is awaited: the activity sees to it that this takes seconds. Throws CancelledFailure when
 * nothing was sent because the task is cancelled.
 */
export async function awaitOutcome(send: Work<void>): Promise<ActivityFailure | undefined> {
  const task = CancellationScope.current();
  if (task.consideredCancelled) await task.cancelRequested;
  const { outcome } = await CancellationScope.nonCancellable(() =>
    raceInterruption(send, () => task.consideredCancelled),
  );
  if (outcome.ok) return undefined;
  if (isCancellation(outcome.error) || !(outcome.error instanceof ActivityFailure)) throw outcome.error;
  return outcome.error;
}

/** Long enough for one request; whoever cancels a task wants it to end. */
const CANCELLATION_GRACE_MS = 3_000;

/** Looks what has come of a write, also after a cancel; then `undefined` says that it could not be known in time. */
export async function verifyAfterCancel<T>(
  { cancellationGraceMs = CANCELLATION_GRACE_MS }: LifecyclePolicy,
  look: Work<T>,
): Promise<T | undefined> {
  const task = CancellationScope.current();
  const { outcome, isInterrupted } = await CancellationScope.nonCancellable(() =>
    raceInterruption(look, () => task.consideredCancelled, cancellationGraceMs),
  );
  return isInterrupted && !outcome.ok ? undefined : valueOf(outcome);
}

/** Cleans up after a task; what is not done in time is left. */
export async function cleanUp(
  { cancellationGraceMs = CANCELLATION_GRACE_MS }: LifecyclePolicy,
  work: Work<unknown>,
): Promise<void> {
  await CancellationScope.nonCancellable(() => raceInterruption(work, () => true, cancellationGraceMs));
}

/** Whether the task is being cancelled or abandoned, so that whatever comes next would only be begun in vain. */
export function isCancelled(): boolean {
  return CancellationScope.current().consideredCancelled;
}
