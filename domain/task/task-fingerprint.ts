import { contentHash } from '../shared/content-hash';
import { expectedOutputs } from './expected-output';
import type { Task } from './task';

/**
 * SHA-256 of what a round depends on: status, vendor, and what is expected and returned. The same until something changes
 * that is not our own start.
 */
export function taskFingerprint(task: Task): string {
  const isUnderWay = task.status === 'to do' || task.status === 'in progress';
  return contentHash({
    status: isUnderWay ? 'under way' : task.status,
    vendorId: task.vendorId,
    outputs: expectedOutputs(task).map(({ expected }) => ({ ...expected, variantName: undefined })),
  });
}
