import { formatTime } from '../shared/text';
import { type Actor, actorText } from './identity';

export interface OperatorAction extends Actor {
  readonly kind:
    | 'resume'
    | 'replace recipe'
    | 'use output'
    | 'skip output'
    | 'deliver file'
    /** Takes back what was chosen for an output. */
    | 'undo'
    | 'abandon'
    | 'cancel';
  readonly reason?: string | undefined;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** In words, e.g. `Front, Feed gets output 4711`. */
  readonly what: string;
  /** The expected output it is about; absent when it is about the whole task. */
  readonly expectedKey?: string | undefined;
  /** Of a Celtra output that was chosen for it. */
  readonly outputId?: string | undefined;
  /** What was rejected is sent again in the very same bytes. */
  readonly isForced?: true | undefined;
  /** The revision of the task since then; absent when nothing was changed by it. */
  readonly revision?: number | undefined;
  readonly rejectedReason?: string | undefined;
}

export function operatorActionText({ at, what, reason, rejectedReason, ...actor }: OperatorAction): string {
  const why = reason === undefined ? '' : ` (${reason})`;
  return `${formatTime(Date.parse(at))}, ${actorText(actor)}: ${what}${why}${rejectedReason === undefined ? '' : `. Not done: ${rejectedReason}`}`;
}

/** The newest action that took effect on the same expected output, or of the same kind on the whole task. */
export function latestApplied(
  actions: readonly OperatorAction[],
  { expectedKey, kind }: Pick<OperatorAction, 'expectedKey' | 'kind'>,
): OperatorAction | undefined {
  return actions.findLast(
    (one) => (one.expectedKey ?? one.kind) === (expectedKey ?? kind) && one.rejectedReason === undefined,
  );
}

/** The number of decisions that have counted so far; an update names it as `expectedRevision`. */
export function revisionOf(actions: readonly OperatorAction[]): number {
  return actions.findLast(({ revision }) => revision !== undefined)?.revision ?? 0;
}

/** Why a decision is refused whose author had not seen all earlier ones. */
export function staleReason(
  actions: readonly OperatorAction[],
  expectedRevision: number | undefined,
): string | undefined {
  if (expectedRevision === undefined || expectedRevision === revisionOf(actions)) return undefined;
  const since = actions.filter(({ revision = 0 }) => revision > expectedRevision);
  if (since.length === 0) return `The task is at revision ${revisionOf(actions)}, not at ${expectedRevision}.`;
  return `Meanwhile ${since.map(({ by, what }) => `${by} has decided: ${what}`).join('; ')}.`;
}

/** The decisions that hold and can be taken back: the newest about each expected output, and the recipe. */
export function undoableActions(actions: readonly OperatorAction[]): OperatorAction[] {
  const decisions = actions.filter(
    ({ kind, expectedKey, revision }) =>
      revision !== undefined && (expectedKey !== undefined || kind === 'replace recipe' || kind === 'undo'),
  );
  const newest = new Map(decisions.map((action) => [action.expectedKey, action]));
  return [...newest.values()].filter(({ kind }) => kind !== 'undo');
}
