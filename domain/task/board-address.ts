/** The path of a task's page on the board. */
export function taskAddress({ studio, taskId }: { readonly studio: string; readonly taskId: string }): string {
  return `/tasks/${encodeURIComponent(studio)}/${encodeURIComponent(taskId)}`;
}
