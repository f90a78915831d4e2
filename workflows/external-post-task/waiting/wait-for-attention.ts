import { condition, isCancellation, sleep } from '@temporalio/workflow';

import { possibleActions, possibleActionText } from '../../../domain/operator/possible-actions';
import { failureTypes } from '../../../domain/shared/failure-type';
import { formatDuration, withoutTrailing } from '../../../domain/shared/text';
import type { LifecyclePolicy } from '../../../domain/task/studio-settings';
import type { Attention, Waiting } from '../../../domain/task/task-status';
import { hasNews, takeResume } from '../state/inbox';
import { invalidateFrom, type RoundState, type WaitState } from '../state/round-state';
import type { StatusReporter } from '../state/status-reporter';
import type { ResumeInstruction, TaskState } from '../state/task-state';
import { failureTypeOf, isLost } from '../steps/activity-failure';
import { errorText } from '../steps/step';
import { raceInterruption } from './interruption';
import { notify } from './notify';
import type { RecoveryWatch } from './recovery-watches';

/** Why a waiting task goes on. */
export type WakeReason =
  /** `corrected`: keys of the outputs whose pixels have changed, if they may go out now. */
  | { readonly by: 'recovery'; readonly corrected?: readonly string[] | undefined }
  | { readonly by: 'event' }
  | { readonly by: 'operator'; readonly resume: ResumeInstruction };

interface WaitEnd {
  readonly reason: WakeReason;
  readonly isEscalated: boolean;
}

interface Wait {
  readonly state: TaskState;
  readonly reporter: StatusReporter;
  readonly lifecycle: LifecyclePolicy;
  readonly attention: Attention;
  readonly watches: readonly RecoveryWatch[];
  readonly wait: WaitState;
  /** Ids of events that are no reason to try again, because the step had failed although they were there. */
  readonly knownEvents: readonly string[];
}

/** The same cause once more is the same wait, only looked at less often; another one begins anew. */
export function enterWait(before: WaitState | undefined, { cause, message }: Attention, now: number): WaitState {
  const isSame = before?.cause === cause && before.message === message;
  return isSame ? { ...before, times: before.times + 1 } : { cause, message, since: now, times: 1, isEscalated: false };
}

/**
 * Shows why the task waits, what for and what can be done, notifies people once, and waits until the cause has visibly
 * gone, Creative Force tells of a change, or an operator resumes.
 */
export async function waitForAttention(request: Wait): Promise<WaitEnd> {
  const { state, reporter, watches, wait, attention, knownEvents } = request;
  const isRejection = attention.cause === 'rejected' || attention.cause === 'unchanged';
  const waitingFor = combinedWait(watches);
  reporter.enter(isRejection ? 'Rejected' : 'Needs attention', attention.message, { attention, waitingFor });

  const recovered: RecoveryWatch[] = [];
  let { isEscalated } = wait;
  const observe = async (watch: RecoveryWatch): Promise<void> => {
    try {
      await watch.wait();
      recovered.push(watch);
    } catch (error) {
      if (isCancellation(error)) return;
      const what = `extpost has stopped watching for ${watch.waitingFor.what}, because ${whyStopped(error)}.`;
      reporter.warn(`${what} Resume the task when the cause has gone.`);
    }
  };
  const isOver = (): boolean => recovered.length > 0 || hasNews(state, knownEvents);
  await raceInterruption(
    () =>
      Promise.all([
        ...(wait.times === 1 ? [notifyOf(request, attention, 'needs attention')] : []),
        escalate(request, attention).then((escalated) => {
          isEscalated ||= escalated;
        }),
        ...watches.map(observe),
      ]),
    isOver,
  );
  await condition(isOver);
  reporter.endWait();
  const resume = takeResume(state);
  if (resume !== undefined) return { reason: { by: 'operator', resume }, isEscalated };
  if (recovered.length === 0) return { reason: { by: 'event' }, isEscalated };
  const corrected = recovered.find((watch) => watch.corrected !== undefined)?.corrected?.();
  return { reason: { by: 'recovery', corrected }, isEscalated };
}

/** Why a watch ended without success, in words. */
function whyStopped(error: unknown): string {
  if (failureTypeOf(error) === failureTypes.notYet || isLost(error)) return 'the time for that is over';
  return `that failed: ${withoutTrailing(errorText(error), '.')}`;
}

/** What the next turn may do that the one before might not. */
export function afterWake(round: RoundState, { reason, isEscalated }: WaitEnd): RoundState {
  if (reason.by !== 'operator') {
    const corrected = reason.by === 'recovery' ? reason.corrected : undefined;
    return {
      ...invalidateFrom(round),
      wait: round.wait && { ...round.wait, isEscalated },
      correctionsAllowed: round.correctionsAllowed || corrected !== undefined,
      corrected: corrected ?? round.corrected,
    };
  }
  const { from, force } = reason.resume;
  return {
    ...invalidateFrom(round, from),
    isForced: round.isForced || force,
    correctionsAllowed: true,
    looksBeforeSubmitting: true,
    // A person means all that has changed by now.
    corrected: undefined,
    roundLimitLifted: round.roundLimitLifted || round.wait?.cause === 'too many rounds',
    // Whatever stops it next is news.
    wait: undefined,
  };
}

/** Notifies people once more when nobody has done anything for long; tells whether it did. */
async function escalate(request: Wait, attention: Attention): Promise<boolean> {
  const { lifecycle, wait, reporter } = request;
  const { notifies, escalateAfterMs } = lifecycle;
  if (!notifies || wait.isEscalated) return false;
  try {
    const left = wait.since + escalateAfterMs - Date.now();
    if (left > 0) await sleep(left, { summary: 'Send a reminder when nobody has acted' });
  } catch (error) {
    if (isCancellation(error)) return false;
    throw error;
  }
  reporter.warn(`Nobody has acted for ${formatDuration(escalateAfterMs)}; a reminder was sent.`);
  await notifyOf(request, attention, 'still needs attention');
  return true;
}

function notifyOf(
  { state: { task }, lifecycle, reporter }: Wait,
  attention: Attention,
  kind: 'needs attention' | 'still needs attention',
): Promise<void> {
  const { cause, message } = attention;
  const actions = possibleActions(task, reporter.status()).map(possibleActionText);
  const nextActions = [...attention.nextActions, ...actions];
  return notify({ task, lifecycle, reporter }, { cause, sentence: message, nextActions, kind });
}

function combinedWait(watches: readonly RecoveryWatch[]): Waiting {
  const whats = [...watches.map(({ waitingFor }) => waitingFor.what), 'an event from Creative Force', 'an operator'];
  const untils = watches.flatMap(({ waitingFor }) => waitingFor.until ?? []);
  const until = untils.length > 0 && untils.length === watches.length ? Math.max(...untils) : undefined;
  return { what: `${whats.slice(0, -1).join(', ')} or ${whats.at(-1) ?? ''}`, until };
}
