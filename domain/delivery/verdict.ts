import { expectedOutputKey, expectedOutputs } from '../task/expected-output';
import { expectedOutputLabel } from '../task/output-label';
import type { ExpectedOutput, Task } from '../task/task';

export interface SubmittedAsset extends Pick<ExpectedOutput, 'shotId' | 'specId' | 'variant'> {
  readonly assetId: string;
}

export type SubmissionVerdict =
  | { readonly kind: 'done' }
  | { readonly kind: 'waiting' }
  | { readonly kind: 'rejected'; readonly rejected: readonly string[] };

/** What the task says about a submission: done, rejected, or nothing yet (docs/reference/assumptions.md#rejection). */
export function readVerdict(task: Task): SubmissionVerdict {
  const rejected = expectedOutputs(task)
    .filter(({ expected }) => expected.isRejected === true)
    .map((output) => expectedOutputLabel({ task, specs: [] }, output));
  if (rejected.length > 0) return { kind: 'rejected', rejected };
  return task.status === 'done' ? { kind: 'done' } : { kind: 'waiting' };
}

/** Whether everything was returned already, so that nothing is sent again. */
export function isReturned(task: Task): boolean {
  const outputs = expectedOutputs(task);
  return (
    task.status === 'in progress' &&
    outputs.length > 0 &&
    outputs.every(({ expected }) => expected.assetId !== undefined && expected.isRejected !== true)
  );
}

/** Whether a submission took effect; repeating it would be an error (docs/reference/creative-force.md#refusals). */
export function isSubmissionAccepted(task: Task, submitted: readonly SubmittedAsset[]): boolean {
  return task.status === 'done' || showsSubmittedAssets(task, submitted);
}

/** Whether the task shows each of these assets at its expected output. */
export function showsSubmittedAssets(task: Task, submitted: readonly SubmittedAsset[]): boolean {
  const returned = new Map(
    expectedOutputs(task).map(({ expected }) => [expectedOutputKey(expected), expected.assetId] as const),
  );
  return submitted.length > 0 && submitted.every((asset) => returned.get(expectedOutputKey(asset)) === asset.assetId);
}
