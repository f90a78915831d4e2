interface BoardTask {
  readonly studio: string;
  readonly taskId: string;
}

/** The path of a task's page on the board. */
export function taskAddress({ studio, taskId }: BoardTask): string {
  return `/tasks/${encodeURIComponent(studio)}/${encodeURIComponent(taskId)}`;
}

/** Where the board serves the picture by which a task is recognised: a path. */
export function coverAddress(task: BoardTask): string {
  return pictureAddress(task, 'cover');
}

/** Where the board serves a kept picture: a path. */
export function pictureAddress({ studio, taskId }: BoardTask, name: string): string {
  return `/pictures/${encodeURIComponent(studio)}/${encodeURIComponent(taskId.toLowerCase())}/${name}`;
}
