import { contentHash } from '../shared/content-hash';
import { expectedOutputKey, type ShotOutput } from '../task/expected-output';
import type { TaskFacts } from '../recipe/recipe-scope';

/**
 * SHA-256 of what recipes are resolved against. How far the task has come does not count: it is started and answered by
 * extpost itself, and by that no recipe fits better or worse.
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
