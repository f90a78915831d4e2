import type { TaskReference } from './task';

/** Where the files of a task lie in each part of the storage (pictures, plans, uploads), with a slash at the end. */
export function storedFolder({ studio, taskId }: Pick<TaskReference, 'studio' | 'taskId'>): string {
  return `${studio}/${taskId.toLowerCase()}/`;
}
