import { findPicture, type KeptPicture, type PictureSubject } from '../../domain/delivery/kept-picture';
import { pictureAddress } from '../../domain/task/board-address';
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
