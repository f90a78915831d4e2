import { contentHash } from '../shared/content-hash';
import { expectedOutputs } from './expected-output';
import type { Task } from './task';

/**
 * SHA-256 of what a round depends on: status, vendor, expected and returned files. Our own start does not change it.
 */
export function taskFingerprint(task: Task): string {
  const isUnderWay = task.status === 'to do' || task.status === 'in progress';
  return contentHash({
    status: isUnderWay ? 'under way' : task.status,
    vendorId: task.vendorId,
    outputs: expectedOutputs(task).map(({ expected }) => ({ ...expected, variantName: undefined })),
  });
}
