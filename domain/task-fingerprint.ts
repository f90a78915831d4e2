import { contentHash } from './content-hash';
import { expectedOutputs } from './expected-output';
import type { Task } from './task';

/** SHA-256 of what a round depends on: status, vendor, and what is expected and returned. The same until something changes. */
export function taskFingerprint(task: Task): string {
  return contentHash({
    status: task.status,
    vendorId: task.vendorId,
    outputs: expectedOutputs(task).map(({ expected }) => ({ ...expected, variantName: undefined })),
  });
}
