import type { Act } from './decisions';
import { clockTime } from './words';

/** Two people may look at the same page: what one says so shortly after the other was not said against it. */
const AT_ONCE_MS = 10_000;

/** An act as people read it: when, who did what, and why; of one that was not done also the reason. */
export function actLine({ at, by, what, reason, notDone }: Act): string {
  const why = reason === undefined ? '' : ` (${reason})`;
  return `${clockTime(Date.parse(at))}, ${by}: ${what}${why}${notDone === undefined ? '' : `. Not done: ${notDone}`}`;
}

/** The newest act on the same thing that was done: on the same expected output, or of the same kind on the whole task. */
export function lastDone(acts: readonly Act[], { about, kind }: Pick<Act, 'about' | 'kind'>): Act | undefined {
  return acts.findLast((one) => (one.about ?? one.kind) === (about ?? kind) && one.notDone === undefined);
}

/** Whether an act was done an instant ago; `now` is Unix milliseconds. */
export function wasJustNow({ at }: Pick<Act, 'at'>, now: number): boolean {
  return now - Date.parse(at) <= AT_ONCE_MS;
}

/**
 * What another person has decided about the same thing an instant ago, so that this act may be meant for what both saw
 * before; `undefined` when nobody has, or when this person was told so already and insists.
 */
export function decidedAtOnce(acts: readonly Act[], act: Pick<Act, 'about' | 'kind' | 'by' | 'at'>): Act | undefined {
  const other = lastDone(acts, act);
  if (other === undefined || other.by === act.by) return undefined;
  if (!wasJustNow(other, Date.parse(act.at))) return undefined;
  const wasTold = acts
    .slice(acts.indexOf(other))
    .some(({ by, about, kind, notDone }) => by === act.by && (about ?? kind) === (act.about ?? act.kind) && notDone);
  return wasTold ? undefined : other;
}
