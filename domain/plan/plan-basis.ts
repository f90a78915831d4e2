import { contentHash } from '../shared/content-hash';
import { expectedOutputKey, type ShotOutput } from '../task/expected-output';
import type { TaskFacts } from '../recipe/recipe-scope';

/**
 * SHA-256 of the inputs of recipe resolution. Progress of the task (status, returned assets, rejections) does not
 * count, because extpost changes it itself.
 */
export function planBasis({ task, ...facts }: TaskFacts, due: readonly ShotOutput[]): string {
  const { status: _, statusText: __, ...lasting } = task;
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
