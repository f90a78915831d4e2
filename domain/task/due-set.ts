import { expectedOutputs, type ShotOutput } from './expected-output';
import type { Annotation, ExpectedOutput, Task } from './task';

/**
 * The expected outputs that this round must deliver. First delivery: all. After a rejection: those marked as rejected,
 * else those that rejection notes name, else all (docs/reference/creative-force.md#due-after-rejection).
 */
export function dueSet(task: Task, annotations: readonly Annotation[]): ShotOutput[] {
  const all = expectedOutputs(task);
  if (!isCorrection(task, annotations)) return all;
  const marked = all.filter(({ expected }) => expected.isRejected === true);
  if (marked.length > 0) return marked;
  const named = all.filter(({ expected }) => annotations.some((note) => names(note, expected)));
  return named.length > 0 ? named : all;
}

/** Whether the task is open again after something was returned for it. */
export function isCorrection(task: Task, annotations: readonly Annotation[]): boolean {
  const outputs = expectedOutputs(task);
  return (
    outputs.some(({ expected }) => expected.isRejected === true) ||
    (outputs.some(({ expected }) => expected.assetId !== undefined) &&
      annotations.some((note) => note.kind === 'rejection'))
  );
}

/** Whether a rejection note is about this expected output: by asset, else by shot and spec. */
function names(note: Annotation, expected: ExpectedOutput): boolean {
  if (note.kind !== 'rejection') return false;
  if (note.assetId !== undefined && expected.assetId !== undefined) return note.assetId === expected.assetId;
  if (note.shotId !== expected.shotId) return false;
  return (
    (note.specId === undefined || note.specId === expected.specId) &&
    (note.variant === undefined || note.variant === expected.variant)
  );
}
