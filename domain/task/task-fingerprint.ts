import { contentHash } from '../shared/content-hash';
import { expectedOutputs, expectedOutputKey, type ShotOutput } from './expected-output';
import type { Task } from './task';
import type { TaskFacts } from './task-facts';

/** SHA-256 of what a round depends on; our own start does not change it. */
export function taskFingerprint(task: Task): string {
  const isUnderWay = task.status === 'to do' || task.status === 'in progress';
  return contentHash({
    status: isUnderWay ? 'under way' : task.status,
    vendorId: task.vendorId,
    deadline: task.deadline,
    outputs: expectedOutputs(task).map(({ expected }) => ({ ...expected, variantName: undefined })),
  });
}

/** SHA-256 of the inputs of recipe resolution, without the progress that extpost itself changes. */
export function planBasis({ task, ...facts }: TaskFacts, due: readonly ShotOutput[]): string {
  const { status: _, statusText: __, finishedAt: ___, clockBehind: ____, ...lasting } = task;
  const shots = task.shots.map((shot) => ({
    ...shot,
    expectedOutputs: shot.expectedOutputs.map(({ assetId: _, isRejected: __, ...expected }) => expected),
  }));
  return contentHash({
    ...facts,
    task: { ...lasting, shots },
    due: due.map(({ expected }) => expectedOutputKey(expected)),
  });
}
