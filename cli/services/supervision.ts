/** What a supervised process says to the `extpost start` that runs it. */
export interface ChildMessage {
  readonly ready: unknown;
}

/** Tells the supervising process something, when there is one. */
export function notifyParent(message: ChildMessage): void {
  process.send?.(message);
}

/** Ends this process, gracefully, when the supervising one is gone: nothing may be left running behind it. */
export function exitWithParent(): void {
  if (process.send === undefined) return;
  process.once('disconnect', () => {
    process.kill(process.pid, 'SIGTERM');
  });
  // Listening to the parent must not keep a process alive whose work is done.
  process.channel?.unref();
}
