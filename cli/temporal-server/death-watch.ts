import { spawn } from 'node:child_process';

/** Ends its watch; the watched process is left alone. */
export interface DeathWatch {
  readonly end: () => void;
}

/**
 * Sees to it that a process does not outlive us, even when we are killed with SIGKILL: a shell waits at the other end of
 * a pipe, which the system closes with us, and then sends SIGTERM. Where there is no `sh` the pid file has to do.
 */
export function watchOverDeath(pid: number): DeathWatch {
  const shell = spawn('sh', ['-c', 'read -r nothing; kill -TERM "$1"', 'extpost-death-watch', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    // In a group of its own: Ctrl-C on the terminal must not end the watch before us.
    detached: true,
    windowsHide: true,
  });
  shell.on('error', () => undefined);
  shell.stdin.on('error', () => undefined);
  shell.unref();
  return {
    end: () => {
      shell.kill('SIGKILL');
      shell.stdin.destroy();
    },
  };
}
