import { findPicture, type KeptPicture, type PictureSubject } from '../../domain/delivery/kept-picture';
import type { TaskReference } from '../../domain/task/task';

type Task = Pick<TaskReference, 'studio' | 'taskId'>;

/** A picture on a page, or why there is none. */
export interface ShownPicture {
  /** Absent when none is kept. */
  readonly address?: string | undefined;
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  /** For those who cannot see it. */
  readonly alt: string;
}

/** Where the board serves a kept picture. */
function pictureAddress({ studio, taskId }: Task, name: string): string {
  return `/pictures/${encodeURIComponent(studio)}/${encodeURIComponent(taskId.toLowerCase())}/${name}`;
}

/** Where the board serves the picture by which a task is recognised in a list. */
export function coverAddress(task: Task): string {
  return pictureAddress(task, 'cover');
}

/** The picture of a subject among those that are kept of a task. */
export function shownPicture(
  task: Task,
  pictures: readonly KeptPicture[],
  subject: PictureSubject | undefined,
  alt: string,
): ShownPicture {
  const found = subject === undefined ? undefined : findPicture(pictures, subject);
  if (found === undefined) return { alt };
  return { address: pictureAddress(task, found.name), width: found.width, height: found.height, alt };
}
