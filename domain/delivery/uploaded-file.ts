import { storedFolder } from '../task/stored-folder';
import type { TaskReference } from '../task/task';

/** A file that an operator has put into the storage, to be delivered instead of a creative. */
export interface StoredFile {
  /** Lower-case hex; it names the file in the storage. */
  readonly sha256: string;
  readonly bytes: number;
  /** What the operator calls it; only for people. */
  readonly name: string;
}

const LONGEST_NAME = 200;

/** The key of an uploaded file among the `uploads` of the storage. */
export function uploadedFileKey(task: Pick<TaskReference, 'studio' | 'taskId'>, sha256: string): string {
  return `${storedFolder(task)}${sha256}`;
}

export function isStoredFile(value: unknown): value is StoredFile {
  if (typeof value !== 'object' || value === null) return false;
  const { sha256, bytes, name } = value as Partial<StoredFile>;
  return (
    typeof sha256 === 'string' &&
    /^[0-9a-f]{64}$/.test(sha256) &&
    Number.isSafeInteger(bytes) &&
    Number(bytes) > 0 &&
    typeof name === 'string' &&
    name.trim() !== '' &&
    name.length <= LONGEST_NAME
  );
}

/** `front.jpg (SHA-256 0123456789ab…)`. */
export function storedFileText({ name, sha256 }: StoredFile): string {
  return `${name} (SHA-256 ${sha256.slice(0, 12)}…)`;
}
