import type { OperatorAction } from './decisions';
import { formatTime } from '../shared/text';

/** An operator action in words: when, who, what and why, and why it was rejected if it was. */
export function operatorActionText({ at, by, what, reason, rejectedReason: notDone }: OperatorAction): string {
  const why = reason === undefined ? '' : ` (${reason})`;
  return `${formatTime(Date.parse(at))}, ${by}: ${what}${why}${notDone === undefined ? '' : `. Not done: ${notDone}`}`;
}

/**
 * The newest action on the same thing that took effect: the same expected output, or the same kind on the whole task.
 */
export function latestApplied(
  acts: readonly OperatorAction[],
  { expectedKey: about, kind }: Pick<OperatorAction, 'expectedKey' | 'kind'>,
): OperatorAction | undefined {
  return acts.findLast((one) => (one.expectedKey ?? one.kind) === (about ?? kind) && one.rejectedReason === undefined);
}

/** How many decisions of people have counted so far; whoever decides may name it, as what they have seen. */
export function revisionOf(acts: readonly OperatorAction[]): number {
  return acts.findLast(({ revision }) => revision !== undefined)?.revision ?? 0;
}

/** Why a decision is refused whose author had seen this revision, and not what people have decided since then. */
export function staleReason(acts: readonly OperatorAction[], expectedRevision: number | undefined): string | undefined {
  if (expectedRevision === undefined || expectedRevision === revisionOf(acts)) return undefined;
  const since = acts.filter(({ revision = 0 }) => revision > expectedRevision);
  if (since.length === 0) return `The task is at revision ${revisionOf(acts)}, not at ${expectedRevision}.`;
  return `Meanwhile ${since.map(({ by, what }) => `${by} has decided: ${what}`).join('; ')}.`;
}
