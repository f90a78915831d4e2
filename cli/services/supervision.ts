/** The message of a child process to the `extpost start` that runs it. */
export interface ChildMessage {
  readonly ready: unknown;
}

export function notifyParent(message: ChildMessage): void {
  process.send?.(message);
}

/** Ends this process gracefully when its parent process is gone. */
export function exitWithParent(): void {
  if (process.send === undefined) return;
  process.once('disconnect', () => {
    process.kill(process.pid, 'SIGTERM');
  });
  // Listening to the parent must not keep this process alive.
  process.channel?.unref();
}
