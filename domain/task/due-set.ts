import { isSameId, notesSince, type LastSubmission } from '../delivery/last-submission';
import { expectedOutputKey, expectedOutputs, type ShotOutput } from './expected-output';
import type { Annotation, ExpectedOutput, Task } from './task';

export interface DueReading {
  readonly outputs: ShotOutput[];
  /** What says so; `nothing`: the task was rejected, and nothing says what, so that everything is due. */
  readonly saidBy: 'first delivery' | 'flags' | 'notes' | 'nothing';
  /** Keys of the outputs of which nothing says that they themselves were rejected. */
  readonly inferred: readonly string[];
}

export interface DueContext {
  /** What was submitted last; only notes that are newer count. */
  readonly submission?: LastSubmission | undefined;
  /** A status or an event says that the task was rejected. */
  readonly isRejectionTold?: boolean | undefined;
}

/** The outputs of {@link readDue}. */
export function dueSet(task: Task, annotations: readonly Annotation[], context: DueContext = {}): ShotOutput[] {
  return readDue(task, annotations, context).outputs;
}

/**
 * The expected outputs that this round must deliver. First delivery: all. After a rejection: those marked as rejected,
 * else those that rejection notes name, each time with those that were added since; else all (docs/reference/assumptions.md#due-set).
 */
export function readDue(
  task: Task,
  annotations: readonly Annotation[],
  { submission, isRejectionTold = false }: DueContext = {},
): DueReading {
  const all = expectedOutputs(task);
  const marked = all.filter(({ expected }) => expected.isRejected === true);
  const added = addedSince(all, submission);
  if (marked.length > 0) {
    return { outputs: all.filter((one) => marked.includes(one) || added.has(one)), saidBy: 'flags', inferred: [] };
  }
  const isReturned = all.some(({ expected }) => expected.assetId !== undefined);
  const notes = isReturned || isRejectionTold ? notesSince(annotations, submission, task) : [];
  const isCorrection = isRejectionTold || notes.length > 0 || (isReturned && task.status === 'rejected');
  if (!isCorrection) return { outputs: all, saidBy: 'first delivery', inferred: [] };
  const namedByNotes = notes.map((note) => all.filter(({ expected }) => names(note, expected, all)));
  const named = new Set(namedByNotes.flat());
  if (named.size === 0) return { outputs: all, saidBy: 'nothing', inferred: all.map(keyOf) };
  // A note that fits one output alone says that this one was rejected; one that fits several leaves open which.
  const certain = new Set(namedByNotes.filter(({ length }) => length === 1).flat());
  const outputs = all.filter((output) => named.has(output) || added.has(output));
  const inferred = outputs.filter((output) => !certain.has(output) && !added.has(output)).map(keyOf);
  return { outputs, saidBy: 'notes', inferred };
}

/** Outputs that the studio has added since the submission: they alone show no file, and were not part of it. */
function addedSince(all: readonly ShotOutput[], submission: LastSubmission | undefined): ReadonlySet<ShotOutput> {
  const isShown = all.some(({ expected }) => expected.assetId !== undefined);
  if (submission === undefined || !isShown) return new Set();
  return new Set(
    all.filter((output) => output.expected.assetId === undefined && !Object.hasOwn(submission.assets, keyOf(output))),
  );
}

/** Whether a note is about this expected output: by its file, else by what it names of shot, spec and variant. */
function names(note: Annotation, expected: ExpectedOutput, all: readonly ShotOutput[]): boolean {
  const { assetId, shotId, specId, variant } = note;
  const isFileShown = assetId !== undefined && all.some((output) => isSameId(output.expected.assetId, assetId));
  if (isFileShown) return isSameId(expected.assetId, assetId);
  if (shotId === undefined && specId === undefined) return false;
  return (
    (shotId === undefined || isSameId(shotId, expected.shotId)) &&
    (specId === undefined || isSameId(specId, expected.specId)) &&
    (variant === undefined || variant === expected.variant)
  );
}

function keyOf({ expected }: ShotOutput): string {
  return expectedOutputKey(expected);
}
