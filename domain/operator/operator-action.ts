import type { OperatorAction } from './decisions';
import { formatTime } from '../shared/text';

/** An act as people read it: when, who did what, and why; of one that was not done also the reason. */
export function operatorActionText({ at, by, what, reason, rejectedReason: notDone }: OperatorAction): string {
  const why = reason === undefined ? '' : ` (${reason})`;
  return `${formatTime(Date.parse(at))}, ${by}: ${what}${why}${notDone === undefined ? '' : `. Not done: ${notDone}`}`;
}

/** The newest act on the same thing that was done: on the same expected output, or of the same kind on the whole task. */
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
