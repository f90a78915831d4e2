import { expectedOutputKey, expectedOutputs, type ShotOutput } from '../task/expected-output';
import type { ExpectedOutput, Task } from '../task/task';
import type { DeliveredFile } from './delivery-record';
import { isSameId } from './last-submission';

/** Files that somebody else has returned, which extpost must not overwrite: asset ids by expected output key. */
export type ReturnedFiles = Readonly<Record<string, string>>;

/** What `task` shows as returned now, and did not show when `due` was read: somebody returned it meanwhile. */
export function returnedSince(due: readonly ShotOutput[], task: Task): ShotOutput[] {
  const before = new Map(due.map(({ expected }) => [expectedOutputKey(expected), expected.assetId]));
  return expectedOutputs(task).filter(({ expected }) => {
    const key = expectedOutputKey(expected);
    return isHeld(expected) && before.has(key) && !isSameId(before.get(key), expected.assetId);
  });
}

/** The outputs of a task under way that are returned while others are not: what is left is due. */
export function partlyReturned(task: Task): ShotOutput[] {
  const outputs = expectedOutputs(task);
  const held = outputs.filter(({ expected }) => isHeld(expected));
  return task.status === 'in progress' && held.length < outputs.length ? held : [];
}

export function toReturnedFiles(outputs: readonly ShotOutput[]): ReturnedFiles {
  return Object.fromEntries(outputs.map(({ expected }) => [expectedOutputKey(expected), expected.assetId ?? '']));
}

/** Whether this output still shows a file that somebody else has returned, so that nothing is due for it. */
export function isReturnedByOthers({ expected }: ShotOutput, returned: ReturnedFiles): boolean {
  const assetId = returned[expectedOutputKey(expected)];
  return assetId !== undefined && isHeld(expected) && isSameId(assetId, expected.assetId);
}

/** Whether the task shows every one of these delivered files. */
export function showsDelivered(task: Task, files: readonly Pick<DeliveredFile, 'expectedKey' | 'assetId'>[]): boolean {
  const shown = shownAssets(task);
  return files.length > 0 && files.every((file) => isSameId(shown.get(file.expectedKey), file.assetId));
}

/** Whether the task shows other files than those that we delivered last: somebody has returned them since. */
export function hasNewerFiles(task: Task, delivered: readonly DeliveredFile[]): boolean {
  const shown = shownAssets(task);
  return delivered.some(({ expectedKey, assetId }) => {
    const now = shown.get(expectedKey);
    return now !== undefined && !isSameId(now, assetId);
  });
}

function shownAssets(task: Task): Map<string, string | undefined> {
  return new Map(expectedOutputs(task).map(({ expected }) => [expectedOutputKey(expected), expected.assetId]));
}

function isHeld({ assetId, isRejected }: ExpectedOutput): boolean {
  return assetId !== undefined && isRejected !== true;
}
