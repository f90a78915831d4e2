import type { Act } from './decisions';
import { clockTime } from './words';

/** An act as people read it: when, who did what, and why; of one that was not done also the reason. */
export function actLine({ at, by, what, reason, notDone }: Act): string {
  const why = reason === undefined ? '' : ` (${reason})`;
  return `${clockTime(Date.parse(at))}, ${by}: ${what}${why}${notDone === undefined ? '' : `. Not done: ${notDone}`}`;
}

/** The newest act on the same thing that was done: on the same expected output, or of the same kind on the whole task. */
export function lastDone(acts: readonly Act[], { about, kind }: Pick<Act, 'about' | 'kind'>): Act | undefined {
  return acts.findLast((one) => (one.about ?? one.kind) === (about ?? kind) && one.notDone === undefined);
}

/** How many decisions of people have counted so far; whoever decides may name it, as what they have seen. */
export function revisionOf(acts: readonly Act[]): number {
  return acts.findLast(({ revision }) => revision !== undefined)?.revision ?? 0;
}

/** Why a decision is refused whose author had seen this revision, and not what people have decided since then. */
export function staleReason(acts: readonly Act[], expectedRevision: number | undefined): string | undefined {
  if (expectedRevision === undefined || expectedRevision === revisionOf(acts)) return undefined;
  const since = acts.filter(({ revision = 0 }) => revision > expectedRevision);
  if (since.length === 0) return `The task is at revision ${revisionOf(acts)}, not at ${expectedRevision}.`;
  return `Meanwhile ${since.map(({ by, what }) => `${by} has decided: ${what}`).join('; ')}.`;
}
